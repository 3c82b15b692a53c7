"""Updates the emulator from the deployed resources to what the program declares now, one resource at a time."""

import itertools
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import ClientError

from .aws import Aws
from .declaration import Change, Declaration, Step
from .errors import ResourceError, UnsupportedError
from .resources.handler import Deployed, Handler, Inputs, Outputs
from .server import MiniStack
from .supported import Supported

log = logging.getLogger("emulator")


class Reconciler:
    """The state of one stack and the operations that change it.

    A run is ``begin``, then ``apply`` for each declaration (from any thread, dependencies first), then ``finish``.
    The state always contains everything that exists, even if a run is aborted.
    """

    def __init__(self, ministack: MiniStack) -> None:
        self.supported = Supported()
        self.state: dict[str, Deployed] = {}
        self.changes: list[Change] = []
        self.watch: Callable[[Step], object] = lambda step: None
        """Called with each step, from any thread."""
        self._replaced: list[Deployed] = []
        self._declared: list[Declaration] = []
        self._whole: list[Declaration] = []
        self._run = 0
        self._applied = itertools.count()
        self._seen: set[str] = set()
        self._ministack = ministack
        self._lock = threading.Lock()

    def begin(self, supported: Supported) -> None:
        """Starts a run, in which these types are supported. They are asked also for what they have created already."""
        self.supported = supported
        self._run += 1
        self._seen.clear()
        self._declared = []
        self.changes = []

    def apply(self, declared: Declaration) -> Deployed:
        """Creates, updates or replaces one resource, or does nothing if it is unchanged."""
        handler = self.supported.resource(declared.type)
        _check_inputs_are_known(handler, declared)
        started = time.monotonic()
        self.watch(Step(declared.urn, parent=declared.parent))
        try:
            resource = self._reconcile(handler, declared, self.state.get(declared.urn))
        except ResourceError:
            raise
        except Exception as error:
            raise ResourceError(f"{declared.urn}: {_reason(error)}") from error
        with self._lock:
            self._seen.add(declared.urn)
            self._declared.append(declared)
            self.state[declared.urn] = replace(resource, order=self._next_order())
            done = [change.action for change in self.changes if change.urn == declared.urn]
        self.watch(Step(declared.urn, done[-1] if done else None, time.monotonic() - started))
        return resource

    def finish(self) -> None:
        """Deletes what was replaced and what the program no longer declares, dependents first."""
        dropped = [resource for urn, resource in self.state.items() if urn not in self._seen]
        self._delete_all([*dropped, *self._replaced])
        self._whole = self._declared

    def restore(self) -> None:
        """After a run that failed: back to what the last whole run declared. What it would have replaced still exists."""
        replaced = {old.urn: old for old in reversed(self._replaced)}
        self._replaced = [new for urn in replaced if (new := self.state.get(urn))]
        self.state.update(replaced)
        whole = self._whole
        self.begin(self.supported)
        for declared in whole:
            self.apply(declared)
        self.finish()

    def destroy(self) -> None:
        """Deletes everything, dependents first."""
        self.changes = []
        self._delete_all([*self.state.values(), *self._replaced])

    def _delete_all(self, resources: list[Deployed]) -> None:
        for resource in sorted(resources, key=lambda resource: resource.order, reverse=True):
            self._delete(resource)
            if self.state.get(resource.urn) is resource:
                del self.state[resource.urn]
            else:
                self._replaced.remove(resource)

    def _reconcile(self, handler: Handler, declared: Declaration, old: Deployed | None) -> Deployed:
        region = declared.region
        if old is None:
            return self._create("create", handler, declared)
        inputs = _complete(handler, declared, old)
        changed = {name for name in inputs.keys() | old.inputs.keys() if inputs.get(name) != old.inputs.get(name)}
        kept = replace(old, protect=declared.protect, retain_on_delete=declared.retain_on_delete)
        if not changed and region == old.region:
            return kept
        dropped = changed - inputs.keys()
        unchangeable = handler.replace_on | declared.replace_on_changes
        if handler.update and region == old.region and not dropped and not changed & unchangeable:
            outputs = {**old.outputs, **handler.update(self._aws(region), old, inputs)}
            self._record("update", old.urn)
            return replace(kept, inputs=inputs, outputs=_outputs(declared, inputs, outputs))
        return self._replace(handler, declared, old)

    def _create(self, action: str, handler: Handler, declared: Declaration) -> Deployed:
        inputs = _complete(handler, declared, None)
        identifier, outputs = handler.create(self._aws(declared.region), inputs)
        self._record(action, declared.urn)
        if self.supported.is_fake(declared.type):
            log.warning(
                "%s is a fake: it has its inputs, an id and an arn, and nothing else of it exists.", declared.urn
            )
        return Deployed(
            urn=declared.urn,
            type=declared.type,
            name=declared.name,
            id=identifier,
            inputs=inputs,
            outputs=_outputs(declared, inputs, outputs),
            region=declared.region,
            order=self._next_order(),
            auto_named=handler.auto_name is not None and handler.auto_name not in declared.inputs,
            protect=declared.protect,
            retain_on_delete=declared.retain_on_delete,
        )

    def _replace(self, handler: Handler, declared: Declaration, old: Deployed) -> Deployed:
        """Creates the new one first, as the engine does, unless the two would have the same name."""
        _check_not_protected(old)
        name = handler.auto_name
        same_name = name is not None and declared.inputs.get(name) == old.inputs.get(name)
        if declared.delete_before_replace or same_name:
            self._delete(old)
            with self._lock:
                del self.state[old.urn]
            return self._create("replace", handler, declared)
        resource = self._create("replace", handler, declared)
        with self._lock:
            self._replaced.append(old)
        return resource

    def _delete(self, resource: Deployed) -> None:
        _check_not_protected(resource)
        started = time.monotonic()
        if not resource.retain_on_delete:
            try:
                self.supported.resource(resource.type).delete(self._aws(resource.region), resource)
            except Exception as error:
                raise ResourceError(f"{resource.urn}: cannot be deleted: {_reason(error)}") from error
        self._record("delete", resource.urn)
        self.watch(Step(resource.urn, "delete", time.monotonic() - started))

    def _next_order(self) -> tuple[int, int]:
        """After what this run has applied, and before what it has not reached yet, which may depend on it."""
        return -self._run, next(self._applied)

    def _aws(self, region: str) -> Aws:
        return self._ministack.region(region)

    def _record(self, action: str, urn: str) -> None:
        with self._lock:
            self.changes.append(Change(action, urn))
        log.info("%s %s %s", action, *urn.split("::", 3)[2:])


