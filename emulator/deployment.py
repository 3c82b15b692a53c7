"""Runs a Pulumi program in this process, on Pulumi's own runtime, against MiniStack."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi.runtime
from pulumi.runtime import mocks, settings, stack

from . import listeners, position
from .aws import DEFAULT_REGION, Aws
from .config import full_config
from .declaration import Change, Step
from .monitor import Monitor
from .outstanding import awaited_once
from .position import Position
from .program import as_language_host, run_main, seldom_collected
from .reconciler import Reconciler
from .resources.handler import Deployed, Function, Handler
from .resources.provider import default_provider
from .server import MiniStack
from .stack_reference import named_outputs
from .supported import Supported


@dataclass
class Deployment:
    """One stack of a Pulumi program.

    ``program`` is the folder with ``__main__.py`` and, optionally, ``Pulumi.yaml``, whose configuration defaults apply. Keys
    of ``config`` belong to ``project`` unless they have another namespace, such as ``aws:region``. Structured values are
    accepted as Python values. Program and configuration may be changed between runs: the next ``up`` updates the emulator.

    ``handlers`` and ``fakes`` add to what the emulator supports, see ``Supported``. ``stack_outputs`` has the outputs of the
    stacks that the program refers to, by the name that it gives to ``StackReference``.
    """

    ministack: MiniStack
    program: Path
    project: str
    stack: str
    config: Mapping[str, Any] = field(default_factory=dict)
    handlers: Mapping[str, Handler | Function] = field(default_factory=dict)
    fakes: Sequence[str] = ()
    stack_outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    watch: Callable[[Step], object] = lambda step: None
    """Called with each step of a deployment, from any thread."""

    def __post_init__(self) -> None:
        self.failed_at: Position | None = None
        """Where in the program the error of the last ``up`` is, if it is there."""
        self.secret_outputs: frozenset[str] = frozenset()
        """The names of the outputs of the last ``up`` that the program has marked as secret."""
        self._reconciler = Reconciler(self.ministack)
        self._listeners: dict[str, str] = {}
        self._whole_listeners: dict[str, str] = {}

    @property
    def resources(self) -> Mapping[str, Deployed]:
        """The deployed resources by URN, dependencies first. Components are not listed."""
        return dict(sorted(self._reconciler.state.items(), key=lambda item: item[1].order))

    @property
    def faked(self) -> list[str]:
        """The URNs of the resources that are only faked."""
        return [urn for urn, resource in self.resources.items() if self._reconciler.supported.is_fake(resource.type)]

    @property
    def changes(self) -> list[Change]:
        """The operations of the last ``up`` or ``destroy``, in order. Empty if nothing has changed."""
        return list(self._reconciler.changes)

    @property
    def aws(self) -> Aws:
        """The clients of the region that the stack is configured for."""
        config = full_config(self.program, self.project, self.stack, self.config)
        return self.ministack.region(config.get("aws:region", DEFAULT_REGION))

    def up(self) -> dict[str, Any]:
        """Runs the program, deploys what it declares, and returns the stack's outputs, with secrets in plain text.

        Raises the program's exceptions; ``ResourceError`` with the URN that AWS rejected; ``ConfigError`` and
        ``UnsupportedError``, which say what to change. After an error, ``resources`` still lists what exists.
        """
        self.failed_at = None
        config = full_config(self.program, self.project, self.stack, self.config)
        self._set_listeners(listeners.check(config))
        provider = default_provider(config, config.get("aws:region", DEFAULT_REGION))
        self._reconciler.watch = self.watch
        self._reconciler.begin(Supported(self.handlers, self.fakes))
        monitor = Monitor(
            self.ministack, self._reconciler, self.project, self.stack, provider, self.stack_outputs, self.program
        )
        # A separate loop and context: this run leaves nothing in Pulumi's global state, and nothing that is there already
        # (such as the mocks of a unit test) affects the program.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            # One error makes every output that depends on it fail; the run raises it, and the others are not logged.
            runner.get_loop().set_exception_handler(lambda loop, context: None)
            try:
                runner.run(self._run(monitor, config), context=contextvars.Context())
            except Exception as error:
                self.failed_at = monitor.failed_at or position.of_error(error, self.program)
                if monitor.failure and monitor.failure not in _causes(error):
                    raise monitor.failure from error
                raise
        self._reconciler.finish()
        self._whole_listeners = self._listeners
        return monitor.outputs

    def restore(self) -> None:
        """After an ``up`` that failed: what it has changed is again as the last whole one had it. The program does not run.

        Raises ``ResourceError``.
        """
        self._set_listeners(self._whole_listeners)
        self._reconciler.restore()

    def destroy(self) -> None:
        """Deletes everything that is deployed, dependents before what they depend on."""
        self._reconciler.destroy()
        self._set_listeners({})

    def _set_listeners(self, wanted: dict[str, str]) -> None:
        if wanted != self._listeners:
            listeners.put(self.ministack.endpoint, f"{self.project}/{self.stack}", wanted)
            self._listeners = wanted

    async def _run(self, monitor: Monitor, config: dict[str, str]) -> None:
        pulumi.runtime.set_all_config(config)
        settings.configure(
            settings.Settings(
                project=self.project,
                stack=self.stack,
                monitor=monitor,
                engine=mocks.MockEngine(logging.getLogger("emulator.program")),
                dry_run=False,
                organization="organization",
                root_directory=str(self.program),
            )
        )
        with (
            as_language_host(self.program),
            named_outputs(),
            awaited_once(),
            position.stacks_made_once(),
            seldom_collected(),
        ):
            await stack.run_in_stack(lambda: run_main(self.program))
        exported = getattr(settings.get_root_resource(), "outputs", {})
        secret = {name: await pulumi.Output.from_input(value).is_secret() for name, value in exported.items()}
        self.secret_outputs = frozenset(name for name, is_secret in secret.items() if is_secret)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error itself, and what it was raised from: a program may handle a failure, and raise an error that says more."""
    while error:
        yield error
        error = error.__cause__
