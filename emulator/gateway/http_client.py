"""HTTP/1.1 to a backend, without redirects, retries or a thread."""

import asyncio
import contextlib
import ssl
import urllib.parse

import h11

from .request import Response


class InvalidUrlError(Exception):
    """The URL of an integration is none, after its variables were replaced."""


async def send(
    method: str,
    url: str,
    fields: list[tuple[str, str]],
    body: bytes,
    timeout: float,
    server_name: str | None = None,
) -> Response:
    """The whole response. Raises ``TimeoutError`` after ``timeout`` seconds, and ``OSError`` if there is none.

    With ``server_name``, the server's certificate has to be for this name, and may be issued by anybody.
    """
    parts = urllib.parse.urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise InvalidUrlError(f"{url} is not an http:// or https:// URL.")
    address = parts.hostname, port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = server_name or parts.netloc.rpartition("@")[2]
    async with asyncio.timeout(timeout):
        tls: ssl.SSLContext | None = None
        if parts.scheme == "https":
            tls = await _context_for(server_name, *address) if server_name else ssl.create_default_context()
        reader, writer = await asyncio.open_connection(*address, ssl=tls, server_hostname=server_name)
        try:
            return await _exchange(reader, writer, method, target, [("host", host), *fields], body)
        except h11.ProtocolError as error:
            raise ConnectionError(f"not HTTP: {error}") from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _context_for(name: str, host: str, port: int) -> ssl.SSLContext:
    """Trusts the certificate that the server has now. It must be for ``name`` nevertheless, and not be out of date."""
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname, looking.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, port, ssl=looking, server_hostname=name)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusting.load_verify_locations(cadata=certificate)
    return trusting


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
    headers = [
        (name.encode("ascii"), value.encode("latin-1")) for name, value in [*fields, *framing, ("connection", "close")]
    ]
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
