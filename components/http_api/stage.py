"""The stage of the API: deployment, throttling, metrics, access logs."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..logs import DEFAULT_RETENTION_DAYS, check_retention
from ..names import scoped_name
from .routes import Routes, check_limit

DEFAULT_BURST_LIMIT = 500
DEFAULT_RATE_LIMIT = 1000

ACCESS_LOG_FORMAT = json.dumps(
    {
        # API Gateway's own values: it assigns, counts and measures them. (Only for REST APIs does the guide say that a client
        # may set the request id.) The address is that of the TCP connection; X-Forwarded-For goes into "Forwarded".
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
        "requestId": "$context.requestId",
        "requestTime": "$context.requestTime",
        "sourceIp": "$context.identity.sourceIp",
        "status": "$context.status",
        "responseLength": "$context.responseLength",
        "responseLatencyMs": "$context.responseLatency",
        "integrationLatencyMs": "$context.integrationLatency",
        # A number: the status of an HTTP backend or AWS service; for a Lambda function, the status of Lambda's own API.
        "integrationStatus": "$context.integrationStatus",
        # A configured key, with only the characters that ``route_keys`` allows; the path and the method of the request
        # would be the caller's.
        "routeKey": "$context.routeKey",
        # One of API Gateway's types of gateway responses.
        "errorType": "$context.error.responseType",
        # API Gateway's own messages; that they quote no part of a request is to be confirmed on a real account. The
        # exceptions of the authorizer, which might be in the second, contain no part of a request.
        "error": "$context.error.message",
        "authorizerError": "$context.authorizer.error",
        # One of the closed set of ``authorizer/denial.py``; see ``CONTEXT_RESERVED`` in ``authorizer/config.py``.
        "deniedReason": "$context.authorizer.reason",
    }
)
"""The values are written into the line without escaping: a quote in one of them would end its text, and what follows could
forge other fields. So the format contains no value that a caller, a token or a backend determines.

This excludes ``identity.userAgent``, ``path``, ``httpMethod``, ``protocol``, ``domainName``; ``authorizer.sub`` and every
other claim; ``integrationErrorMessage``, which contains a Lambda backend's exceptions ("The Lambda function returned the
following error: ...") and messages in which AWS services quote a request; ``awsEndpointRequestId``, a header of the
backend. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

ACCESS_LOG_FORMAT_BY_ISSUER = json.dumps(
    # A name in the configuration, of harmless characters; ``iss`` itself would be text of the token.
    {**json.loads(ACCESS_LOG_FORMAT), "issuer": "$context.authorizer.issuer"}
)
"""The format where there are trusted issuers."""


_QUOTING = ("authorizerError", "error")


def access_log_format(by_issuer: bool, beside: bool) -> str:
    """``by_issuer``: whether there are trusted issuers, which access logs tell apart. ``beside``: whether routes have another
    ``authorization``. What API Gateway says itself about a token or a signature may quote it, such as the ``alg`` of a token
    that nobody has verified, or the whole header of a REST API's IAM authorization, so that it is left out then."""
    text = ACCESS_LOG_FORMAT_BY_ISSUER if by_issuer else ACCESS_LOG_FORMAT
    if not beside:
        return text
    return json.dumps({name: value for name, value in json.loads(text).items() if name not in _QUOTING})


