"""The stage: throttling by route, metrics, variables, access logs."""

import json
from typing import Any

import pytest

from components import InvalidArgs
from components.stage import ACCESS_LOG_FORMAT
from components.testing import Recording

from .example import BACKEND, LOG_GROUP, declare_api


def _stage(recording: Recording) -> dict[str, Any]:
    return recording.only("aws:apigatewayv2/stage:Stage").inputs


def test_a_route_with_limits_has_both() -> None:
    routes = {
        "GET /a": {"integration": {"lambda_arn": BACKEND}, "throttling_rate_limit": 2.5},
        "GET /b": {"integration": {"lambda_arn": BACKEND}, "throttling_burst_limit": 7},
        "GET /c": {"integration": {"lambda_arn": BACKEND}},
    }
    stage = _stage(declare_api(routes=routes, stage={"throttling_rate_limit": 50, "detailed_metrics": True}))

    metrics = {"detailedMetricsEnabled": True}
    assert stage["routeSettings"] == [
        {"routeKey": "GET /a", "throttlingBurstLimit": 500, "throttlingRateLimit": 2.5, **metrics},
        {"routeKey": "GET /b", "throttlingBurstLimit": 7, "throttlingRateLimit": 50, **metrics},
    ]
    assert stage["defaultRouteSettings"] == {"throttlingBurstLimit": 500, "throttlingRateLimit": 50, **metrics}


def test_access_logs_go_to_a_group_of_their_own() -> None:
    kms = "arn:aws:kms:eu-west-1:123456789012:key/1"
    recording = declare_api(stage={"access_log_retention_days": 90, "access_log_kms_key_arn": kms})

    group = recording.only("aws:cloudwatch/logGroup:LogGroup", "orders-access-logs").inputs
    assert group == {"name": "/aws/vendedlogs/apis/shop-test-orders", "retentionInDays": 90, "kmsKeyId": kms}
    assert _stage(recording)["accessLogSettings"]["format"] == ACCESS_LOG_FORMAT


def test_access_logs_tell_why_a_request_was_refused() -> None:
    fields = json.loads(ACCESS_LOG_FORMAT)

    assert fields["authorizerError"] == "$context.authorizer.error"
    assert fields["deniedReason"] == "$context.authorizer.reason"
    assert fields["error"] == "$context.error.message"
    assert fields["responseLatencyMs"] == "$context.responseLatency"
    assert len(ACCESS_LOG_FORMAT) < 3 * 1024  # API Gateway's quota


def test_an_existing_log_group() -> None:
    recording = declare_api(stage={"access_log_group_arn": LOG_GROUP})

    assert _stage(recording)["accessLogSettings"]["destinationArn"] == LOG_GROUP
    assert not [item for item in recording.resources if item.name == "orders-access-logs"]


def test_no_access_logs() -> None:
    recording = declare_api(stage={"access_logs": False})

    assert "accessLogSettings" not in _stage(recording)
    assert not [item for item in recording.resources if item.name == "orders-access-logs"]


def test_stage_variables() -> None:
    assert _stage(declare_api(stage={"variables": {"colour": "blue"}}))["stageVariables"] == {"colour": "blue"}


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ({"access_log_retention_days": 31}, "stage.access_log_retention_days: must be one of"),
        (
            {"access_logs": False, "access_log_group_arn": "a"},
            "stage.access_log_group_arn: has no effect with access_logs",
        ),
        (
            {"access_log_group_arn": "a", "access_log_retention_days": 7},
            "access_log_retention_days: has no effect on an",
        ),
        ({"variables": {"a-b": "c"}}, "stage.variables.a-b: the name must be"),
        ({"variables": {"a": "c d"}}, "stage.variables.a: must be 1 to 512 letters"),
        ({"throttling_rate_limit": 0.5}, "stage.throttling_rate_limit: must be at least 1, and is 0.5"),
    ],
)
def test_bad_input_names_the_path(stage: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(stage=stage)
    assert fault in str(refused.value)
