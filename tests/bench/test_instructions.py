"""What a warm request costs, counted: machine instructions where valgrind is there, calls of functions everywhere."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import FrameType

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.tokens import bearer, config, token
from bench.warm import authorizer
from testkit.encoding import from_base64url
from testkit.signers import signer

ROOT = Path(__file__).resolve().parents[2]
COUNT = 30

CALLS_AT_FIRST_SIGHT = 225
CALLS_OF_A_REPEATED_TOKEN = 190
"""In Python and in C; measured 216 and 180 with Python 3.11."""

INSTRUCTIONS_OF_A_REPEATED_TOKEN = 210_000
OVERHEAD_AT_FIRST_SIGHT = 1.06
"""Against the bare verification; measured 180,000 and 1.04."""


def test_calls_of_a_request() -> None:
    key, now = signer("ES512"), time.time()
    side, events = authorizer(key), [bearer(token(key, number)) for number in range(2)]
    with redirect_stdout(StringIO()):
        side.decide(events[0], now)

    assert _calls(lambda: side.decide(events[1], now)) <= CALLS_AT_FIRST_SIGHT
    assert _calls(lambda: side.decide(events[1], now)) <= CALLS_OF_A_REPEATED_TOKEN


def test_instructions_of_a_request() -> None:
    """Compared with those of the bare verification, as in docs/performance.md, but without the noise of a clock."""
    if shutil.which("valgrind") is None:
        return  # the calls above stand in for them
    counted = _instructions(_input())
    bare, first, repeated = (
        (counted[kind] - counted["nothing"]) / COUNT for kind in ("bare verify", "first sight", "repeated token")
    )

    assert repeated <= INSTRUCTIONS_OF_A_REPEATED_TOKEN
    assert first / bare <= OVERHEAD_AT_FIRST_SIGHT, (first, bare)
    assert repeated / bare <= 1 / 20, (repeated, bare)


def _calls(work: Callable[[], object]) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    with redirect_stdout(StringIO()):
        sys.setprofile(note)
        try:
            work()
        finally:
            sys.setprofile(None)
    return count


def _input() -> str:
    key = signer("ES512")
    tokens = [token(key, number) for number in range(COUNT + 1)]
    point = key.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    signatures = [(_der(text.rpartition(".")[2]).hex(), text.rpartition(".")[0]) for text in tokens]
    events = [bearer(text) for text in tokens]
    document = {"config": config(key), "now": time.time(), "events": events, "point": point.hex()}
    return json.dumps({**document, "signatures": signatures})


def _der(segment: str) -> bytes:
    raw = from_base64url(segment)
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _instructions(given: str) -> dict[str, int]:
    """By kind, as in ``counted``."""
    done = subprocess.run(
        [
            *("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
            *(sys.executable, "-m", "tests.bench.counted", str(COUNT)),
        ],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {int(process): count for process, count in re.findall(r"==(\d+)== I +refs: +([\d,]+)", done.stderr)}
    processes: dict[str, int] = json.loads(done.stdout)
    if not found.keys() >= set(processes.values()):
        pytest.fail(f"valgrind counted nothing: {done.stderr[-500:]}")
    return {kind: int(found[process].replace(",", "")) for kind, process in processes.items()}
