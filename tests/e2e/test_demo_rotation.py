"""The rotation that ``make demo`` shows."""

import logging
import time

import pytest

from emulator.deployment import Deployment
from examples.demo.rotation import rotate


def test_the_demo_rotates(stack: Deployment, caplog: pytest.LogCaptureFixture) -> None:
    now = int(time.time())
    claims = {"iss": "https://auth.local.example.com", "aud": "orders", "sub": "alice", "iat": now, "exp": now + 600}
    lines: list[str] = []

    assert rotate(stack, claims, lines.append) == 0
    assert [line[:6] for line in lines[2:]] == ["  ok  "] * 3
    assert [line.endswith("200 OK") for line in lines[2:]] == [True] * 3
    assert ["403 Forbidden" in line for line in lines[2:]] == [False, False, True]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
