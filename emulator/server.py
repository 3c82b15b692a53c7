"""MiniStack as a child process: started on a loopback port, awaited, and ended with all of its own processes."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .aws import DEFAULT_REGION, ROOT_CREDENTIAL, Aws
from .environment import ministack_python
from .errors import PortInUseError, ServerError
from .progress import Progress
from .web import fetch

HOST = "127.0.0.1"
START_SECONDS = 60.0  # usually it takes one; the rest allows for a cold disk or a busy machine
LAUNCHER = Path(__file__).parent / "launcher.py"


class MiniStack:
    """The emulated AWS, running while the ``with`` block lasts.

    ``port`` is a TCP port on 127.0.0.1; without it a free one is chosen. Raises ``PortInUseError`` if the port is
    in use, ``SetupError`` if MiniStack cannot be installed, ``ServerError`` if it does not start.
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or 0
        self._regions: dict[str, Aws] = {}
        self._lock = threading.Lock()
        self._cleanup = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The endpoint of all AWS services, such as ``http://127.0.0.1:4566``."""
        return f"http://{HOST}:{self.port}"

    @property
    def mutual_tls_address(self) -> str | None:
        """Where custom domains that require mutual TLS are, such as ``127.0.0.1:41235``; ``None`` if there is none."""
        port = fetch(f"{self.endpoint}/_gateway/mutual-tls").json()["port"]
        return f"{HOST}:{port}" if port else None

    def region(self, name: str = DEFAULT_REGION) -> Aws:
        """The clients of the AWS region ``name``. Regions do not share resources, as on AWS."""
        with self._lock:
            if name not in self._regions:
                self._regions[name] = Aws(self.endpoint, name, self.region)
                self._cleanup.callback(self._regions[name].close)
            return self._regions[name]

    def client(self, service: str) -> Any:
        """A boto3 client of ``service`` in the default region."""
        return self.region().client(service)

    @property
    def pid(self) -> int:
        """The process id of MiniStack, which is also the id of its process group."""
        return self._running().pid

    def wait(self) -> None:
        """Serves until interrupted. Raises ``ServerError`` if MiniStack ends unexpectedly."""
        raise ServerError(f"MiniStack ended unexpectedly with {self._running().wait()}.")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServerError("MiniStack does not run: use it in a `with` block.")
        return self._process

    def __enter__(self) -> Self:
        python = ministack_python()
        self.port = _claim_port(self.port)
        with contextlib.ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="kms-jwt-emulator-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            with Progress("Starting MiniStack", plain=False):
                process = _start(python, self.port, folder)
                stack.callback(_end_group, process)
                self._await_health(process, folder / "ministack.log")
            self._cleanup = stack.pop_all()
            self._process = process
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._cleanup.close()
        self._regions.clear()
        self._process = None

    def _await_health(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ServerError(f"MiniStack ended with {process.returncode} while starting. {_tail(log)}")
            with contextlib.suppress(OSError):
                if fetch(f"{self.endpoint}/_ministack/health", timeout=5).status == HTTPStatus.OK:
                    if fetch(f"{self.endpoint}/_gateway/folder", timeout=5).body.decode("latin-1") != log.parent.name:
                        raise _port_in_use(self.port, "another process was faster")
                    return
            time.sleep(0.02)
        raise ServerError(f"MiniStack was not healthy after {START_SECONDS:.0f} seconds. {_tail(log)}")


def _claim_port(port: int) -> int:
    """A free loopback port: ``port`` itself, or any if it is 0."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that has just been closed is free
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise _port_in_use(port, str(error.strerror)) from error
        except OverflowError:
            raise _port_in_use(port, "ports are 1 to 65535") from None
        return int(probe.getsockname()[1])


def _port_in_use(port: int, why: str) -> PortInUseError:
    return PortInUseError(
        f"Port {port} on {HOST} cannot be used ({why}). Stop the process that listens "
        "there, specify another one with --port, or omit --port for a free one."
    )


def _start(python: Path, port: int, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "ministack.log").open("wb") as log:
        return subprocess.Popen(
            [python, "-I", LAUNCHER],
            stdin=subprocess.PIPE,  # the launcher ends when this closes, that is: with this process
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(port, folder),
            start_new_session=True,  # a process group of its own, Lambda workers included, to be ended as one
        )


def _environment(port: int, folder: Path) -> dict[str, str]:
    """Only the path of the caller's environment: no AWS settings, no proxies, no Python options.

    Lambda workers inherit it; MiniStack adds AWS_ENDPOINT_URL, the region and credentials for them.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),  # functions are unpacked there, and removed with the folder
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": DEFAULT_REGION,
        "LAMBDA_EXECUTOR": "local",
        "AUTH": "true",  # IAM is enforced; the root user's credentials are those of aws.py
        "AWS_ACCESS_KEY_ID": ROOT_CREDENTIAL,
        "AWS_SECRET_ACCESS_KEY": ROOT_CREDENTIAL,
        "IOT_MTLS_ENABLED": "0",  # these two would open other ports
        "SFTP_ENABLED": "0",
    }


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kills MiniStack and its Lambda workers. Nothing needs to be saved: all its state is in memory."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "The last lines of its log:\n" + "\n".join(lines[-20:])
