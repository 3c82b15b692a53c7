"""Where there is no browser, the run ends before anything is deployed."""

import pytest

from .chromium import NoBrowser, programs


def pytest_configure() -> None:
    """Says how to get one."""
    try:
        programs()
    except NoBrowser as missing:
        raise pytest.UsageError(str(missing)) from None
