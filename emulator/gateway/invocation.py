"""The invocation of a function for an integration or an authorizer: who may, and what comes of it."""

from collections.abc import Iterable
from typing import Any

from . import assumed_role, backplane
from .exchange import Exchange
from .permissions import may_invoke
from .refusal import internal_error, not_there

PASSED_THROUGH = "arn:aws:iam::*:user/*"
"""Stands for the caller's own credentials: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html"""


async def invoke(
    exchange: Exchange,
    uri: str,
    role_arn: str | None,
    source_arns: Iterable[str],
    event: dict[str, Any],
    timeout: float,
    kind: str,
) -> Any:
    """What the function returned. Raises ``Refusal`` of the ``kind`` if there is none, it failed or may not be invoked,
    and ``TimeoutError`` after ``timeout`` seconds.

    It is invoked with the rights of the role; without one, its own policy has to let API Gateway invoke it for each of
    ``source_arns``.
    """
    function = backplane.find_function(uri, exchange.api)
    if function is None:
        raise internal_error(kind, f"The function {uri or '(none)'} does not exist.")
    if role_arn == PASSED_THROUGH:
        raise not_there("invocations with the caller's credentials")
    if role_arn:
        if not assumed_role.may_be_assumed(role_arn, exchange.api):
            raise internal_error(kind, f"API Gateway may not assume the role {role_arn}.")
        answer = await assumed_role.invoke(exchange.api, role_arn, function, event, timeout)
    else:
        for source_arn in source_arns:
            if not may_invoke(function.policy, function.arn, source_arn, exchange.api.account):
                raise internal_error(kind, f"{function.arn} has no permission for {source_arn} to invoke it.")
        answer = await backplane.invoke(function, event, timeout)
    if answer.error is not None:
        raise internal_error(kind, answer.error)
    return answer.payload
