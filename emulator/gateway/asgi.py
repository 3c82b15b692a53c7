"""Requests and responses as ASGI has them: https://asgi.readthedocs.io/en/latest/specs/www.html"""

from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import formatdate
from typing import Any

from .request import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def request(scope: Scope, path: str, body: bytes | None, certificate: dict[str, Any] | None = None) -> Request:
    """The request of ``scope`` to ``path``. Without a body it is too large."""
    return Request(
        scope["method"],
        path,
        scope["query_string"].decode("latin-1"),
        tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body or b"",
        (scope.get("client") or ("127.0.0.1", 0))[0],
        f"HTTP/{scope['http_version']}",
        scope["scheme"],
        body is None,
        certificate,
        (scope.get("raw_path") or b"").partition(b"?")[0].decode("latin-1"),
    )


async def send(to: Send, answered: Request, response: Response, meanwhile: Awaitable[None] | None = None) -> None:
    """Sends the response. The connection stays open until ``meanwhile`` is done."""
    fields = list(response.fields)
    names = {name for name, _ in fields}
    if "date" not in names:
        fields.append(("date", formatdate(usegmt=True)))
    if response.status not in (204, 304) and "content-length" not in names:
        fields.append(("content-length", str(len(response.body))))
    fields.append(("apigw-requestid", answered.id))
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    await to({"type": "http.response.start", "status": response.status, "headers": headers})
    body = b"" if answered.method == "HEAD" else response.body
    await to({"type": "http.response.body", "body": body, "more_body": meanwhile is not None})
    if meanwhile is not None:
        await meanwhile
        await to({"type": "http.response.body", "body": b"", "more_body": False})
