"""One stack, for all tests of the folder that need one, and the environment of somebody who works with the emulator."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.server import MiniStack

from .stack import Stack, deployment


@pytest.fixture(scope="package")
def checked(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The deployed stack."""
    deployed = deployment(ministack)
    yield Stack(deployed.up(), deployed.aws, tmp_path_factory.mktemp("mutant"))
    deployed.destroy()


@pytest.fixture
def environment(checked: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account and region of the emulator."""
    for name, value in {
        "AWS_ENDPOINT_URL": checked.aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": checked.aws.region,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def outputs(checked: Stack, tmp_path: Path) -> str:
    """The file with the stack's outputs."""
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(checked.outputs))
    return str(file)
