"""Permissions to invoke Lambda functions that hold for more than one route, API or account.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import re
from collections.abc import Iterator

from .authorizers import shown
from .finding import Finding, finding
from .resource import Opaque, Resource
from .stack import Stack, function_name

PERMISSION = "aws:lambda/permission:Permission"

_EXECUTE_API = re.compile(r"arn:[\w-]+:execute-api:[^:]*:[^:]*:(?P<api>[^/]*)(?:/(?P<stage>[^/]*)(?:/(?P<route>.*))?)?")


def permission_findings(stack: Stack) -> Iterator[Finding]:
    """Every permission with a wildcard, or without a source."""
    for permission in stack.of(PERMISSION):
        if found := _finding(permission, _invoked(stack, permission)):
            yield found


def _invoked(stack: Stack, permission: Resource) -> str:
    value = permission.value("function")
    function = stack.function(permission, "function")
    return function.name if function else function_name(value) or shown(value)


def _finding(permission: Resource, function: str) -> Finding | None:
    principal, source = shown(permission.value("principal")), permission.value("sourceArn")
    text = f"{permission.name}: {principal} may invoke the function {function}"
    if principal == "*" and permission.value("principalOrgId") is None:
        return finding("permission-principal", permission, f"{text}: anybody may: name the principal")
    if not principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) or isinstance(source, Opaque):
        return None
    if source is None:
        if permission.value("sourceAccount") is not None:
            return None
        return finding("permission-source", permission, f"{text} on behalf of any account: add sourceArn")
    api = _EXECUTE_API.fullmatch(shown(source))
    if api is None:
        noted = "*" in shown(source)
        advice = f"{text} from {source}, a wildcard: name the source"
        return finding("permission-source", permission, advice, noted=True) if noted else None
    if "*" in api["api"] or not api["api"]:
        return finding("permission-source", permission, f"{text} from any API ({source}): name the API")
    if (api["route"] or "*").endswith("*"):
        advice = f"{text} from more than one route ({source}): name the route, or keep in mind that new ones may too"
        return finding("permission-source", permission, advice, noted=True)
    return None
