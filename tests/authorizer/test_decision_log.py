"""The log: one line of JSON a decision, which is a metric too."""

import json

import pytest

from authorizer.decision_log import Decision, DecisionLog, write_line
from authorizer.denial import Reason
from authorizer.event import RequestIdentity

IDENTITY = RequestIdentity("GET /orders", "request-1", "192.0.2.1")
ALLOWED = Decision(IDENTITY, None, "key-1", signature_cache_hit=True, milliseconds=1.23456)


def written(capsys: pytest.CaptureFixture[str], decision: Decision, level: str = "INFO") -> str:
    DecisionLog("function-1", level).write(decision, 1_800_000_000.1239)
    return capsys.readouterr().out


def test_an_allowed_request(capsys: pytest.CaptureFixture[str]) -> None:
    line = written(capsys, ALLOWED)

    assert line.endswith("}\n")
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "level": "INFO",
        "message": "allowed",
        "Reason": "allowed",
        "FunctionName": "function-1",
        "Decisions": 1,
        "kid": "key-1",
        "routeKey": "GET /orders",
        "requestId": "request-1",
        "sourceIp": "192.0.2.1",
        "latencyMs": 1.235,
        "signatureCacheHit": True,
        "_aws": {
            "Timestamp": 1_800_000_000_123,
            "CloudWatchMetrics": [
                {
                    "Namespace": "kms-jwt",
                    "Dimensions": [["FunctionName", "Reason"]],
                    "Metrics": [{"Name": "Decisions", "Unit": "Count"}],
                }
            ],
        },
    }


def test_a_denied_request(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(written(capsys, ALLOWED.replaced(reason=Reason.EXPIRED, signature_cache_hit=False)))

    assert (record["level"], record["message"], record["Reason"], record["signatureCacheHit"]) == (
        "WARN",
        "denied",
        "expired",
        False,
    )
    assert "fault" not in record


@pytest.mark.parametrize("reason", [Reason.INTERNAL_ERROR, Reason.KEYS_UNAVAILABLE])
def test_our_own_faults_are_errors(reason: Reason, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(written(capsys, ALLOWED.replaced(reason=reason, fault="KeyError")))

    assert (record["level"], record["fault"]) == ("ERROR", "KeyError")


@pytest.mark.parametrize(("level", "expected"), [("INFO", "iwe"), ("WARN", "we"), ("ERROR", "e")])
def test_levels(level: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    decisions = {"i": None, "w": Reason.EXPIRED, "e": Reason.INTERNAL_ERROR}

    lines = {name: written(capsys, ALLOWED.replaced(reason=reason), level) for name, reason in decisions.items()}

    assert "".join(name for name, line in lines.items() if line) == expected


def test_emf_s_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """The metric's name, unit and dimensions are members of the record, and the dimensions are text."""
    record = json.loads(written(capsys, ALLOWED))

    (metrics,) = record["_aws"]["CloudWatchMetrics"]
    for dimensions in metrics["Dimensions"]:
        assert all(isinstance(record[name], str) and record[name] for name in dimensions)
    assert all(isinstance(record[metric["Name"]], int) for metric in metrics["Metrics"])


def test_a_line_is_ascii_and_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    write_line({"text": 'a\r\nb\u2028c"\\\x1b[31m\ud800é'})

    line = capsys.readouterr().out
    assert line.isascii()
    assert line[:-1].isprintable()
    assert len(line.splitlines()) == 1