class StageArgs(TypedDict):
    """The stage `$default`, which is deployed automatically."""

    throttling_burst_limit: NotRequired[int]
    """Throttling burst limit, in requests. Default: 500."""
    throttling_rate_limit: NotRequired[float]
    """Throttling rate limit, in requests per second. Default: 1000."""
    detailed_metrics: NotRequired[bool]
    """Whether to enable detailed CloudWatch metrics by route, at additional cost. Default: false."""
    variables: NotRequired[dict[str, pulumi.Input[str]]]
    """Stage variables. Default: none."""
    access_logs: NotRequired[bool]
    """Whether to write access logs, one line of JSON per request. Default: true."""
    access_log_group_arn: NotRequired[pulumi.Input[str]]
    """ARN of an existing log group for the access logs. Default: a log group is created."""
    access_log_retention_days: NotRequired[int]
    """Retention of access logs in days: 1, 3, 5, 7, 14, 30 (default), 60, 90 or another value that CloudWatch Logs
    supports."""
    access_log_kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts the access logs. Default: an AWS owned key."""


class StageNodes(NamedTuple):
    """The stage, and the log group that was created for its access logs."""

    stage: aws.apigatewayv2.Stage
    access_log_group: aws.cloudwatch.LogGroup | None


def create_stage(
    name: str,
    api_id: pulumi.Output[str],
    routes: Routes,
    stage: StageArgs,
    by_issuer: bool,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> StageNodes:
    """The stage ``$default``. ``opts`` must make it depend on the routes, to which its settings refer.

    ``by_issuer``: whether there are trusted issuers, which access logs tell apart.
    """
    burst = stage.get("throttling_burst_limit", DEFAULT_BURST_LIMIT)
    rate = stage.get("throttling_rate_limit", DEFAULT_RATE_LIMIT)
    metrics = stage.get("detailed_metrics", False)
    log_group = _access_log_group(name, stage, tags, pulumi.ResourceOptions(parent=opts.parent))
    destination = log_group.arn if log_group else stage.get("access_log_group_arn")
    log_format = access_log_format(by_issuer, any("authorization" in route for route in routes.values()))
    created = aws.apigatewayv2.Stage(
        f"{name}-stage",
        api_id=api_id,
        name="$default",
        auto_deploy=True,
        # Both limits, always: with settings but without limits, the provider sends 0, and every request gets a 429.
        default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
            throttling_burst_limit=burst, throttling_rate_limit=rate, detailed_metrics_enabled=metrics
        ),
        route_settings=[
            aws.apigatewayv2.StageRouteSettingArgs(
                route_key=route_key,
                throttling_burst_limit=route.get("throttling_burst_limit", burst),
                throttling_rate_limit=route.get("throttling_rate_limit", rate),
                detailed_metrics_enabled=metrics,
            )
            for route_key, route in routes.items()
            if "throttling_burst_limit" in route or "throttling_rate_limit" in route
        ],
        stage_variables=stage.get("variables"),
        access_log_settings=aws.apigatewayv2.StageAccessLogSettingsArgs(destination_arn=destination, format=log_format)
        if destination is not None
        else None,
        tags=tags,
        opts=opts,
    )
    return StageNodes(created, log_group)


def _access_log_group(
    name: str, stage: StageArgs, tags: Mapping[str, pulumi.Input[str]] | None, opts: pulumi.ResourceOptions
) -> aws.cloudwatch.LogGroup | None:
    """The log group for the access logs, unless there are none or there is a group."""
    if not stage.get("access_logs", True) or "access_log_group_arn" in stage:
        return None
    return aws.cloudwatch.LogGroup(
        f"{name}-access-logs",
        # With the prefix /aws/vendedlogs/, the resource policy for log delivery does not grow with every group.
        name=f"/aws/vendedlogs/apis/{scoped_name(name)}",
        retention_in_days=stage.get("access_log_retention_days", DEFAULT_RETENTION_DAYS),
        kms_key_id=stage.get("access_log_kms_key_arn"),
        tags=tags,
        opts=opts,
    )


_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_VARIABLE_VALUE = re.compile(r"[A-Za-z0-9-._~:/?#&=,]{1,512}")


def check_stage(stage: StageArgs, faults: Faults) -> None:
    """Record in ``faults`` what API Gateway or CloudWatch would reject; Outputs in variables are checked once known."""
    check_limit(stage.get("throttling_burst_limit"), faults.below("throttling_burst_limit"))
    check_limit(stage.get("throttling_rate_limit"), faults.below("throttling_rate_limit"))
    check_retention(stage.get("access_log_retention_days"), faults.below("access_log_retention_days"))
    for key in ("access_log_group_arn", "access_log_retention_days", "access_log_kms_key_arn"):
        if key in stage and not stage.get("access_logs", True):
            faults.below(key).add("has no effect with access_logs false: remove it")
    for key in ("access_log_retention_days", "access_log_kms_key_arn"):
        if key in stage and "access_log_group_arn" in stage:
            faults.below(key).add("has no effect on an existing log group: remove it")
    variables = stage.get("variables", {})
    for name, value in variables.items():
        below = faults.below("variables", name)
        if not _VARIABLE_NAME.fullmatch(name):
            below.add("the name must be 1 to 64 letters, digits and '_'")
        if not isinstance(value, str):
            variables[name] = below.checked(value, _variable_fault)
        elif fault := _variable_fault(value):
            below.add(fault)


def _variable_fault(value: str) -> str | None:
    if _VARIABLE_VALUE.fullmatch(value):
        return None
    return f"must be 1 to 512 letters, digits and -._~:/?#&=, and is {value!r}"
