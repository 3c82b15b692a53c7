"""An identity provider beside one's own keys: the tokens of its users, and what the backend hears of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.web import fetch
from testkit.api import bearer

from .backend import Backend
from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk


@pytest.fixture(scope="module")
def folder(consumer: Consumer) -> Path:
    """A copy of the example, with a key of the provider."""
    copy = consumer.copy("identity_provider")
    made = consumer.run(copy, "identity_provider.py", "keys")
    assert made.returncode == 0, made.stderr
    return copy


@pytest.fixture(scope="module")
def example(consumer: Consumer, folder: Path, backend: Backend) -> Iterator[DeployedExample]:
    with consumer.deployed(folder, backend=backend.url) as deployed:
        yield deployed


def test_what_the_readme_calls(example: DeployedExample, consumer: Consumer, folder: Path) -> None:
    walk(consumer, EXAMPLES / "identity_provider" / "README.md", example.outputs, folder)


def test_the_backend_hears_who_it_is_by_issuer_and_subject(
    example: DeployedExample, consumer: Consumer, folder: Path
) -> None:
    user = consumer.run(folder, "identity_provider.py", "access").stdout.strip()
    own = example.token(aud="https://api.example.com/orders", scope="orders:read")
    callers = [
        fetch(example.outputs["endpoint"] + "/orders", {**bearer(token), "X-Caller": "admin"}).json()["caller"]
        for token in (user, own)
    ]

    assert callers == ["https://example-dev.eu.auth0.com/ auth0|alice", "https://auth.example.com alice"]
