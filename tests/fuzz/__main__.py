"""``make fuzz``: the properties of the authorizer, tried for a while on inputs that were never tried before.

Coverage-guided with atheris if it is installed (``pip install atheris``), else with Hypothesis.
"""

import argparse
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, given, settings

from tests.authorizer.inputs import EVENTS, event
from tests.authorizer.properties import Properties


def fuzz_with_hypothesis(seconds: float) -> Counter[bool]:
    """Try new inputs for about so long. Returns how many were let in, and how many were not."""
    properties = Properties()
    outcomes: Counter[bool] = Counter()
    end = time.monotonic() + seconds

    @settings(database=None, deadline=None, max_examples=500, suppress_health_check=list(HealthCheck))
    @given(candidate=EVENTS)
    def check(candidate: object) -> None:
        outcomes[properties.check(candidate)] += 1

    while time.monotonic() < end:
        check()
        print(f"  {outcomes.total()} inputs ...", file=sys.stderr, flush=True)
    return outcomes


def fuzz_with_atheris(seconds: int) -> None:
    """Let atheris mutate the ``Authorization`` header; it prints the number of inputs itself, and ends the process."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore] # not a dependency: it needs a compiler on most machines

    with atheris.instrument_imports():
        properties = Properties()

    def check(octets: bytes) -> None:
        properties.check(event(octets.decode("latin-1")))

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=9000"], check)
    atheris.Fuzz()


def main() -> int:
    """Fuzz, and say how much was tried. Returns the exit code; a property that does not hold is raised."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Fuzz the authorizer.")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default 60)")
    seconds = parser.parse_args().seconds
    try:
        fuzz_with_atheris(seconds)
    except ModuleNotFoundError:
        print(f"Fuzzing for {seconds} seconds with Hypothesis (atheris is not installed) ...", file=sys.stderr)
        outcomes = fuzz_with_hypothesis(seconds)
        print(f"{outcomes.total()} inputs tried, {outcomes[True]} let in: every property held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
