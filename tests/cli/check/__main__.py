"""The table of mutations, ``python -m tests.cli.check``: each promise is broken on the emulator, and what fails is shown."""

import sys
import tempfile
from pathlib import Path

from cli.check.row import State
from emulator.server import MiniStack

from .mutations import MUTATIONS
from .stack import Stack, deployment


def main() -> int:
    """Prints the table. Returns 1 if a row fails that should not, or does not that should."""
    with MiniStack() as ministack, tempfile.TemporaryDirectory() as folder:
        deployed = deployment(ministack)
        stack = Stack(deployed.up(), deployed.aws, Path(folder))
        wrong = 0
        print(f"{'promise that is broken':<60}  row that fails")
        for mutation in MUTATIONS:
            with mutation.how(stack):
                failed = [row for row in stack.check() if row.state is State.BROKEN]
            wrong += {row.promise for row in failed} != mutation.rows
            for index, row in enumerate(failed):
                print(f"{'' if index else mutation.broken:<60}  {row.promise}: {row.found}", flush=True)
    print(f"\n{len(MUTATIONS)} promises broken, {wrong} not found as they should be")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
