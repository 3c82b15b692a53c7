"""The emulator's KMS, which really signs."""

from typing import Any

import pytest

from emulator.server import MiniStack


@pytest.fixture(scope="session")
def kms(ministack: MiniStack) -> Any:
    """A boto3 client of the emulator's KMS."""
    return ministack.client("kms")


@pytest.fixture
def emulated(ministack: MiniStack, kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who works with the emulator."""
    for name, value in {
        "AWS_ENDPOINT_URL": ministack.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": kms.meta.region_name,
    }.items():
        monkeypatch.setenv(name, value)
