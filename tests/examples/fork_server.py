"""A process that has imported ``kms_jwt``, and starts Python's modules in forks of itself: most of a start are imports.

It runs as a script, with ``kms_jwt`` on the import path. Each line on the socket whose descriptor is its argument is a
request, see ``forks.py``. What a fork imports and changes is its own.
"""

import gc
import json
import os
import runpy
import socket
import sys
import threading
from typing import Any

from kms_jwt import components  # noqa: F401 - for the forks, as what follows
from kms_jwt.emulator import deployment  # noqa: F401


def _serve(requests: socket.socket) -> dict[str, Any] | None:
    """Answers requests. Returns one that is to be fulfilled, in a process of its own, and ``None`` at the end."""
    answer: Any
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1 << 20, 3)
        if not message:
            return None
        request: dict[str, Any] = json.loads(message)
        if "imported" in request:
            answer = sorted(name for name in sys.modules if name.startswith(request["imported"]))
        elif "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        elif answer := os.fork():
            for descriptor in descriptors:
                os.close(descriptor)
        else:
            for number, descriptor in enumerate(descriptors):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return request
        requests.sendall(json.dumps(answer).encode() + b"\n")


def _main() -> None:
    gc.freeze()
    if threading.active_count() > 1:
        raise SystemExit("a fork would lack the threads of this process")
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        request = _serve(requests)
    if request:
        os.chdir(request["folder"])
        sys.path[0] = request["folder"]
        sys.argv[:] = [request["module"], *request["arguments"]]
        runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
