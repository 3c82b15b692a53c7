"""Run in the environment of the FastAPI example: sends it requests without a server, and prints the answers as JSON.

Standard input is a JSON list of ``[method, path, authorization]``.
"""

import asyncio
import json
import sys
from typing import Any


async def answer(app: Any, method: str, path: str, authorization: str | None) -> dict[str, Any]:
    """One request through the ASGI interface (https://asgi.readthedocs.io/en/latest/specs/www.html)."""
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return {
        "status": sent[0]["status"],
        "www_authenticate": answered.get("www-authenticate"),
        "body": json.loads(body),
    }


async def main() -> None:
    """All requests, one after the other."""
    from app import app  # type: ignore[import-not-found] # the example's, in the current folder

    answers = [await answer(app, *request) for request in json.load(sys.stdin)]
    print(json.dumps(answers), file=sys.__stdout__)


if __name__ == "__main__":
    sys.path.insert(0, "")
    # What the service prints is its log.
    sys.stdout = sys.stderr
    asyncio.run(main())
