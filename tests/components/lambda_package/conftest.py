"""Packages in a cache of their own."""

from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest

from components.lambda_package import package

from .builds import forget, install_two_files


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """Nothing is remembered from other tests, nor by them: each has an environment of its own."""
    forget()
    yield
    forget()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of packages in an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kms-jwt" / "packages"


@pytest.fixture
def light(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with two files instead of the dependencies: for what happens to a package."""
    monkeypatch.setattr(package, "_install_dependencies", install_two_files)
    return cache


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said while a package is made ready."""
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", messages.append)
    monkeypatch.setattr(pulumi.log, "warn", lambda message: messages.append(f"warning: {message}"))
    return messages
