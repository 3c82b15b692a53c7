"""A pytest plugin: your Pulumi program, deployed on the embedded AWS, in seconds and without an account.

It comes with the package: a test asks for the fixture ``deployed_stack``.
"""

# Loaded into every pytest run of whoever installs the package: what is heavy is imported by the fixtures that need it.
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from .deployment import Deployment
    from .server import MiniStack


class DeployStack(Protocol):
    """What the fixture ``deployed_stack`` gives."""

    def __call__(self, program: Path | str = ".", stack: str = "local", **config: Any) -> "DeployedStack":
        """Deploy the stack of the program in this folder; ``config`` replaces values of its file."""


class DeployedStack:
    """A stack that is up on the embedded AWS."""

    def __init__(self, deployment: "Deployment") -> None:
        self._deployment = deployment
        self.outputs: dict[str, Any] = deployment.up()
        """The stack's outputs, secrets in plain."""

    @property
    def resources(self) -> dict[str, Any]:
        """URN -> what is deployed, with its type, name, id, inputs and outputs."""
        return dict(self._deployment.resources)

    def client(self, service: str) -> Any:
        """A boto3 client of an AWS service of the stack's region."""
        return self._deployment.aws.client(service)

    def update(self, **config: Any) -> dict[str, Any]:
        """Bring the stack up again with other values of its configuration, in place. Returns the outputs."""
        self._deployment.config = {**self._deployment.config, **config}
        self.outputs = self._deployment.up()
        return self.outputs


@pytest.fixture(scope="session")
def ministack() -> Iterator["MiniStack"]:
    """The embedded AWS, one for the session."""
    from .server import MiniStack

    with MiniStack() as running:
        yield running


@pytest.fixture(scope="module")
def deployed_stack(ministack: "MiniStack") -> Iterator[DeployStack]:
    """Deploys stacks for the tests of a module, and destroys them at its end."""
    from .config import load_stack
    from .deployment import Deployment

    with ExitStack() as destroyed:

        def deploy(program: Path | str = ".", stack: str = "local", **config: Any) -> DeployedStack:
            folder = Path(program).resolve()
            file = load_stack(folder, stack)
            deployment = Deployment(ministack, folder, file.project, stack, {**file.config, **config})
            destroyed.callback(deployment.destroy)
            return DeployedStack(deployment)

        yield deploy
