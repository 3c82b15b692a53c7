"""What has been answered lately, for who watches the APIs: one entry for each request, which it may wait for."""

import asyncio
import contextlib
import json
from collections import deque
from typing import Any

from . import context
from .exchange import Exchange
from .request import Response

PATH = "/_gateway/requests/"
"""Followed by the number of the last entry that is known already, 0 at first."""

_KEPT = 1000
_WAIT_SECONDS = 20.0


class Journal:
    """The last requests, oldest first, each with a number of its own."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._count = 0
        self._added = asyncio.Event()

    def add(self, exchange: Exchange, response: Response) -> None:
        """An entry for the request. Nothing in it is secret: of a token only what its authorizer has passed on."""
        self._count += 1
        self._entries.append({"number": self._count, **_entry(exchange, response)})
        self._added.set()
        self._added = asyncio.Event()

    async def after(self, number: str) -> Response:
        """The entries after ``number`` as a JSON array; empty if there is none for 20 seconds."""
        known = int(number) if number.isdecimal() else 0
        if self._count <= known:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._added.wait(), _WAIT_SECONDS)
        entries = [entry for entry in self._entries if entry["number"] > known]
        return Response(200, [("content-type", "application/json")], json.dumps(entries).encode())


def _entry(exchange: Exchange, response: Response) -> dict[str, Any]:
    passed_on, variables = exchange.authorizer_context or {}, exchange.variables
    return {
        "time": exchange.request.epoch,
        "api": exchange.api.id,
        "method": exchange.request.method,
        "path": exchange.raw_path,
        "route": context.value(exchange, "routeKey"),
        "status": response.status,
        "milliseconds": context.milliseconds(exchange.started),
        "protected": exchange.match is not None and (exchange.route.get("authorizationType") or "NONE") != "NONE",
        "cached": "authorizer.status" in variables and "authorizer.latency" not in variables,
        "reason": passed_on.get("reason"),
        "sub": passed_on.get("sub"),
        "error": variables.get("error.responseType"),
        "detail": variables.get("authorizer.error") or variables.get("integrationErrorMessage"),
    }
