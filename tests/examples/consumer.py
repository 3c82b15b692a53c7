"""A consumer's machine: ``kms_jwt`` as the wheel installs it, and copies of the examples."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import boto3
import yaml

from issuer import KmsSigner

from .forks import Forks

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


class DeployedExample:
    """An example that is up on the emulator."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        self.outputs = outputs
        self._session = boto3.Session("test", "test", region_name=outputs["aws_region"])

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return self._session.client(service, endpoint_url=self.outputs["aws_endpoint_url"])  # type: ignore[call-overload]

    def token(self, **claims: Any) -> str:
        """A token with the usual claims and these."""
        now = int(time.time())
        usual = {"iss": "https://auth.example.com", "sub": "alice", "iat": now, "exp": now + 600}
        return KmsSigner(self.outputs["key_alias"], self.client("kms")).sign({**usual, **claims})


class Consumer:
    """Somebody who has installed the package. The wheel itself is tested elsewhere; links stand for it here.

    After ``forking``, stacks are deployed in forks of one process, which is sooner than in interpreters of their own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forks: Forks | None = None
        self.import_path = folder / "site-packages"
        package = self.import_path / "kms_jwt"
        package.mkdir(parents=True)
        for part in ("authorizer", "cli", "components", "emulator", "issuer"):
            (package / part).symlink_to(ROOT / part)

    @property
    def environment(self) -> dict[str, str]:
        """For processes that import ``kms_jwt``."""
        return {**os.environ, "PYTHONPATH": str(self.import_path)}

    def copy(self, name: str) -> Path:
        """A new copy of the example ``name``."""
        taken = len(list(self._folder.iterdir()))
        left_behind = shutil.ignore_patterns("__pycache__", "build", "node_modules", ".venv")
        return Path(shutil.copytree(EXAMPLES / name, self._folder / f"{name}-{taken}", ignore=left_behind))

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in ``folder`` with these arguments, and wait for it."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    @contextmanager
    def deployed(
        self, folder: Path, *, stack: str = "local", stack_outputs: Mapping[str, Any] | None = None, **config: Any
    ) -> Iterator[DeployedExample]:
        """A stack of the program in ``folder``, up; ``config`` replaces values of its file; ``None`` removes one.

        ``stack_outputs`` are the outputs of other stacks, by name.
        """
        _configure(folder / f"Pulumi.{stack}.yaml", config)
        arguments = ["up", "--json", "--stack", stack]
        for number, (name, outputs) in enumerate((stack_outputs or {}).items()):
            file = folder / f"outputs-{number}.json"
            file.write_text(json.dumps(outputs))
            arguments += ["--stack-outputs", f"{name}={file}"]
        log = folder / "emulator.log"
        with log.open("w") as stderr, self._running(arguments, folder, stderr) as stdout:
            line = stdout.readline()
            assert line, log.read_text()
            yield DeployedExample(json.loads(line))

    @contextmanager
    def forking(self) -> Iterator[Forks]:
        """Until the end of the block."""
        with Forks(self.environment) as self._forks:
            yield self._forks
        self._forks = None

    @contextmanager
    def _running(self, arguments: list[str], folder: Path, stderr: IO[str]) -> Iterator[IO[str]]:
        """The emulator's command in ``folder``, with its standard output. It is interrupted in the end, and ends with 0."""
        if self._forks:
            fork = self._forks.start("kms_jwt.emulator", arguments, folder, stderr)
            try:
                yield fork.stdout
            finally:
                code = fork.interrupt()
        else:
            command = [sys.executable, "-m", "kms_jwt.emulator", *arguments]
            with subprocess.Popen(
                command, cwd=folder, env=self.environment, stdout=subprocess.PIPE, stderr=stderr, text=True
            ) as process:
                assert process.stdout is not None
                try:
                    yield process.stdout
                finally:
                    process.send_signal(signal.SIGINT)
                    code = process.wait(timeout=30)
        assert code == 0


def _configure(file: Path, changes: Mapping[str, Any]) -> None:
    document = yaml.safe_load(file.read_text())
    project = yaml.safe_load((file.parent / "Pulumi.yaml").read_text())["name"]
    values = {key.removeprefix(f"{project}:"): value for key, value in document["config"].items()}
    config = {key: value for key, value in {**values, **changes}.items() if value is not None}
    file.write_text(yaml.safe_dump({**document, "config": config}))
