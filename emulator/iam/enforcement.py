"""Where rules of our own follow those of MiniStack's IAM."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ministack.core import iam_evaluator


class Asked(NamedTuple):
    """The arguments of MiniStack's ``enforce``."""

    access_key_id: str
    action: str
    service: str
    region: str
    resource_arn: str = "*"
    service_context: dict[str, Any] | None = None


def also_enforce(rule: Callable[[Asked], Any]) -> None:
    """From now on, what MiniStack allows is judged by ``rule`` as well: it returns MiniStack's denial, or ``None``."""
    enforce = iam_evaluator.enforce

    def enforce_both(*arguments: Any, **named: Any) -> Any:
        return enforce(*arguments, **named) or rule(Asked(*arguments, **named))

    iam_evaluator.enforce = enforce_both
