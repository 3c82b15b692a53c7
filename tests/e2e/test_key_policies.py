"""The key policies of SigningKeys, enforced: who may sign, with which key of a rotation, and with which algorithm."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.kms.generations import rfc3339
from emulator.errors import ResourceError
from emulator.server import MiniStack
from issuer import KmsSigner
from issuer.errors import SigningDenied
from testkit.api import good_claims

from ..emulator.bench import Bench
from ..emulator.principals import client_of, session_of

PROGRAM = """
from components import SigningKeys
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}]}
roles = {name: aws.iam.Role(name, assume_role_policy=json.dumps(trust)) for name in ("service", "other")}
for name, action in (("service", "kms:DescribeKey"), ("other", "kms:*")):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    aws.iam.RolePolicy(name, role=roles[name].name, policy=json.dumps(policy))
keys = SigningKeys("signing", signers=[roles["service"].arn], **pulumi.Config().require_object("keys"))
pulumi.export("keys", keys.key_arns)
pulumi.export("alias", keys.alias_name)
for name, role in roles.items():
    pulumi.export(name, role.arn)
"""
LATER, SOON_OVER = (rfc3339(datetime.now(UTC) + timedelta(hours=hours)) for hours in (2, 1))
"""With a token lifetime of an hour a key that is accepted until the one still signs, and until the other no longer."""

KEYS = {
    "generations": [
        {"name": "over", "algorithm": "ES256", "retire_after": SOON_OVER},
        {"name": "old", "algorithm": "RS256", "retire_after": LATER},
        {"name": "active", "algorithm": "ES384"},
        {"name": "next", "algorithm": "ES512"},
    ],
    "active": "active",
}


@pytest.fixture
def kms_of(ministack: MiniStack) -> Iterator[Callable[[str], Any]]:
    """A client of KMS for a session of a role."""
    with ExitStack() as stack:
        aws = ministack.region()
        yield lambda role: stack.enter_context(client_of(aws, "kms", session_of(aws, role)))


def _signs(kms: Any, key: str, alg: str | None = None) -> bool:
    try:
        KmsSigner(key, kms, alg=alg).sign(good_claims())
    except SigningDenied:
        return False
    return True


def test_who_signs_with_what(bench: Bench, ministack: MiniStack, kms_of: Callable[[str], Any]) -> None:
    outputs = bench.up(PROGRAM, keys=KEYS)
    keys, alias = outputs["keys"], outputs["alias"]
    service, other, root = kms_of(outputs["service"]), kms_of(outputs["other"]), ministack.region().kms

    assert (_signs(service, alias), _signs(other, alias), _signs(root, alias)) == (True, False, False)
    assert {name: _signs(service, arn) for name, arn in keys.items()} == {
        "over": False,
        "old": True,
        "active": True,
        "next": False,
    }
    assert not _signs(service, keys["old"], "PS256")


def test_a_signer_that_does_not_exist_is_named(bench: Bench) -> None:
    role = "arn:aws:iam::000000000000:role/token-servise"

    with pytest.raises(ResourceError) as refused:
        bench.up(f"from components import SigningKeys\nSigningKeys('signing', signers=['{role}'])")

    assert "::signing-" in str(refused.value)
    assert (
        f"CreateKey: MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals: {role} "
        in str(refused.value)
    )
    assert "\n" not in str(refused.value)
