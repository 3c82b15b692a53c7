"""MiniStack's process: on loopback only, healthy when ready, and gone with all it started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

from emulator import server
from emulator.archives import freeze
from emulator.errors import PortInUseError, ServerError
from emulator.server import MiniStack
from emulator.web import fetch

from .principals import new_role

HANDLER = "import os\ndef handler(event, context): return os.getpid()"

# Starts MiniStack, says where it is, and waits for its own end.
PARENT = """
import sys
from emulator.server import MiniStack
with MiniStack() as ministack:
    print(ministack.endpoint, flush=True)
    sys.stdin.read()
"""


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether ``condition`` comes true within half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def refuses(endpoint: str) -> bool:
    try:
        fetch(endpoint, timeout=5)
    except OSError:
        return True
    return False


def ended(pid: int) -> bool:
    """Whether the process is gone; one that nobody has waited for yet counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where this process and its children put their temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_it_ends_with_its_lambda_workers_and_leaves_no_file(temporary: Path) -> None:
    code = freeze({"code": pulumi.AssetArchive({"app.py": pulumi.StringAsset(HANDLER)})})["code"]
    with MiniStack() as ministack:
        functions = ministack.region().lambda_
        functions.create_function(
            FunctionName="worker",
            Runtime="python3.13",
            Handler="app.handler",
            Role=new_role(ministack.region().iam, "any", "lambda.amazonaws.com"),
            Code={"ZipFile": code.pack()},
        )
        functions.get_waiter("function_active_v2").wait(FunctionName="worker")
        worker = int(functions.invoke(FunctionName="worker")["Payload"].read())
        assert not ended(worker)

    assert eventually(lambda: ended(worker))
    assert eventually(lambda: refuses(ministack.endpoint))
    assert list(temporary.iterdir()) == []


def test_it_ends_when_its_parent_is_killed(temporary: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        endpoint = parent.stdout.readline().strip()
        assert not refuses(endpoint)
        parent.kill()

    assert parent.returncode == -signal.SIGKILL
    assert eventually(lambda: refuses(endpoint))
    assert eventually(lambda: list(temporary.iterdir()) == [])


def test_it_listens_on_loopback_only(ministack: MiniStack) -> None:
    assert ministack.endpoint == f"http://127.0.0.1:{ministack.port}"
    # All of 127/8 is loopback on Linux: a server that listens everywhere answers here too.
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.2", ministack.port))


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=rf"Port {port} on 127\.0\.0\.1 cannot be used .*--port"):
            MiniStack(port).__enter__()


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_said_plainly(port: int) -> None:
    with pytest.raises(PortInUseError, match=rf"Port {port} on 127\.0\.0\.1 cannot be used \(ports are 1 to 65535\)"):
        MiniStack(port).__enter__()


def test_a_port_that_another_process_takes_meanwhile_is_said_plainly(
    ministack: MiniStack, temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that start at once find the port free, and one of them answers both."""
    slow = tmp_path / "launcher.py"
    slow.write_text("import sys; sys.stdin.read()")
    monkeypatch.setattr(server, "LAUNCHER", slow)
    monkeypatch.setattr(server, "_claim_port", lambda port: port)
    with pytest.raises(PortInUseError, match=rf"Port {ministack.port} on .* \(another process was faster\)"):
        MiniStack(ministack.port).__enter__()
    assert list(temporary.iterdir()) == []


def test_a_given_port_is_used() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with MiniStack(port) as ministack:
        assert ministack.endpoint == f"http://127.0.0.1:{port}"
        assert fetch(f"{ministack.endpoint}/_ministack/health").status == 200


def test_the_settings_of_the_user_neither_reach_nor_break_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    with MiniStack() as ministack:
        key = ministack.region().kms.create_key()["KeyMetadata"]
        assert key["Arn"].startswith("arn:aws:kms:us-east-1:000000000000:key/")
        assert fetch(ministack.endpoint + "/_ministack/health").status == 200


def test_a_failed_start_shows_the_end_of_the_log(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "launcher.py"
    broken.write_text("raise SystemExit('the disk is on fire')")
    monkeypatch.setattr(server, "LAUNCHER", broken)
    with pytest.raises(ServerError, match=r"ended with 1 while starting.*\n.*the disk is on fire"):
        MiniStack().__enter__()
    assert list(temporary.iterdir()) == []


def test_a_start_that_takes_too_long_is_given_up(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = tmp_path / "launcher.py"
    idle.write_text("import sys; sys.stdin.read()")
    monkeypatch.setattr(server, "LAUNCHER", idle)
    monkeypatch.setattr(server, "START_SECONDS", 0.1)
    with pytest.raises(ServerError, match="was not healthy after 0 seconds"):
        MiniStack().__enter__()
    assert list(temporary.iterdir()) == []


def test_an_unexpected_end_is_reported() -> None:
    with MiniStack() as ministack:
        os.kill(ministack.pid, signal.SIGKILL)
        with pytest.raises(ServerError, match="ended unexpectedly with -9"):
            ministack.wait()
