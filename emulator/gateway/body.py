"""The body of a request, of which no more is kept than API Gateway takes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

import asyncio
import contextlib

from .asgi import Receive

BYTES = 10 * 1024 * 1024
_THROWN_AWAY = 2 * BYTES
_THROWN_AWAY_SECONDS = 5.0


async def read(receive: Receive, content_length: str | None) -> bytes | None:
    """The whole body; ``None`` as soon as it is known to be too large, which Content-Length tells before any of it.

    Raises ``ConnectionAbortedError`` if the client has gone before its end.
    """
    if content_length is not None and int(content_length) > BYTES:
        return None
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def throw_away(receive: Receive) -> None:
    """Reads on after the answer to a body that is too large, for a while: a client that is still sending when its
    connection is closed may not see the answer."""
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_THROWN_AWAY_SECONDS):
            while size < _THROWN_AWAY:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
