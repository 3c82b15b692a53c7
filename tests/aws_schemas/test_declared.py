"""What the components declare, judged by AWS's own resource schemas and its lists of actions, through cfn-lint."""

import json
import re
from collections.abc import Iterable
from typing import Any

import pulumi
import pytest

from components.kms.algorithms import ALGORITHMS
from components.testing import REGION, Declared, Recording, declare
from components.testing.mock_aws import created

from ..components import example
from .inputs import all_inputs, noted
from .programs import every_algorithm, everything, other_authorizations, snap_start
from .template import templates

pytestmark = pytest.mark.slow


def _program() -> None:
    everything()
    snap_start()
    other_authorizations()
    example.whole_api()  # the golden one


@pytest.fixture(scope="module")
def stack() -> tuple[Recording, set[str]]:
    """What the programs declare, and the inputs that they give."""
    with noted() as inputs:
        return declare(_program), inputs


def _faults(declared: Iterable[Declared]) -> list[str]:
    from cfnlint.api import lint  # a second, which only who runs these tests should spend
    from cfnlint.config import ManualArgs

    return [
        f"{region}: {'/'.join(map(str, fault.path or []))}: {fault.rule.id} {fault.message}"
        for region, template in templates(declared).items()
        for fault in lint(json.dumps(template), config=ManualArgs(regions=[region], include_checks=["I"]))
    ]


def test_every_input_of_every_component_is_given(stack: tuple[Recording, set[str]]) -> None:
    """A new input belongs into one of ``programs``."""
    assert all_inputs() - stack[1] == set()


def test_aws_accepts_all_that_can_be_declared(stack: tuple[Recording, set[str]]) -> None:
    # Without their public keys: to generate those of RSA takes seconds.
    keys = declare(every_algorithm, preview=True).all("aws:kms/key:Key")
    assert len(keys) == len(ALGORITHMS)

    faults = _faults([*stack[0].resources, *keys])
    assert not faults, "\n".join(faults)


def _key(name: str, **inputs: Any) -> Declared:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:GetPublicKey", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **inputs.pop("statement", {})}]})
    return Declared("aws:kms/key:Key", name, {"policy": policy, **inputs})


def test_a_fault_is_seen() -> None:
    faulty = {
        "spec": (_key("spec", customerMasterKeySpec="ECC_P521"), "E3030"),
        "action": (_key("action", statement={"Action": "kms:GetPubKey"}), "W3037"),
        "days": (_key("days", deletionWindowInDays=5.0), "E3034"),
        "unknown": (_key("unknown", newInput=True), "E3002"),
        "lacking": (Declared("aws:lambda/permission:Permission", "lacking", {"function": "backend"}), "E3003"),
        "version": (Declared("aws:lambda/function:Function", "version", {"publish": True, "runtime": "x"}), "E3030"),
    }
    found = "\n".join(_faults(declared for declared, _ in faulty.values()))

    for name, (_, rule) in faulty.items():
        assert re.search(rf"{name.title()}/\S* {rule} ", found), f"{rule} for {name} in:\n{found}"


def test_a_type_that_is_not_translated_is_an_error() -> None:
    with pytest.raises(KeyError, match="aws:sqs/queue:Queue"):
        templates([Declared("aws:sqs/queue:Queue", "queue", {})])


def test_what_is_in_another_region_is_judged_there() -> None:
    found = templates([_key("key"), _key("key", region="eu-central-1")])

    assert {region: list(template["Resources"]) for region, template in found.items()} == {
        REGION: ["KmsKeyKey"],
        "eu-central-1": ["KmsKeyKey"],
    }


class _Update(Recording):
    """The preview of an update: everything exists, and AWS has told what it computes."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        id_, outputs = created(args.typ, args.name, args.inputs)
        self.resources.append(Declared(args.typ, args.name, args.inputs, id_, outputs))
        return id_, outputs


def test_previews_pass(monkeypatch: pytest.MonkeyPatch, stack: tuple[Recording, set[str]]) -> None:
    """That of a new stack, where what AWS computes is unknown, and that of an update without a change."""
    preview = declare(_program, preview=True)
    assert _by_name(preview).keys() == _by_name(stack[0]).keys()

    monkeypatch.setattr("components.testing.Recording", _Update)
    assert _by_name(declare(_program, preview=True)) == _by_name(stack[0])


def _by_name(recording: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    """The inputs of each resource, without the package, of which no two are equal objects."""
    return {
        (item.type, item.name): {key: value for key, value in item.inputs.items() if key != "code"}
        for item in recording.resources
    }
