"""Modules that run in forks of one process, which has imported ``kms_jwt`` before."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

_SERVER = Path(__file__).with_name("fork_server.py")


class Fork:
    """A running module: of ``subprocess.Popen`` what its users need."""

    def __init__(self, forks: "Forks", pid: int, stdout: IO[str]) -> None:
        self.stdout = stdout
        self._forks = forks
        self._pid = pid

    def interrupt(self) -> int:
        """Sends SIGINT, and returns the exit code."""
        os.kill(self._pid, signal.SIGINT)
        return self.wait()

    def wait(self) -> int:
        """The exit code, once it has ended. What it has not printed yet is lost."""
        self.stdout.close()
        return int(self._forks.ask({"wait": self._pid}))


class Forks:
    """The process, while the ``with`` block lasts. ``environment`` is that of every fork."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        self._requests, theirs = socket.socketpair()
        self._requests.settimeout(60)  # as long as a fork may take to end on a busy machine
        self._answers = self._requests.makefile("rb")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, _SERVER, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=self._environment
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._answers.close()
        self._requests.close()
        self._process.wait()

    def start(self, module: str, arguments: Sequence[str], folder: Path, log: IO[str]) -> Fork:
        """``python -m module`` in ``folder``; standard error goes to ``log``."""
        readable, writable = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        request = {"module": module, "arguments": arguments, "folder": str(folder)}
        try:
            pid = self.ask(request, [nothing, writable, log.fileno()])
        finally:
            os.close(writable)
            os.close(nothing)
        return Fork(self, pid, os.fdopen(readable))

    def ask(self, request: Mapping[str, Any], descriptors: Sequence[int] = ()) -> Any:
        """The answer of the process."""
        socket.send_fds(self._requests, [json.dumps(request).encode() + b"\n"], descriptors)
        return json.loads(self._answers.readline())
