"""The account's root user signs only with the permission of the key policy, as everybody does; MiniStack does not ask for it.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html

Of the root user, only the use of keys is judged: it deploys, in place of the administrators whom key policies name.
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

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
    enforce = iam_evaluator.enforce

    def with_root(
        access_key_id: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        denied = enforce(access_key_id, action, service, region, resource_arn, service_context)
        if denied or action not in _USE or not iam_evaluator.is_root_access_key(access_key_id):
            return denied
        return _judged_by_key_policy(action, region, resource_arn, service_context or {})

    iam_evaluator.enforce = with_root


def _judged_by_key_policy(action: str, region: str, key_arn: str, context: dict[str, Any]) -> Any:
    """``None`` if the policy of the key allows it, or if there is no key."""
    found = iam_evaluator._resource_policy("kms", key_arn)
    if found is None:
        return None
    policy, _ = found
    account = get_account_id()
    request = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root",
        principal_type="Root",
        principal_account=account,
        action=action,
        resource_arn=key_arn,
        region=region,
        service_context={name.lower(): value for name, value in context.items()},
    )
    result = iam_evaluator.evaluate_resource_policy(policy, request)
    if result.decision == "Allow":
        return None
    result.principal_arn, result.resource_policy_arn = request.principal_arn, key_arn
    return result
