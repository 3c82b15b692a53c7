"""The stage: throttling by route, metrics, variables, access logs."""

import json
import re
from typing import Any

import pytest

from authorizer.config import CONTEXT_RESERVED
from authorizer.denial import Reason
from components import InvalidArgs
from components.http_api.stage import ACCESS_LOG_FORMAT, ACCESS_LOG_FORMAT_BY_ISSUER
from components.testing import Recording
from testkit.signers import signer

from .example import BACKEND, LOG_GROUP, declare_api

PARTNER_JWKS = json.dumps({"keys": [signer("ES256", "partner").jwk]})


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


AWS_WRITES = {
    "$context.requestId": "JKJaXmPLvHcESHA=",
    "$context.requestTime": "10/Mar/2020:00:03:59 +0000",
    "$context.identity.sourceIp": "192.0.2.1",
    "$context.status": "403",
    "$context.responseLength": "23",
    "$context.responseLatency": "7",
    "$context.integrationLatency": "-",
    "$context.integrationStatus": "-",
    "$context.routeKey": "GET /orders/{id}",
    "$context.error.responseType": "ACCESS_DENIED",
    "$context.error.message": "Forbidden",
    "$context.authorizer.error": "-",
    "$context.authorizer.reason": "bad_signature",
    "$context.authorizer.issuer": "auth.example.com",
}
"""Variables whose values come from AWS, from the configuration or from our closed set of reasons, with values as they are."""

CHOSEN_BY_OTHERS = (
    *("$context.path", "$context.httpMethod", "$context.protocol", "$context.domainName", "$context.domainPrefix"),
    *("$context.identity.userAgent", "$context.identity.user", "$context.identity.caller", "$context.identity.userArn"),
    *("$context.identity.clientCert.subjectDN", "$context.identity.clientCert.clientCertPem"),
    *("$context.customDomain.basePathMatched", "$context.awsEndpointRequestId", "$context.awsEndpointRequestId2"),
    *(
        "$context.authorizer.sub",
        "$context.authorizer.iss",
        "$context.authorizer.scope",
        "$context.authorizer.client_id",
    ),
    *("$context.authorizer.claims.sub", "$context.authorizer.principalId"),
    *("$context.integrationErrorMessage", "$context.integration.error", "$context.integration.requestId"),
    *("$context.integration.status",),
)
"""Variables that a caller, a token or a backend can write into."""

HOSTILE = ('"', "\\", "\n", '","status":"200', '"}\n{"status": "200', "\u2028", "\x00")


def _written(values: dict[str, str]) -> str:
    """The line that API Gateway writes: each variable is replaced by its value as it is, by "-" if it has none."""
    return re.sub(r"\$context(?:\.\w+)+", lambda found: values.get(found[0], "-"), ACCESS_LOG_FORMAT_BY_ISSUER)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)


def test_access_logs_hold_what_nobody_else_can_write() -> None:
    variables = re.findall(r"\$[\w.{}]+", ACCESS_LOG_FORMAT_BY_ISSUER)

    assert set(variables) == AWS_WRITES.keys()
    assert len(variables) == len(set(variables))


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_neither_break_nor_forge_a_line(value: str) -> None:
    line = _written({**dict.fromkeys(CHOSEN_BY_OTHERS, value), **AWS_WRITES})

    assert len(line.splitlines()) == 1
    fields = json.loads(line, object_pairs_hook=_once)
    assert fields.keys() == json.loads(ACCESS_LOG_FORMAT_BY_ISSUER).keys()
    assert fields["status"] == "403"
    assert fields["deniedReason"] == "bad_signature"


def test_the_route_keys_and_the_reasons_are_harmless_text() -> None:
    for route_key in ('GET /a"b', "GET /a\\b", "GET /a\nb", "GET /a\u2028b"):
        with pytest.raises(InvalidArgs):
            declare_api(routes={route_key: {"integration": {"lambda_arn": BACKEND}}})
    assert all(re.fullmatch(r"[a-z_]+", reason.value) for reason in Reason)


def test_no_claim_takes_the_place_of_a_reason() -> None:
    logged = set(re.findall(r"\$context\.authorizer\.(\w+)", ACCESS_LOG_FORMAT_BY_ISSUER))

    assert logged
    assert logged <= CONTEXT_RESERVED


def test_access_logs_tell_trusted_issuers_apart() -> None:
    partner = {
        "issuer": "https://p.example.com",
        "audience": ["orders"],
        "jwks": PARTNER_JWKS,
        "scopes": ["orders:read"],
    }
    stage = _stage(declare_api(trusted_issuers=[partner]))

    assert stage["accessLogSettings"]["format"] == ACCESS_LOG_FORMAT_BY_ISSUER
    assert json.loads(ACCESS_LOG_FORMAT_BY_ISSUER).items() - json.loads(ACCESS_LOG_FORMAT).items() == {
        ("issuer", "$context.authorizer.issuer")
    }


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
