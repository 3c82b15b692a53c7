"""The log: one line of JSON for each decision, which is a metric too."""

import json
from typing import Any

import pytest

from issuer.token_service.decision_log import Metric
from testkit.tokens import NOW

from .service import GRANT, SECRET, ObservedService, basic, document, event


@pytest.fixture(scope="module")
def service() -> ObservedService:
    return ObservedService(document())


def _directive(metric: str, *dimensions: str) -> dict[str, Any]:
    return {"Namespace": "kms-jwt", "Dimensions": [list(dimensions)], "Metrics": [{"Name": metric, "Unit": "Count"}]}


def test_an_issued_token(service: ObservedService) -> None:
    observed = service.send(event({**GRANT, "scope": "orders:read", "resource": "orders"}), NOW + 0.1239)
    record = observed.record

    assert 0 < record["latencyMs"] < 60_000
    assert len(record["jti"]) == 32
    assert {**record, "latencyMs": 1, "jti": ""} == {
        "level": "INFO",
        "message": "issued",
        "Reason": "issued",
        "FunctionName": "function-1",
        "TokensIssued": 1,
        "client": "billing",
        "kid": "active",
        "jti": "",
        "scope": "orders:read",
        "audiences": ["orders"],
        "requestId": "request-1",
        "sourceIp": "192.0.2.1",
        "latencyMs": 1,
        "_aws": {"Timestamp": NOW * 1000 + 123, "CloudWatchMetrics": [_directive("TokensIssued", "FunctionName")]},
    }
    for secret in (SECRET, *observed.body["access_token"].split(".")):
        assert secret not in observed.output


def test_a_failed_login(service: ObservedService) -> None:
    record = service.send(event(headers=basic("billing", "wrong"))).record

    assert {**record, "latencyMs": 1} == {
        "level": "WARN",
        "message": "refused",
        "Reason": "wrong_secret",
        "FunctionName": "function-1",
        "TokensRefused": 1,
        "FailedLogins": 1,
        "client": "billing",
        "error": "invalid_client",
        "requestId": "request-1",
        "sourceIp": "192.0.2.1",
        "latencyMs": 1,
        "_aws": {
            "Timestamp": NOW * 1000,
            "CloudWatchMetrics": [
                _directive("TokensRefused", "FunctionName", "Reason"),
                _directive("FailedLogins", "FunctionName"),
            ],
        },
    }


def test_another_refusal_is_no_failed_login(service: ObservedService) -> None:
    record = service.send(event({**GRANT, "scope": "admin"})).record

    assert "FailedLogins" not in record
    assert record["_aws"]["CloudWatchMetrics"] == [_directive("TokensRefused", "FunctionName", "Reason")]


def test_what_an_unknown_sender_writes_is_not_logged(service: ObservedService) -> None:
    sent = event({**GRANT, "client_id": "mallory-was-here", "client_secret": "x", "scope": "mallory"}, {})
    observed = service.send(sent)

    assert observed.record["client"] is None
    assert "mallory" not in observed.output


@pytest.mark.parametrize(("level", "expected"), [("INFO", "iwe"), ("WARN", "we"), ("ERROR", "e")])
def test_levels(level: str, expected: str) -> None:
    service = ObservedService(document(log_level=level))
    lines = {"i": service.send(event()).output, "w": service.send(event({})).output}
    service.kms.refuse = {"active": "DisabledException", "next": "DisabledException"}
    lines["e"] = service.send(event()).output

    assert "".join(name for name, line in lines.items() if line) == expected


def test_emf_s_limits(service: ObservedService) -> None:
    """Metrics and dimensions are members of the record, and the dimensions are text."""
    for sent in (event(), event({}), event(headers={})):
        record = service.send(sent).record
        for directive in record["_aws"]["CloudWatchMetrics"]:
            (metric,) = directive["Metrics"]
            assert metric["Name"] in set(Metric)
            assert record[metric["Name"]] == 1
            for name in directive["Dimensions"][0]:
                assert isinstance(record[name], str)


def test_a_line_is_ascii_and_ends_once(service: ObservedService) -> None:
    sent = event(requestContext={"requestId": "ö\n", "http": {"method": "POST"}})
    output = service.send(sent).output

    assert output.isascii()
    assert output.count("\n") == 1
    assert json.loads(output)["requestId"] is None
