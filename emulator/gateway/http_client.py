"""HTTP/1.1 to a backend, without redirects, retries or a thread."""

import asyncio
import contextlib
import ssl
import urllib.parse

import h11

from .request import Response


class InvalidUrlError(Exception):
    """The URL of an integration is none, after its variables were replaced."""


async def send(method: str, url: str, fields: list[tuple[str, str]], body: bytes, timeout: float) -> Response:
    """The whole response. Raises ``TimeoutError`` after ``timeout`` seconds, and ``OSError`` if there is none."""
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise InvalidUrlError(f"{url} is not an http:// or https:// URL.")
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_connection(parts.hostname, port or (443 if tls else 80), ssl=tls)
        try:
            return await _exchange(reader, writer, method, target, [("host", parts.netloc), *fields], body)
        except h11.ProtocolError as error:
            raise ConnectionError(f"not HTTP: {error}") from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    target: str,
    fields: list[tuple[str, str]],
    body: bytes,
) -> Response:
    connection = h11.Connection(h11.CLIENT)
    framing = [("content-length", str(len(body)))] if body or method in ("PATCH", "POST", "PUT") else []
    headers = [(name, value.encode("latin-1")) for name, value in [*fields, *framing, ("connection", "close")]]
    sent = connection.send(h11.Request(method=method, target=target, headers=headers)) or b""
    sent += connection.send(h11.Data(data=body)) or b""
    sent += connection.send(h11.EndOfMessage()) or b""
    writer.write(sent)
    response = Response(502)
    while True:
        received = connection.next_event()
        if received is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(received, h11.Response):
            response.status = received.status_code
            response.fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in received.headers]
        elif isinstance(received, h11.Data):
            response.body += bytes(received.data)
        elif isinstance(received, h11.EndOfMessage):
            return response
        elif isinstance(received, h11.ConnectionClosed):
            raise ConnectionError("the backend closed the connection")
