"""The clients of the emulator: one connection for each call."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from emulator.aws import Aws


class _Kms(http.server.ThreadingHTTPServer):
    """It keeps connections open unless it is asked to close them, as MiniStack does, and remembers who called."""

    def __init__(self) -> None:
        callers: list[tuple[int, str | None]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                callers.append((self.client_address[1], self.headers["Connection"]))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", "2")
                if self.headers["Connection"] == "close":
                    self.send_header("Connection", "close")  # RFC 9112 section 9.6; else the client may be faster
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.callers = callers
        """Of each call: the port on the client's side, and the header ``Connection``."""


@pytest.fixture
def kms() -> Iterator[_Kms]:
    with _Kms() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_connection_is_closed_after_each_call(kms: _Kms) -> None:
    """A second call on it would fail if the server closes it for idleness in the same moment."""

    def in_region(region: str) -> Aws:
        return Aws(f"http://127.0.0.1:{kms.server_port}", region, in_region)

    aws = in_region("eu-west-1")
    for _ in range(3):
        aws.kms.list_keys()
    aws.close()

    ports, headers = zip(*kms.callers, strict=True)
    assert len(set(ports)) == 3
    assert set(headers) == {"close"}
