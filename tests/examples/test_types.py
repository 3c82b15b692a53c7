"""The examples' types, against the package as a consumer sees it: anybody who copies an example has no errors to start with."""

import subprocess
import sys

from .consumer import EXAMPLES, ROOT, Consumer


def test_the_examples_are_typed(consumer: Consumer) -> None:
    files = [
        str(file.relative_to(ROOT))
        for file in [*EXAMPLES.glob("*/**/*.py"), *(ROOT / "templates").glob("*/**/*.py")]
        # The demo is this repository's; FastAPI is in the environment of that example's own test.
        if file.relative_to(ROOT).parts[1] not in ("demo", "whoami")
        and file.name != "app.py"
        and "build" not in file.parts
    ]
    result = subprocess.run(
        [sys.executable, "-m", "mypy", *files],
        cwd=ROOT,
        env={**consumer.environment, "MYPYPATH": str(consumer.import_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(files) > 6
    assert result.returncode == 0, result.stdout
