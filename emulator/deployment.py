"""Runs a Pulumi program in this process, on Pulumi's own runtime, against MiniStack."""

import asyncio
import contextlib
import contextvars
import logging
import runpy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi.runtime
from pulumi.runtime import mocks, settings, stack

from . import listeners
from .aws import DEFAULT_REGION, Aws
from .config import full_config
from .monitor import Monitor
from .reconciler import Change, Reconciler
from .resources.handler import Deployed
from .server import MiniStack


@dataclass
class Deployment:
    """One stack of a Pulumi program.

    ``program`` is the folder with ``__main__.py`` and, optionally, ``Pulumi.yaml``, whose configuration defaults apply. Keys
    of ``config`` belong to ``project`` unless they have another namespace, such as ``aws:region``. Structured values are
    accepted as Python values. Program and configuration may be changed between runs: the next ``up`` updates the emulator.
    """

    ministack: MiniStack
    program: Path
    project: str
    stack: str
    config: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reconciler = Reconciler(self.ministack)
        self._listeners: dict[str, str] = {}

    @property
    def resources(self) -> Mapping[str, Deployed]:
        """The deployed resources by URN, dependencies first. Components are not listed."""
        return dict(sorted(self._reconciler.state.items(), key=lambda item: item[1].order))

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
        config = full_config(self.program, self.project, self.stack, self.config)
        region = config.get("aws:region", DEFAULT_REGION)
        self._set_listeners(listeners.check(config))
        self._reconciler.begin(region)
        monitor = Monitor(self.ministack, self._reconciler, self.project, self.stack, region)
        # A separate loop and context: this run leaves nothing in Pulumi's global state, and nothing that is there already
        # (such as the mocks of a unit test) affects the program.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            # One error makes every output that depends on it fail; the run raises it, and the others are not logged.
            runner.get_loop().set_exception_handler(lambda loop, context: None)
            try:
                runner.run(self._run(monitor, config), context=contextvars.Context())
            except Exception as error:
                if monitor.failure and monitor.failure is not error:
                    raise monitor.failure from error
                raise
        self._reconciler.finish()
        return monitor.outputs

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
        with _as_language_host(self.program):
            await stack.run_in_stack(self._execute)

    def _execute(self) -> None:
        runpy.run_path(str(self.program / "__main__.py"), run_name="__main__")


@contextlib.contextmanager
def _as_language_host(program: Path) -> Iterator[None]:
    """As the Pulumi CLI starts a program: in its folder, which is first on the import path."""
    folder = str(program.resolve())
    sys.path.insert(0, folder)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path.remove(folder)
