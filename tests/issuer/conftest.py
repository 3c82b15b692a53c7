"""The emulator's KMS, which really signs."""

from typing import Any

import pytest

from emulator.server import MiniStack


@pytest.fixture(scope="session")
def kms(ministack: MiniStack) -> Any:
    """A boto3 client of the emulator's KMS."""
    return ministack.client("kms")
