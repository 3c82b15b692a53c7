"""The key policy of a signing key: who may sign, who may administer, who may read the public key.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

import pulumi
import pulumi_aws as aws

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


def key_policy(
    parent: pulumi.Resource,
    signing_algorithm: str,
    issuers: list[pulumi.Input[str]],
    administrators: list[pulumi.Input[str]],
) -> pulumi.Output[str]:
    """The policy as JSON.

    An empty list of principals stands for the account: its IAM policies then decide. Signing is allowed with
    ``signing_algorithm`` only, so that one RSA key cannot sign as RS256 today and as PS256 tomorrow.
    """
    invoke = pulumi.InvokeOutputOptions(parent=parent)
    account = pulumi.Output.format(
        "arn:{0}:iam::{1}:root",
        aws.get_partition_output(opts=invoke).partition,
        aws.get_caller_identity_output(opts=invoke).account_id,
    )
    return pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Administer",
                    "Effect": "Allow",
                    "Principal": {"AWS": administrators or [account]},
                    "Action": _ADMINISTRATION,
                    "Resource": "*",
                },
                {
                    "Sid": "Sign",
                    "Effect": "Allow",
                    "Principal": {"AWS": issuers or [account]},
                    "Action": "kms:Sign",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"kms:SigningAlgorithm": signing_algorithm}},
                },
                {
                    "Sid": "ReadPublicKey",
                    "Effect": "Allow",
                    "Principal": {"AWS": [account]},
                    "Action": ["kms:DescribeKey", "kms:GetPublicKey"],
                    "Resource": "*",
                },
            ],
        }
    )
