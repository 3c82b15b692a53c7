"""The HTTP client of the emulator: an answer is whole, or there is none."""

import socket
import threading

import pytest

from emulator.web import fetch

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


def test_no_redirect_is_followed_and_no_proxy_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                got.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        received = fetch(f"http://127.0.0.1:{server.getsockname()[1]}/x?y=z", {"Authorization": "a"}, timeout=10)
        thread.join()

    assert (received.status, received.headers["location"]) == (302, "/elsewhere")
    assert got[0].startswith(b"GET /x?y=z HTTP/1.1\r\n")
    assert b"\r\nAuthorization: a\r\n" in got[0]
