"""``python -m bench [--quick] [question ...]``: measure, print the tables, write the results."""

import argparse
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from cli.progress import Progress
from components.lambda_package.cache import cache_dir

from . import history, machine, report
from .answer import Answer, Scale

QUESTIONS = (
    *("warm", "denials", "invocation", "packaging", "program", "gateway", "emulator", "refreshes", "cache_hits"),
    "issuing",
)
"""Each is a module of this package."""


def main() -> None:
    """Answer the questions one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast kms-jwt is, beside others.")
    parser.add_argument("questions", nargs="*", metavar="question", help=f"any of {', '.join(QUESTIONS)}; default all")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: for a first look")
    parser.add_argument("--results", type=Path, help="where results.json and the charts go; a full run: bench/results")
    options = parser.parse_args()
    if unknown := [name for name in options.questions if name not in QUESTIONS]:
        parser.error(f"no such question: {', '.join(unknown)}; there are {', '.join(QUESTIONS)}")
    whole = not options.quick and not options.questions  # anything less must not replace the recorded run
    results = options.results or (report.RESULTS if whole else cache_dir("bench") / "results")
    warnings.filterwarnings("ignore", message="EdDSA is deprecated")  # joserfc prefers the name Ed25519
    started = time.monotonic()
    about = machine.describe()
    print("\n".join(f"{name}: {value}" for name, value in about.items()))
    answers: list[Answer] = []
    questions = options.questions or QUESTIONS
    for number, name in enumerate(questions):
        measure: Callable[[Scale], list[Answer] | Answer] = import_module(f".{name}", __package__).measure
        with Progress("Measuring", len(questions), animated=False) as progress:
            progress.show(number, name)
            found = measure(Scale(options.quick))
        for answer in found if isinstance(found, list) else [found]:
            report.show(answer)
            answers.append(answer)
    report.save(answers, about, results)
    if whole:
        history.record(answers, about, results)
    missed = sum(not target.met for answer in answers for target in answer.targets)
    print(f"\n{missed} targets missed, {time.monotonic() - started:.0f} s; charts and results.json: {results}")


if __name__ == "__main__":
    main()
