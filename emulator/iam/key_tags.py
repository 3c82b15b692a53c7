"""Who creates or replicates a key with tags needs the permission for them as well, in an identity policy.

https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id


def install() -> None:
    """From now on ``kms:TagResource`` is asked for, too."""
    enforce = iam_evaluator.enforce

    def with_tags(
        access_key_id: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        denied = enforce(access_key_id, action, service, region, resource_arn, service_context)
        if (
            denied
            or action not in ("kms:CreateKey", "kms:ReplicateKey")
            or not (service_context or {}).get("aws:TagKeys")
        ):
            return denied
        keys = f"arn:aws:kms:{region}:{get_account_id()}:key/*"
        return enforce(access_key_id, "kms:TagResource", service, region, keys, service_context)

    iam_evaluator.enforce = with_tags
