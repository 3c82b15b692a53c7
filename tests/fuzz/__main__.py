"""``make fuzz``: the properties of the authorizer, tried for a while on inputs that were never tried before.

Coverage-guided with atheris if it is installed (``pip install atheris``), else with Hypothesis.
"""

import argparse
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.progress import Progress


def fuzz_with_hypothesis(seconds: float, progress: Progress) -> Counter[bool]:
    """Try new inputs for about so long. Returns how many were allowed, and how many were not."""
    from hypothesis import HealthCheck, given, settings

    from tests.authorizer.inputs import EVENTS
    from tests.authorizer.properties import Properties

    properties = Properties()
    outcomes: Counter[bool] = Counter()
    started = time.monotonic()

    @settings(database=None, deadline=None, max_examples=500, suppress_health_check=list(HealthCheck))
    @given(candidate=EVENTS)
    def check(candidate: object) -> None:
        outcomes[properties.check(candidate)] += 1

    while (passed := time.monotonic() - started) < seconds:
        progress.show(passed, f"{outcomes.total()} inputs")
        check()
    return outcomes


def fuzz_with_atheris(seconds: int, seeds: Path) -> None:
    """Let atheris look for inputs that reach new code; it says itself how many it tried, and ends the process."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore] # not a dependency

    # What is instrumented must not have been imported before.
    with atheris.instrument_imports(include=["authorizer"]):
        from tests.fuzz.target import Target, write_seeds

    write_seeds(seeds)
    limits = [f"-max_total_time={seconds}", "-max_len=9000", f"-artifact_prefix={seeds.parent}/"]
    atheris.Setup([sys.argv[0], *limits, str(seeds)], Target().check)
    atheris.Fuzz()


def main() -> int:
    """Fuzz, and say how much was tried. Returns the exit code; a property that does not hold is raised."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Fuzz the authorizer.")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default 60)")
    seconds = parser.parse_args().seconds
    if find_spec("atheris"):
        with TemporaryDirectory() as directory:
            seeds = Path(directory, "seeds")
            seeds.mkdir()
            fuzz_with_atheris(seconds, seeds)
        return 0
    with Progress("Fuzzing with Hypothesis", seconds, note=f"for {seconds} s; atheris is not installed") as progress:
        outcomes = fuzz_with_hypothesis(seconds, progress)
    print(f"{outcomes.total()} inputs tried, {outcomes[True]} let in: every property held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
