"""The account's root user signs only with the permission of the key policy, as everybody does; MiniStack does not ask for it.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html

Of the root user, only the use of keys is judged: it deploys, in place of the administrators whom key policies name.
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

from .enforcement import Asked, also_enforce

_USE = frozenset(
    {
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPair",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:GenerateMac",
        "kms:Sign",
        "kms:Verify",
        "kms:VerifyMac",
    }
)
"""https://docs.aws.amazon.com/kms/latest/developerguide/kms-cryptography.html"""


def install() -> None:
    """From now on the root user uses keys as their policies allow."""
    also_enforce(_judged_by_key_policy)


def _judged_by_key_policy(asked: Asked) -> Any:
    """``None`` if the policy of the key allows it, if there is no key, or if it is not the root user who uses one."""
    if asked.action not in _USE or not iam_evaluator.is_root_access_key(asked.access_key_id):
        return None
    found = iam_evaluator._resource_policy("kms", asked.resource_arn)
    if found is None:
        return None
    policy, _ = found
    account = get_account_id()
    request = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root",
        principal_type="Root",
        principal_account=account,
        action=asked.action,
        resource_arn=asked.resource_arn,
        region=asked.region,
        service_context={name.lower(): value for name, value in (asked.service_context or {}).items()},
    )
    result = iam_evaluator.evaluate_resource_policy(policy, request)
    if result.decision == "Allow":
        return None
    result.principal_arn, result.resource_policy_arn = request.principal_arn, asked.resource_arn
    return result
