"""The key policy of a signing key: who may sign, and until when; who may administer it; who may read the public key.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..arns import distinct
from .algorithms import ALGORITHMS
from .generations import Generation, Phase, rfc3339

_ADMINISTRATION = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
]
"""Without kms:Sign, and without kms:CreateGrant, which could grant it: administrators must not be able to sign."""

_RECOVERY = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListKeyPolicies", "kms:PutKeyPolicy"]
"""With a new key policy, everything else can be allowed again."""

_ROOT_USER = {"StringEquals": {"aws:PrincipalType": "Account"}}
"""Restricts the account principal to the account's root user, without the principals that IAM policies allow.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable"""

Principals = Sequence[pulumi.Input[str]]
"""ARNs. If empty, the account is allowed, so that its IAM policies decide."""


@dataclass(frozen=True)
class Roles:
    """Who may do what with the keys of a set."""

    administrators: Principals
    signers: Principals
    readers: Principals
    administrators_only: bool
    """Whether not even the account's root user may replace the key policy, if administrators are named."""


def account_root(parent: pulumi.Resource) -> pulumi.Output[str]:
    """The ARN of the account principal in the account of ``parent``."""
    invoke = pulumi.InvokeOutputOptions(parent=parent)
    return pulumi.Output.format(
        "arn:{0}:iam::{1}:root",
        aws.get_partition_output(opts=invoke).partition,
        aws.get_caller_identity_output(opts=invoke).account_id,
    )


def key_policy(parent: pulumi.Resource, generation: Generation, roles: Roles) -> pulumi.Output[str]:
    """The policy of the key of ``generation``, as JSON."""
    account = account_root(parent)
    # A signer calls DescribeKey before it signs, so signers may always read the public keys.
    readers = [*roles.readers, *roles.signers] if roles.readers else []
    statements = [
        _statement("Administer", roles.administrators or [account], _ADMINISTRATION),
        _statement("ReadPublicKey", readers or [account], ["kms:DescribeKey", "kms:GetPublicKey"]),
    ]
    if roles.administrators and not roles.administrators_only:
        # Roles and users can be deleted, and KMS allows only principals in the key policy.
        statements.append({**_statement("Recover", [account], _RECOVERY), "Condition": _ROOT_USER})
    if (condition := _signing_condition(generation)) is not None:
        sign = _statement("Sign", roles.signers or [account], ["kms:Sign"])
        statements.append({**sign, "Condition": condition})
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})


def _statement(sid: str, principals: Principals, actions: list[str]) -> dict[str, Any]:
    allowed = {"AWS": distinct(principals)}
    return {"Sid": sid, "Effect": "Allow", "Principal": allowed, "Action": actions, "Resource": "*"}


def _signing_condition(generation: Generation) -> dict[str, Any] | None:
    """The condition under which the key may sign; ``None``: it may not.

    Only with its own algorithm, so that an RSA key cannot sign with both RS256 and PS256. A retiring key may sign for signers
    that have not resolved the alias again yet, until a time that KMS itself enforces.
    """
    algorithm = {"StringEquals": {"kms:SigningAlgorithm": ALGORITHMS[generation.algorithm].signing_algorithm}}
    if generation.phase is Phase.ACTIVE:
        return algorithm
    if generation.phase is Phase.RETIRING and generation.signs_until is not None:
        return {**algorithm, "DateLessThan": {"aws:CurrentTime": rfc3339(generation.signs_until)}}
    return None
