"""Runs MiniStack in its own environment, and ends it when the process that started it ends.

Only the standard library and MiniStack can be imported here. Standard input is a pipe from the parent: however the parent
ends, even by SIGKILL, the pipe is closed, and the whole process group is ended.
"""

import os
import runpy
import shutil
import signal
import sys
import threading
from pathlib import Path


def _end_with_parent(state_folder: Path) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(state_folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serves until killed. The current directory is the state folder: it is removed together with the process."""
    threading.Thread(target=_end_with_parent, args=(Path.cwd(),), daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