def _check_not_protected(resource: Deployed) -> None:
    if resource.protect:
        raise ResourceError(f"{resource.urn}: it is protected and not deleted. Deploy it with protect=False first.")


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        answer = error.response["Error"]
        return f"{error.operation_name}: {answer.get('Code')}: {answer.get('Message')}"
    return " ".join(str(error).splitlines())


def _check_inputs_are_known(handler: Handler, declared: Declaration) -> None:
    if unknown := handler.unknown(declared.inputs):
        raise UnsupportedError(
            f"{declared.urn}: the emulator does not support the input {', '.join(unknown)} of {declared.type}. "
            f"Supply a handler of your own in handlers={{{declared.type!r}: ...}} (docs/testing.md), or remove the input from "
            "this stack."
        )


def _complete(handler: Handler, declared: Declaration, old: Deployed | None) -> Inputs:
    """The declared inputs with the defaults, the generated name and the ignored changes."""
    inputs: Inputs = {**handler.defaults, **declared.inputs}
    if "tags" in handler.defaults:
        inputs["tags"] = {**declared.default_tags, **inputs["tags"]}
    if handler.auto_name and handler.auto_name not in declared.inputs:
        made_up = f"{handler.auto_name_prefix}{declared.name}-{secrets.token_hex(4)[:7]}"
        made_up = made_up.lower() if handler.auto_name_lower else made_up
        inputs[handler.auto_name] = old.inputs[handler.auto_name] if old and old.auto_named else made_up
    if old:
        inputs.update({name: old.inputs[name] for name in declared.ignore_changes if name in old.inputs})
    return inputs


def _outputs(declared: Declaration, inputs: Inputs, outputs: Outputs) -> Outputs:
    """What the AWS provider returns for every type: the region, and the tags without and with its own."""
    tags = {"tags": declared.inputs.get("tags", {}), "tagsAll": inputs["tags"]} if "tags" in inputs else {}
    return {"region": declared.region, **tags, **outputs}
