"""A stack for tests whose programs are a few lines of their own."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.deployment import Deployment
from emulator.resources.handler import Deployed
from emulator.server import MiniStack


@dataclass
class Bench:
    """A stack whose program is written by the test, in a folder of its own."""

    deployment: Deployment

    def up(self, source: str, **config: object) -> dict[str, Any]:
        """Deploys ``source``, in which ``pulumi``, ``aws`` and ``json`` are there already."""
        header = "import json\nimport pulumi\nimport pulumi_aws as aws\n"
        (self.deployment.program / "__main__.py").write_text(header + textwrap.dedent(source), encoding="utf-8")
        self.deployment.config = config
        return self.deployment.up()

    @property
    def actions(self) -> list[tuple[str, str]]:
        """What the last run did: ``("create", "key")``, by logical name."""
        return [(action, urn.rpartition("::")[2]) for action, urn in self.deployment.changes]

    def resource(self, name: str) -> Deployed:
        """The only deployed resource with this logical name."""
        (found,) = (item for item in self.deployment.resources.values() if item.name == name)
        return found


@contextmanager
def new_bench(ministack: MiniStack, folder: Path) -> Iterator[Bench]:
    """An empty stack with its program in ``folder``, destroyed at the end of the block."""
    program = folder / "program"
    program.mkdir()
    deployment = Deployment(ministack, program, project="bench", stack="test")
    yield Bench(deployment)
    deployment.destroy()
