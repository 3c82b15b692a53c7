"""What a function writes to standard error, which is its log.

It must be read while the function works, lest it waits for room in the pipe: here by the thread that awaits its answer, and
before the first invocation by a thread that MiniStack starts for it. In between nobody reads, as nothing runs then on AWS.
"""

import os
import select
import threading
from typing import Any

_WHILE_STARTING_MS = 20
_creation = threading.Lock()


class Output:
    """Standard error of a worker's process."""

    def __init__(self, stream: Any) -> None:
        self.descriptor: int = stream.fileno()
        self.has_started = threading.Event()
        os.set_blocking(self.descriptor, False)
        self._lock = threading.Lock()
        self._read = bytearray()

    def follow(self) -> None:
        """Reads until the process has started, or has ended."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        while not self.has_started.is_set() and self.take():
            poll.poll(_WHILE_STARTING_MS)

    def take(self) -> bool:
        """Reads what is there. ``False`` at the end."""
        with self._lock:
            try:
                while chunk := os.read(self.descriptor, 65536):
                    self._read += chunk
            except BlockingIOError:
                return True
            return False

    def text(self) -> str:
        """All that was written since the last call. A function writes before it answers: by then it is all there."""
        self.take()
        with self._lock:
            text = self._read.decode("utf-8", errors="replace").removesuffix("\n")
            self._read.clear()
            return text


def of(process: Any) -> Output:
    """The output of a worker's process."""
    with _creation:
        if not hasattr(process, "output"):
            process.output = Output(process.stderr)
    output: Output = process.output
    return output
