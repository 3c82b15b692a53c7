"""The Lambda Runtime API for one function: a runtime gets its next event from it, and sends its response to it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import os
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from .process import peak_memory, processor_time

_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:bench"
_PATIENCE_SECONDS = 60


class FunctionError(RuntimeError):
    """The function did not respond, or responded with an error."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors: at the end the runtime is killed in the middle of its request for another event."""


class Function:
    """A Lambda runtime as a child process, served with events one by one while the ``with`` block lasts.

    ``command`` starts the runtime, in ``folder`` and with nothing in its environment but what Lambda sets and
    ``environment``. Nothing is written beside the code: Lambda's file system is read-only.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._command, self._folder, self._environment = command, folder, environment or {}
        self._events: queue.Queue[bytes] = queue.Queue()
        self._answers: queue.Queue[tuple[str, bytes, float]] = queue.Queue()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def start(self) -> None:
        """Start the runtime; it asks for its first event as soon as it is up."""
        environment = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_REGION": "eu-west-1",
            "LAMBDA_TASK_ROOT": str(self._folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.defpath,
            **self._environment,
        }
        self._process = subprocess.Popen(
            self._command, cwd=self._folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def invoke(self, event: bytes) -> tuple[bytes, float]:
        """The answer to ``event``, and when it came (``time.perf_counter``). Raises ``FunctionError``."""
        self._events.put(event)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                kind, body, came = self._answers.get(timeout=0.5)
            except queue.Empty:
                if self._process.poll() is None:
                    continue
                break
            if kind != "response":
                raise FunctionError(f"{self._command[0]}: {body.decode(errors='replace')}")
            return body, came
        raise FunctionError(f"{self._command[0]}: no answer; it wrote: {self._last_words()}")

    @property
    def peak_memory(self) -> float:
        """In MB, so far."""
        return peak_memory(self._process.pid)

    @property
    def processor_time(self) -> float:
        """In ms, so far."""
        return processor_time(self._process.pid)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._events.put(b"")  # lets the request that waits for an event end
        self._server.shutdown()
        self._server.server_close()

    def _last_words(self) -> str:
        self._process.kill()
        return self._process.communicate()[1].decode(errors="replace")[-2000:]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        events, answers = self._events, self._answers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # the head and the body of an answer leave in one packet

            def do_GET(self) -> None:
                event = events.get()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(event)))
                self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 5000))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", _ARN)
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self) -> None:
                length = self.headers["Content-Length"]
                body = self._chunks() if length is None else self.rfile.read(int(length))
                answers.put((self.path.rpartition("/")[2], body, time.perf_counter()))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _chunks(self) -> bytes:
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def log_message(self, format: str, *args: object) -> None:
                """No log: the terminal is for the results."""

        return Handler
