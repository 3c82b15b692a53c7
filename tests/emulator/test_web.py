"""The HTTP client of the emulator: an answer is whole, or there is none."""

import socket
import threading
from typing import Any

import pytest

from emulator.web import Answer, fetch

HALF = "HTTP/1.1 {} \r\nContent-Length: 9\r\n\r\nhalf"


@pytest.mark.parametrize("part", ["", "HTTP/1.1", "nonsense\r\n\r\n", HALF.format(200), HALF.format(503)])
def test_a_response_that_breaks_off_is_no_response(part: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(part.encode())

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(OSError, match=r"broke off|Remote end closed"):
            fetch(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=10)
        thread.join()


def _sent(monkeypatch: pytest.MonkeyPatch, answers: list[bytes], url: str, **options: Any) -> tuple[Answer, bytes]:
    """The answer to a request, and what the server got of it."""
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                for answer in answers:
                    got.append(connection.recv(65536))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://me:p%40ss@127.0.0.1:{server.getsockname()[1]}")
        received = fetch(url.format(port=server.getsockname()[1]), timeout=10, **options)
        thread.join()
    return received, got[0]


def test_a_header_is_sent_as_often_as_it_is_given_and_no_redirect_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    headers = [("Authorization", "a"), ("authorization", "b")]
    answer, got = _sent(monkeypatch, [redirect], "http://127.0.0.1:{port}/x?y=z", headers=headers)

    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")
    assert got.startswith(b"GET /x?y=z HTTP/1.1\r\n")
    assert b"\r\nAuthorization: a\r\nauthorization: b\r\n" in got


def test_what_is_elsewhere_is_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    answers = [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n"]
    answer, got = _sent(monkeypatch, answers, "http://api.example.com/x")

    assert answer.status == 204
    assert got.startswith(b"CONNECT api.example.com:80 HTTP/1.")
    assert b"\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n" in got
