"""The emulator's KMS, as the issuer's tests have it, and botocore's own files, read once."""

from collections.abc import Iterator
from unittest import mock

import pytest

from tests.issuer.conftest import emulated, kms

__all__ = ["emulated", "kms"]


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """Each command makes a session of boto3, as it does in a process of its own, but the models of services are the same."""
    import botocore.session
    from botocore.loaders import Loader

    class Shared(Loader):
        @property
        def search_paths(self) -> list[str]:
            """A copy: each session adds a folder, which is for resources only."""
            return list(super().search_paths)

    shared = Shared()
    with mock.patch.object(botocore.session, "create_loader", return_value=shared):
        yield
