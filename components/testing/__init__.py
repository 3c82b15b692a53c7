"""Pulumi mocks for tests of programs that use the components; they record what a program declares.

``aws.kms.get_public_key`` returns a real public key, of the spec that the key was declared with; ``Recording.private_key``
returns the private key, for tests that sign tokens.
"""

import contextlib
import os
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.settings import SETTINGS, get_root_resource, set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _sync_await

from .event_loop import event_loop
from .mock_aws import ACCOUNT as ACCOUNT
from .mock_aws import REGION as REGION
from .mock_aws import created, key_arn
from .mock_keys import GENERATORS, KeyPairs, key_pair, public_key_answer
from .source_positions import no_source_positions

_DEFAULT_SPEC = "ECC_NIST_P521"
"""The key spec of ES512, the default of ``SigningKeys``, and of keys that the program has not declared."""

PRIVATE_KEY = key_pair(_DEFAULT_SPEC, 0)
"""The private key of a program's only ES512 key; if there are several, use ``Recording.private_key``."""

_KEY, _REPLICA, _ALIAS = "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/alias:Alias"


@dataclass(frozen=True)
class Declared:
    """A resource with its inputs as the engine received them, with names in camelCase."""

    type: str
    """The type token, such as ``aws:kms/key:Key``."""
    name: str
    """The logical name."""
    inputs: dict[str, Any]
    """The inputs, by name."""
    id: str | None = None
    """The id that AWS would give it; ``None`` in a preview."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """The outputs, by name; in a preview the inputs."""
    urn: str = ""
    """The URN, with the type of the parent, once the program has ended."""


@dataclass
class Recording(pulumi.runtime.Mocks):
    """What a program declared, in order."""

    preview: bool
    """Whether values that AWS would compute were unknown."""
    resources: list[Declared] = field(default_factory=list)
    """All resources, in the order in which they were declared."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """The program's exports, with secrets in plain text; in a preview, those that are known."""
    _key_pairs: KeyPairs = field(default_factory=KeyPairs, repr=False)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        unknown = self.preview and args.custom
        id_, outputs = (None, args.inputs) if unknown else created(args.typ, args.name, args.inputs)
        self.resources.append(Declared(args.typ, args.name, args.inputs, id_, outputs))
        return id_, outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answer = _ANSWERS.get(args.token)
        if answer is None:
            raise NotImplementedError(f"{args.token}: not mocked; mocked functions are {', '.join(_ANSWERS)}")
        return answer(self, {"region": self._region(args.provider), **args.args}), []

    def _region(self, provider: str) -> str:
        """The region of a provider, given as ``<URN>::<id>``; that of the default provider if it has none."""
        name = provider.rpartition("::")[0].rpartition("::")[2]
        regions = [item.inputs.get("region") for item in self.all("pulumi:providers:aws") if item.name == name]
        return (regions[0] if regions else None) or REGION

    def private_key(self, key_id: str) -> Any:
        """The private key of a KMS key, identified by its key id (the ``kid`` of a JWK), ARN or alias.

        It is a ``cryptography`` key that PyJWT can sign with: ``jwt.encode(claims, recording.private_key(kid), alg)``.
        Raises ``RuntimeError`` for keys that are not for signing.
        """
        return self._key_pair(key_id)[0]

    def _public_key(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The result of ``aws.kms.get_public_key``."""
        key_id, region = args["keyId"], args.get("region") or REGION
        private_key, found, spec = self._key_pair(key_id)
        arn = key_arn(found, key_id.split(":")[3] if key_id.startswith("arn:") else region)
        return {**public_key_answer(private_key, spec), "arn": arn, "id": arn, "keyId": key_id, "region": region}

    def _key_pair(self, key_id: str) -> tuple[Any, str, str]:
        """The private key, the key's id and its spec."""
        found = self._resolved(key_id)
        spec = next((_spec(key) for key in self.all(_KEY) if created(*_parts(key))[0] == found), _DEFAULT_SPEC)
        if spec not in GENERATORS:  # like the error of KMS
            raise RuntimeError(f"UnsupportedOperationException: {key_id}: keys of spec {spec} do not sign JWTs")
        return self._key_pairs.of(found, spec), found, spec

    def _resolved(self, key_id: str) -> str:
        """The id of the key to which an id, an ARN or an alias refers."""
        name = key_id.rpartition(":")[2].removeprefix("key/")
        targets = [alias.inputs["targetKeyId"] for alias in self.all(_ALIAS) if alias.inputs.get("name") == name]
        return self._resolved(targets[0]) if targets else name

    def only(self, type_: str, name: str | None = None) -> Declared:
        """The only resource of this type, and name if given."""
        (found,) = (item for item in self.resources if item.type == type_ and name in (None, item.name))
        return found

    def all(self, type_: str) -> list[Declared]:
        """The resources of this type, by name."""
        return sorted((item for item in self.resources if item.type == type_), key=lambda item: item.name)


@event_loop()
@no_source_positions()
def declare(
    program: Callable[[], object] | str | os.PathLike[str],
    *,
    preview: bool = False,
    project: str = "shop",
    stack: str = "test",
) -> Recording:
    """Run ``program`` on Pulumi's runtime, and return what it declared.

    ``program`` is a function, or the path of a ``__main__.py``, which is run as by the Pulumi CLI: in its folder, which is
    first on the import path. Its exports are resolved into ``outputs``; a dictionary that a function returns is exported too.
    With ``preview``, values that AWS would compute are unknown, as in `pulumi preview`. Raises the program's exceptions.
    """
    recording = Recording(preview)
    pulumi.runtime.set_mocks(recording, project=project, stack=stack, preview=preview)
    SETTINGS.rpc_manager.clear()
    SETTINGS.outputs.clear()
    set_root_resource(None)  # type: ignore[arg-type] # the exports of an earlier program are not this one's

    def execute() -> None:
        returned = program() if callable(program) else _run_program(Path(program))
        # `runpy.run_path` returns the program's global names.
        if isinstance(returned, dict) and "__builtins__" not in returned:
            for name, value in returned.items():
                pulumi.export(name, value)

    async def run() -> None:
        await run_in_stack(execute)
        stack_resource: Any = get_root_resource()
        for name, value in stack_resource.outputs.items():
            output: pulumi.Output[Any] = pulumi.Output.from_input(value)
            if await output.is_known():
                recording.outputs[name] = await output.future()

    _sync_await(run())
    # The mock monitor makes the URN after it has called the mocks, and keeps the very object that they returned.
    registered: Any = SETTINGS.monitor
    urns = {id(resource.state): urn for urn, resource in registered.resources.items()}
    recording.resources = [replace(item, urn=urns[id(item.outputs)]) for item in recording.resources]
    return recording


def _run_program(program: Path) -> dict[str, object]:
    with _in_folder(program.resolve().parent):
        return runpy.run_path(program.name, run_name="__main__")


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path.remove(str(folder))


def _parts(resource: Declared) -> tuple[str, str, dict[str, Any]]:
    return resource.type, resource.name, resource.inputs


def _spec(key: Declared) -> str:
    return str(key.inputs.get("customerMasterKeySpec") or "SYMMETRIC_DEFAULT")


def _always(**answer: str) -> Callable[[Recording, Mapping[str, Any]], dict[str, Any]]:
    return lambda recording, args: dict(answer)


_ANSWERS: Mapping[str, Callable[[Recording, Mapping[str, Any]], dict[str, Any]]] = {
    "aws:kms/getPublicKey:getPublicKey": Recording._public_key,
    "aws:index/getCallerIdentity:getCallerIdentity": _always(
        accountId=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:user/tester", id=ACCOUNT, userId="AIDATESTER"
    ),
    "aws:index/getRegion:getRegion": lambda recording, args: {
        "region": args["region"],
        "name": args["region"],
        "id": args["region"],
        "description": "",
    },
    "aws:index/getPartition:getPartition": _always(partition="aws", id="aws", dnsSuffix="amazonaws.com"),
}
"""Provider function -> its result."""
