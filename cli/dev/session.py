"""A session: the stack is deployed, served, and deployed again whenever its program changes, until somebody ends it."""

import queue
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from ..packages.emulator import Deployment, EmulatorError, StackFile
from .apis import Api, apis_of
from .display import Display, width
from .messages import logged
from .own_writes import OwnWrites
from .screens import (
    api_lines,
    changed,
    error_line,
    few,
    key_line,
    log_lines,
    message_lines,
    moment,
    output_lines,
    trial_lines,
)
from .summary import Summary
from .tokens import Trial, trial
from .tree import Tree
from .verdict import verdict

_LOG_LINES = 20


class Event(NamedTuple):
    """Something that happened outside of the main thread: ``request``, ``changed``, ``key``, ``ended``, ``left``."""

    name: str
    value: Any = None


class Session:
    """Everything is shown by the main thread, one event after another; other threads only ``put`` events."""

    def __init__(
        self, deployment: Deployment, read_files: Callable[[], StackFile], display: Display, *, has_keys: bool
    ) -> None:
        self._deployment = deployment
        self._read_files = read_files
        self._display = display
        self._has_keys = has_keys
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._summary = Summary()
        self._served = False
        self._region = ""
        self._apis: tuple[Api, ...] = ()
        self._tree = Tree()
        self._trials: tuple[Trial, ...] = ()
        self._writes = OwnWrites(deployment.program)

    def put(self, name: str, value: Any = None) -> None:
        """From any thread: an event to deal with."""
        self._events.put(Event(name, value))

    def deploy(self, because: str = "") -> bool:
        """Deploys the program as it is now; ``because`` begins the line about it. Returns whether it worked.

        After an error what was deployed before is served again.
        """
        with self._writes.running():
            return self._deploy(because)

    def _deploy(self, because: str) -> bool:
        started, tree = time.monotonic(), Tree()
        deployment = self._deployment
        title = f"{because or f'{deployment.project}/{deployment.stack}'}: deploying"
        try:
            deployment.failed_at = None  # of the run before
            self._configure()
            with self._display.deploying(tree, title) as watch, logged(self._message):
                deployment.watch = watch
                outputs = deployment.up()
                outputs |= dict.fromkeys(deployment.secret_outputs, "[secret]")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a program may call sys.exit
            self._failed(error, because)
            return False
        actions = Counter(change.action for change in self._deployment.changes)
        seconds = time.monotonic() - started
        self._region = deployment.aws.region
        tree.adopt(self._tree)
        self._tree = tree
        before, self._apis = self._apis, apis_of(self._deployment.resources.values())
        if not self._served or before != self._apis:
            self._trials = tuple(found for api in self._apis if (found := trial(api, self._deployment)))
            self._served = True
            self._show_stack(outputs, because, actions, seconds, keys_too=not before)
        else:
            fields = {"because": because, "changes": dict(actions), "seconds": round(seconds, 3), "outputs": outputs}
            self._display.event("updated", fields, [f"{moment()} {because}: {changed(actions, seconds)}"])
        return True

    def _configure(self) -> None:
        """Reads the configuration as it is now. Raises ``EmulatorError``, also for one that makes another stack."""
        deployment, files, before = self._deployment, self._read_files(), self._deployment.config
        deployment.config = files.config
        region = deployment.aws.region
        for what, was, now in (("project's name", deployment.project, files.project), ("region", self._region, region)):
            if was not in ("", now):
                deployment.config = before
                raise EmulatorError(
                    f"the {what} was {was} and is {now}, which makes another stack: end this session, and begin one for it"
                )

    def _show_stack(
        self, outputs: Mapping[str, Any], because: str, actions: Counter[str], seconds: float, *, keys_too: bool
    ) -> None:
        deployment = self._deployment
        where = {"aws_endpoint_url": deployment.ministack.endpoint, "aws_region": deployment.aws.region}
        if address := deployment.ministack.mutual_tls_address:
            where["mutual_tls_address"] = address
        fakes = f", {len(deployment.faked)} of the resources are fakes" if deployment.faked else ""
        fields = {
            "because": because,
            "changes": dict(actions),
            "seconds": round(seconds, 3),
            "outputs": {**outputs, **where},
            "apis": [api.fields() for api in self._apis],
            "tokens": [found.fields() for found in self._trials if found.token],
        }
        lines = [
            f"{moment()} {because or f'{deployment.project}/{deployment.stack}'}: {changed(actions, seconds)}{fakes}",
            f"AWS  {'  '.join(where.values())}",
            *api_lines(self._apis, width()),
            *output_lines(outputs),
            *(line for found in self._trials for line in trial_lines(found)),
            *([key_line()] if keys_too and self._has_keys else []),
        ]
        self._display.event("deployed", fields, lines)

    def _failed(self, error: BaseException, because: str) -> None:
        position = self._deployment.failed_at
        said = error.msg if isinstance(error, SyntaxError) and position else str(error)  # the rest is the position
        text = " ".join(said.split()) or "no message"
        message = (
            text if type(error).__module__.startswith(("emulator", "kms_jwt")) else f"{type(error).__name__}: {text}"
        )
        fields = {"because": because, "message": message, "served": self._served}
        if position is not None:
            fields |= {"file": position.file, "line": position.line}
        where = f"{position.file}:{position.line}" if position else ""
        self._display.event("error", fields, [error_line(where, message, served=self._served)])
        if self._served:
            self._deployment.watch = lambda step: None
            self._deployment.restore()

    def _message(self, severity: str, text: str) -> None:
        """From any thread: the program says something, or the library, such as that it builds a package."""
        with suppress(OSError):  # nobody reads any more, which the next event tells
            self._display.event("message", {"severity": severity, "text": text}, message_lines(severity, text))

    def watching(self) -> None:
        """Shows that from now on no change is missed."""
        self._display.event("watching", {"folder": str(self._deployment.program)}, ["watching for changes"])

    def serve(self) -> None:
        """Deals with events until one ends the session. Raises ``KeyboardInterrupt``; ``EmulatorError`` if the emulator is no
        more; ``BrokenPipeError`` if the reader of the output has left."""
        while True:
            event = self._events.get()
            match event.name:
                case "request":
                    self._request(event.value)
                case "changed":
                    self._changed(event.value)
                case "key" if event.value in ("q", ""):
                    return
                case "key" if act := self._acts.get(event.value):
                    act()
                case "key" if event.value.strip():
                    self._display.event("keys", {}, [key_line()])
                case "ended":
                    raise event.value
                case "left":
                    raise BrokenPipeError

    def _changed(self, paths: list[str]) -> None:
        paths, own = self._writes.sort_out(paths)
        if own:
            line = f"{moment()} not watched any more: {few(own)}, which every reload has changed"
            self._display.event("unwatched", {"files": own}, [line])
        if paths:
            self.deploy(f"changed {few(paths)}")

    def end(self) -> None:
        """Shows what the requests came to."""
        self._display.event("summary", self._summary.fields(), self._summary.lines())

    def _request(self, entry: Mapping[str, Any]) -> None:
        found = verdict(entry, self._apis)
        if found is not None:
            self._summary.add(found)
            self._display.event("request", found.fields(), [found.line()])

    @property
    def _acts(self) -> Mapping[str, Callable[[], object]]:
        return {"r": lambda: self.deploy("reload"), "t": self._new_tokens, "l": self._log, "v": self._resources}

    def _new_tokens(self) -> None:
        self._trials = tuple(found for api in self._apis if (found := trial(api, self._deployment)))
        lines = [line for found in self._trials for line in trial_lines(found)] or ["no API asks for a token"]
        self._display.event("tokens", {"tokens": [found.fields() for found in self._trials]}, lines)

    def _log(self) -> None:
        """The last lines of the authorizers' logs."""
        groups = dict.fromkeys(group for api in self._apis for group in api.log_groups)
        for group in groups:
            try:
                found = self._deployment.aws.logs.filter_log_events(logGroupName=group).get("events", [])
            except (BotoCoreError, ClientError) as fault:  # Lambda makes the group when a function first writes
                self._display.event("log", {"group": group}, [f"{group}: {fault}"])
                continue
            events = sorted((dict(event) for event in found), key=lambda event: str(event["timestamp"]))
            lines = list(log_lines(events))[-_LOG_LINES:]
            self._display.event("log", {"group": group}, [group, *lines] if lines else [f"{group}: empty"])
        if not groups:
            self._display.event("log", {}, ["no authorizer"])

    def _resources(self) -> None:
        self._display.event("resources", {}, self._tree.lines() or ["no resources"])
