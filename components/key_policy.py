"""The key policy of a signing key: who may sign and until when, who may administer, who may read the public key.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

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
"""Without kms:Sign and kms:CreateGrant, which would hand it out: to administer a key is not to speak in its name."""

Principals = list[pulumi.Input[str]]
"""ARNs. An empty list stands for the account, whose IAM policies then decide."""


@dataclass(frozen=True)
class Roles:
    """Who may do what with the keys of a set."""

    administrators: Principals
    issuers: Principals
    readers: Principals


def key_policy(parent: pulumi.Resource, generation: Generation, roles: Roles) -> pulumi.Output[str]:
    """The policy of the key of ``generation``, as JSON."""
    invoke = pulumi.InvokeOutputOptions(parent=parent)
    account = pulumi.Output.format(
        "arn:{0}:iam::{1}:root",
        aws.get_partition_output(opts=invoke).partition,
        aws.get_caller_identity_output(opts=invoke).account_id,
    )
    # A signer looks the key up before it signs, so whoever may read the public keys, issuers may too.
    readers = [*roles.readers, *roles.issuers] if roles.readers else []
    statements = [
        _statement("Administer", roles.administrators or [account], _ADMINISTRATION),
        _statement("ReadPublicKey", readers or [account], ["kms:DescribeKey", "kms:GetPublicKey"]),
    ]
    if (condition := _signing_condition(generation)) is not None:
        sign = _statement("Sign", roles.issuers or [account], ["kms:Sign"])
        statements.append({**sign, "Condition": condition})
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})


def _statement(sid: str, principals: Principals, actions: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": principals}, "Action": actions, "Resource": "*"}


def _signing_condition(generation: Generation) -> dict[str, Any] | None:
    """On what condition the key may sign; ``None``: not at all.

    With its one algorithm only, so that an RSA key cannot sign as RS256 today and as PS256 tomorrow. A retiring key signs
    for those who have not noticed yet that the alias has moved, and KMS itself ends that in time.
    """
    algorithm = {"StringEquals": {"kms:SigningAlgorithm": ALGORITHMS[generation.algorithm].signing_algorithm}}
    if generation.phase is Phase.ACTIVE:
        return algorithm
    if generation.phase is Phase.RETIRING and generation.signs_until is not None:
        return {**algorithm, "DateLessThan": {"aws:CurrentTime": rfc3339(generation.signs_until)}}
    return None
