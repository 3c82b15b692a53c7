"""Alarms and the dashboard."""

import json
from typing import Any

import pytest

from components import AuthorizedHttpApi, InvalidArgs, RouteArgs
from components.testing import REGION, Recording, declare
from testkit.signers import signer

from .example import BACKEND, TOPIC, declare_api

PARTNER_JWKS = json.dumps({"keys": [signer("ES256", "partner").jwk]})

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"


def _widgets(recording: Recording) -> dict[str, Any]:
    """By their titles, without the API's name."""
    body = json.loads(recording.only(DASHBOARD).inputs["dashboardBody"])
    return {widget["properties"]["title"].removeprefix("orders: "): widget for widget in body["widgets"]}


def test_alarms_on_what_callers_and_operators_feel() -> None:
    recording = declare_api(alarms={"topic_arn": TOPIC}, function={"timeout": 4})

    found = {item.name.removeprefix("orders-alarm-"): item.inputs for item in recording.all(ALARM)}
    assert {name: (item["namespace"], item["metricName"], item["threshold"]) for name, item in found.items()} == {
        "errors": ("AWS/Lambda", "Errors", 1),
        "throttles": ("AWS/Lambda", "Throttles", 1),
        "duration": ("AWS/Lambda", "Duration", 3200),
        "5xx": ("AWS/ApiGateway", "5xx", 5),
        "denied-bad_signature": ("kms-jwt", "Decisions", 50),
        "denied-unknown_key": ("kms-jwt", "Decisions", 50),
        "denied-internal_error": ("kms-jwt", "Decisions", 1),
        "denied-keys_unavailable": ("kms-jwt", "Decisions", 1),
    }
    for item in found.values():
        assert item["alarmActions"] == [TOPIC]
        assert item["okActions"] == [TOPIC]
        assert item["treatMissingData"] == "notBreaching"
    assert found["5xx"]["dimensions"] == {"ApiId": "orders-api-id"}
    assert found["denied-bad_signature"]["dimensions"] == {
        "FunctionName": "orders-authorizer-function-lambda",
        "Reason": "bad_signature",
    }


def test_denials_by_reason_are_chosen() -> None:
    recording = declare_api(alarms={"denials": {"expired": 1000}, "server_errors": 1})

    assert {item.name for item in recording.all(ALARM) if "denied" in item.name} == {"orders-alarm-denied-expired"}
    assert recording.only(ALARM, "orders-alarm-5xx").inputs["threshold"] == 1
    assert recording.only(ALARM, "orders-alarm-5xx").inputs["alarmActions"] == []


def test_no_alarms_and_no_dashboard_unless_asked_for() -> None:
    recording = declare_api()

    assert not recording.all(ALARM)
    assert not recording.all(DASHBOARD)


def test_the_dashboard() -> None:
    recording = declare_api(dashboard=True)

    assert recording.only(DASHBOARD).inputs["dashboardName"] == "shop-test-orders"
    widgets = _widgets(recording)
    assert len({(widget["x"], widget["y"]) for widget in widgets.values()}) == len(widgets) == 7
    metrics = json.dumps([widget["properties"].get("metrics") for widget in widgets.values()])
    for expected in ("orders-api-id", "orders-authorizer-function-lambda", "Throttles"):
        assert expected in metrics


def test_the_search_for_decisions_quotes_what_has_a_dash() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html"""
    ((search,),) = _widgets(declare_api(dashboard=True))["decisions by reason"]["properties"]["metrics"]

    terms = '{"kms-jwt",FunctionName,Reason} MetricName="Decisions" FunctionName="orders-authorizer-function-lambda"'
    assert search["expression"] == f"SEARCH('{terms}', 'Sum')"


def test_denials_by_route_are_read_from_the_authorizers_log() -> None:
    widget = _widgets(declare_api(dashboard=True))["denials by route"]

    assert (widget["type"], widget["properties"]["view"], widget["properties"]["region"]) == ("log", "table", REGION)
    assert widget["properties"]["query"] == (
        "SOURCE '/aws/lambda/shop-test-orders-authorizer-function'"
        ' | filter FunctionName = "orders-authorizer-function-lambda" and message = "denied"'
        " | stats count(*) as denials by routeKey, Reason | sort denials desc | limit 20"
    )


def test_denials_by_route_in_a_log_group_that_exists() -> None:
    widget = _widgets(declare_api(dashboard=True, function={"log_group_name": "/shop/all"}))["denials by route"]

    assert widget["properties"]["query"].startswith("SOURCE '/shop/all' | ")


def test_a_function_of_ones_own_has_a_log_that_nobody_knows() -> None:
    def program() -> None:
        routes: dict[str, RouteArgs] = {"GET /": {"integration": {"lambda_arn": BACKEND}}}
        AuthorizedHttpApi("orders", function_arn=BACKEND, routes=routes, dashboard=True)

    assert "denials by route" not in _widgets(declare(program))


def test_decisions_by_issuer_are_shown_where_there_are_several() -> None:
    partner = {
        "issuer": "https://p.example.com",
        "audience": ["orders"],
        "jwks": PARTNER_JWKS,
        "scopes": ["orders:read"],
    }
    widgets = _widgets(declare_api(dashboard=True, trusted_issuers=[partner]))

    terms = (
        '{"kms-jwt",FunctionName,Reason,issuer} MetricName="Decisions" FunctionName="orders-authorizer-function-lambda"'
    )
    ((search,),) = widgets["decisions by issuer"]["properties"]["metrics"]
    assert search["expression"] == f"SEARCH('{terms}', 'Sum')"
    assert " by routeKey, Reason, issuer | " in widgets["denials by route"]["properties"]["query"]


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ({"denials": {"forged": 1}}, "alarms.denials.forged: is not a reason of the authorizer"),
        ({"denials": {"expired": 0}}, "alarms.denials.expired: must be at least 1, and is 0"),
        ({"server_errors": 0}, "alarms.server_errors: must be at least 1, and is 0"),
    ],
)
def test_bad_input_names_the_path(args: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(alarms=args)
    assert fault in str(refused.value)
