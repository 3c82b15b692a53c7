"""The HTTP client of ``kms-jwt check``: bounded, and silent about what it sends."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.check import http_client
from cli.check.http_client import fetch, is_local
from testkit.certificates import Authority, self_signed

TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.AA"


@contextmanager
def _server(answer: Callable[[socket.socket], object], receive: bool = True) -> Iterator[str]:
    """The URL of a server that answers one request so, which it may have received."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                if receive:
                    connection.recv(65536)
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_each_header_is_sent_and_no_redirect_is_followed() -> None:
    got = []
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                got.append(connection.recv(65536))
                connection.sendall(redirect)

        thread = threading.Thread(target=serve)
        thread.start()
        fields = [("Authorization", "a"), ("authorization", "b")]
        answer = fetch(f"http://127.0.0.1:{server.getsockname()[1]}/x?y=z", fields, seconds=10)
        thread.join()

    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")
    assert got[0].startswith(b"GET /x?y=z HTTP/1.1\r\n")
    assert b"\r\nAuthorization: a\r\nauthorization: b\r\n" in got[0]


@pytest.mark.parametrize("part", [b"", b"garbage\r\n", b"HTTP/1.1 200 \r\nContent-Length: 9\r\n\r\nhalf"])
def test_no_message_contains_a_token(part: bytes) -> None:
    with _server(lambda connection: connection.sendall(part)) as url, pytest.raises(OSError) as raised:  # noqa: PT011
        fetch(f"{url}/?access_token={TOKEN}", [("Authorization", TOKEN)], seconds=10)

    assert str(raised.value).startswith(f"{url}: ")
    assert "eyJ" not in str(raised.value)


def test_a_request_that_cannot_be_sent_is_not_quoted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(OSError, match=r"cannot be sent$"):
        fetch(f"http://127.0.0.1:{server.getsockname()[1]}/", [("Authorization", f"{TOKEN}\n")], seconds=10)


def test_a_response_that_does_not_end_is_cut_off() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.settimeout(0.01)
        while True:
            try:
                connection.recv(1)
                return  # the client is gone
            except TimeoutError:
                connection.sendall(b"x")

    with _server(drip) as url, pytest.raises(OSError, match=r"no whole response in 0 s$"):
        fetch(f"{url}/", seconds=0.2)


def test_silence_ends_in_time() -> None:
    with _server(lambda connection: connection.recv(1)) as url, pytest.raises(OSError, match=r"timed out|no whole"):
        fetch(f"{url}/", seconds=0.2)


def test_a_response_that_is_too_large_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "MAX_BYTES", 3)
    with (
        _server(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nfour")) as url,
        pytest.raises(OSError, match="more than 3 bytes"),
    ):
        fetch(f"{url}/", seconds=10)


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("a.localhost", True), ("127.0.0.1", True), ("::1", True), ("a.b", False)]
)
def test_what_is_this_machine(host: str, local: bool) -> None:
    assert is_local(host) == local


def test_a_client_certificate(tmp_path: Path) -> None:
    """As custom domains with mutual TLS require it."""
    authority, files = Authority("Example CA"), (tmp_path / "server.pem", tmp_path / "client.pem")
    for file, content in zip(files, (self_signed("localhost"), authority.issue("checks", 1)), strict=True):
        file.write_bytes(content)
    ours, theirs = ssl.create_default_context(cafile=files[0]), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(files[1])
    theirs.load_cert_chain(files[0])
    theirs.load_verify_locations(cadata=authority.pem.decode())
    theirs.verify_mode = ssl.CERT_REQUIRED

    def answer(connection: socket.socket) -> None:
        with theirs.wrap_socket(connection, server_side=True) as tls:
            tls.recv(65536)
            tls.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with _server(answer, receive=False) as url:
        found = fetch(url.replace("http://127.0.0.1", "https://localhost") + "/", seconds=10, context=ours)
    assert found.status == 204
