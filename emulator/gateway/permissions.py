"""Whether a function's policy lets API Gateway invoke it.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import functools
import re
from typing import Any

_PRINCIPAL = "apigateway.amazonaws.com"
_ACTIONS = ("*", "lambda:*", "lambda:invokefunction")


def may_invoke(policy: dict[str, Any], function_arn: str, source_arn: str, account: str) -> bool:
    """Whether a statement for exactly this function, version or alias allows it, and none denies it."""
    effects = {
        statement["Effect"]
        for statement in policy.get("Statement", [])
        if statement.get("Resource") == function_arn
        and str(statement.get("Action", "")).lower() in _ACTIONS
        and _is_gateway(statement.get("Principal"))
        and _conditions_hold(statement.get("Condition") or {}, source_arn, account)
    }
    return effects == {"Allow"}


def _is_gateway(principal: Any) -> bool:
    return principal == "*" or (isinstance(principal, dict) and principal.get("Service") == _PRINCIPAL)


def _conditions_hold(condition: dict[str, dict[str, str]], source_arn: str, account: str) -> bool:
    """A condition on anything else does not hold: API Gateway sends nothing else."""
    known = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    return all(
        _holds(operator, expected, known.get(key.lower()))
        for operator, keys in condition.items()
        for key, expected in keys.items()
    )


def _holds(operator: str, expected: str, found: str | None) -> bool:
    if found is None:
        return False
    if operator in ("ArnLike", "ArnEquals"):
        patterns, parts = expected.split(":", 5), found.split(":", 5)
        return len(patterns) == len(parts) and all(map(_like, patterns, parts))
    if operator == "StringLike":
        return _like(expected, found)
    return operator == "StringEquals" and expected == found


def _like(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
