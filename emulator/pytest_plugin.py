"""A pytest plugin: your Pulumi program, deployed on the embedded AWS, in seconds and without an account.

It is part of the package: a test requests the fixture ``deployed_stack``.
"""

# Loaded in every pytest run where the package is installed: expensive imports are made by the fixtures that need them.
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from .deployment import Deployment
    from .resources import Function, Handler
    from .server import MiniStack


class DeployStack(Protocol):
    """The value of the fixture ``deployed_stack``."""

    def __call__(
        self,
        program: Path | str = ".",
        stack: str = "local",
        *,
        handlers: "Mapping[str, Handler | Function] | None" = None,
        fakes: Sequence[str] = (),
        stack_outputs: Mapping[str, Mapping[str, Any]] | None = None,
        **config: Any,
    ) -> "DeployedStack":
        """Deploy the stack of the program in this folder; ``config`` replaces values of its file.

        ``handlers`` deploys resource types, and answers provider functions, that the emulator does not support, by token.
        ``fakes`` are patterns of such tokens, as ``aws:wafv2/*``: these resources exist in the stack only, with their inputs,
        an ``id`` and an ``arn``, and each is a warning. ``stack_outputs`` has the outputs of other stacks, by the name that
        the program gives to ``StackReference``.
        """


class DeployedStack:
    """A stack deployed on the embedded AWS."""

    def __init__(self, deployment: "Deployment") -> None:
        self._deployment = deployment
        self._warned: set[str] = set()
        self.outputs: dict[str, Any] = self._up()
        """The stack's outputs, with secrets in plain text."""

    @property
    def resources(self) -> dict[str, Any]:
        """URN -> deployed resource, with its type, name, id, inputs and outputs."""
        return dict(self._deployment.resources)

    def client(self, service: str) -> Any:
        """A boto3 client for an AWS service in the stack's region."""
        return self._deployment.aws.client(service)

    @property
    def mutual_tls_address(self) -> str | None:
        """Where custom domains that require mutual TLS are, such as ``127.0.0.1:41235``; ``None`` if there is none."""
        return self._deployment.ministack.mutual_tls_address

    def update(self, **config: Any) -> dict[str, Any]:
        """Update the stack in place with other values of its configuration, and what has changed in its files. Returns the
        outputs."""
        self._deployment.config = {**self._deployment.config, **config}
        self.outputs = self._up()
        return self.outputs

    def _up(self) -> dict[str, Any]:
        outputs = self._deployment.up()
        for urn in self._deployment.faked:
            if urn not in self._warned:
                self._warned.add(urn)
                warnings.warn(f"{urn} is a fake: nothing of it exists in the emulator", stacklevel=4)
        return outputs


@pytest.fixture(scope="session")
def ministack() -> Iterator["MiniStack"]:
    """The embedded AWS, one for the session."""
    from .server import MiniStack

    with MiniStack() as running:
        yield running


@pytest.fixture(scope="module")
def deployed_stack(ministack: "MiniStack") -> Iterator[DeployStack]:
    """Deploys stacks for the tests of a module, and destroys them after these."""
    from .config import load_stack
    from .deployment import Deployment

    with ExitStack() as destroyed:

        def deploy(
            program: Path | str = ".",
            stack: str = "local",
            *,
            handlers: "Mapping[str, Handler | Function] | None" = None,
            fakes: Sequence[str] = (),
            stack_outputs: Mapping[str, Mapping[str, Any]] | None = None,
            **config: Any,
        ) -> DeployedStack:
            folder = Path(program).resolve()
            file = load_stack(folder, stack)
            values = {**file.config, **config}
            deployment = Deployment(
                ministack, folder, file.project, stack, values, handlers or {}, fakes, stack_outputs or {}
            )
            destroyed.callback(deployment.destroy)
            return DeployedStack(deployment)

        yield deploy
