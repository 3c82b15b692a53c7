"""Runs MiniStack and what is ours around it in an environment of their own, and ends them with the process that started them.

Only the standard library, MiniStack and its dependencies can be imported here, and what ``_OURS`` names. Standard input
is a pipe from the parent: however the parent ends, even by SIGKILL, the pipe is closed, and the whole process group is
ended.
"""

import importlib
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

_OURS = ("awslambda", "gateway", "iam", "kms", "service_models")


def _end_with_parent(state_folder: Path) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(state_folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serves until killed. The current directory is the state folder: it is removed together with the process."""
    threading.Thread(target=_end_with_parent, args=(Path.cwd(),), daemon=True).start()
    import ministack.app

    sys.path.append(str(Path(__file__).parent))
    awslambda, gateway, iam, kms, service_models = (importlib.import_module(name) for name in _OURS)
    sys.path.pop()  # the rest of the emulator is not for this process
    awslambda.install(Path.cwd() / "packages")
    iam.install()
    kms.install()
    service_models.install()
    ministack.app.app = gateway.Gateway(ministack.app.app)
    ministack.app.main()


if __name__ == "__main__":
    main()
