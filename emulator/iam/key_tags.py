"""Who creates or replicates a key with tags needs the permission for them as well, in an identity policy.

https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

from .enforcement import Asked, also_enforce


def install() -> None:
    """From now on ``kms:TagResource`` is asked for, too."""
    also_enforce(_may_tag)


def _may_tag(asked: Asked) -> Any:
    if asked.action not in ("kms:CreateKey", "kms:ReplicateKey") or not (asked.service_context or {}).get(
        "aws:TagKeys"
    ):
        return None
    keys = f"arn:aws:kms:{asked.region}:{get_account_id()}:key/*"
    return iam_evaluator.enforce(*asked._replace(action="kms:TagResource", resource_arn=keys))
