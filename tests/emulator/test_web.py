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
