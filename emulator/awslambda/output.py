"""What a function wrote, collected as soon as its answer is there.

MiniStack looks for lines on standard error each millisecond until none has come for a while: 5 ms after the last line, and 50
ms for a function that writes nothing, which is most of the time that a request takes. But a function writes before it answers:
all it wrote is in the pipe by then, and is read without waiting.
"""

import os
import select
import threading
from typing import Any

from ministack.core.lambda_runtime import Worker


class _Pipe:
    """Standard error of a worker's process, read by its own thread so that it never fills, and by whoever wants the rest."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._read = bytearray()

    def follow(self) -> None:
        """Reads until the process has ended."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        while self._take():
            poll.poll()

    def _take(self) -> bool:
        """Reads what is there. ``False`` at the end."""
        with self._lock:
            try:
                while chunk := os.read(self._descriptor, 65536):
                    self._read += chunk
            except BlockingIOError:
                return True
            return False

    def text(self) -> str:
        """All that was written since the last call."""
        self._take()
        with self._lock:
            text = self._read.decode("utf-8", errors="replace").removesuffix("\n")
            self._read.clear()
            return text


def install() -> None:
    """From now on the workers of Python and Node.js functions do not wait for lines."""
    originals: dict[str, Any] = {name: getattr(Worker, name) for name in ("_drain_stderr", "_drain_stderr_bounded")}

    def follow(worker: Any) -> None:
        stream = worker._proc.stderr  # kept open as long as it is read
        worker.standard_error = _Pipe(stream.fileno())
        worker.standard_error.follow()

    def draining(name: str) -> Any:
        def drain(worker: Any, *arguments: Any, **options: Any) -> str:
            pipe = getattr(worker, "standard_error", None)  # workers of other runtimes have none
            return pipe.text() if isinstance(pipe, _Pipe) else str(originals[name](worker, *arguments, **options))

        return drain

    Worker._read_stderr = follow
    for name in originals:
        setattr(Worker, name, draining(name))
