"""``kms-jwt audit``: its exit codes, and one line about what it cannot use."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.command_line import main

from .registered import exported, previewed

API: dict[str, Any] = {
    "urn": "urn:pulumi:dev::shop::aws:apigatewayv2/api:Api::shop",
    "type": "aws:apigatewayv2/api:Api",
    "id": "a1",
    "inputs": {"protocolType": "HTTP"},
}
ROUTE: dict[str, Any] = {
    "urn": "urn:pulumi:dev::shop::aws:apigatewayv2/route:Route::health",
    "type": "aws:apigatewayv2/route:Route",
    "id": "r1",
    "inputs": {"apiId": "a1", "routeKey": "GET /health", "authorizationType": "NONE"},
}
CLOSED = {**ROUTE, "inputs": {**ROUTE["inputs"], "authorizationType": "AWS_IAM"}}

OPEN_REPORT = """\
shop
  reached at  the default endpoint
  route        who may call it  what answers
  GET /health  anybody          nothing: it has no integration

Findings: 1
  public-route  GET /health of shop: anybody may call it: give it an authorizer
      urn:pulumi:dev::shop::aws:apigatewayv2/route:Route::health
Noted: none
"""


def _file(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(json.dumps(document))
    return str(path)


def _refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_:
        main(["audit", *arguments])
    assert exit_.value.code == 2
    return capsys.readouterr().err.splitlines()[-1].removeprefix("kms-jwt audit: error: ")


def test_a_finding_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", _file(tmp_path, "open.json", exported([API, ROUTE]))]) == 1

    assert capsys.readouterr().out == OPEN_REPORT


def test_no_finding_is_exit_code_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", _file(tmp_path, "closed.json", exported([API, CLOSED]))]) == 0

    assert "GET /health  AWS principals that IAM allows execute-api:Invoke  nothing" in capsys.readouterr().out


def test_an_accepted_finding_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, "open.json", exported([API, ROUTE]))

    assert main(["audit", path, "--accept", "public-route:health"]) == 0
    assert "Noted: 1\n  public-route  GET /health of shop: anybody may call it: give it an authorizer (accepted)" in (
        capsys.readouterr().out
    )
    assert _refused(path, "--accept", "public-route:other", capsys=capsys) == (
        "--accept public-route:other: there is no such finding: remove it"
    )


def test_standard_input_and_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(exported([API, ROUTE]))))

    assert main(["audit", "-", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["apis"][0]["routes"][0]["caller"] == "anybody"
    assert report["findings"][0]["rule"] == "public-route"


def test_changes_of_a_preview_and_between_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_urn = [{resource["urn"]: resource for resource in resources} for resources in ([API, ROUTE], [API, CLOSED])]
    opened = _file(tmp_path, "open.json", exported([API, ROUTE]))
    closed = _file(tmp_path, "closed.json", exported([API, CLOSED]))
    preview = _file(tmp_path, "preview.json", previewed(by_urn[1], by_urn[0]))
    change = (
        "Changes for callers: 1\n"
        "  - shop: GET /health was for anybody, and is for AWS principals that IAM allows execute-api:Invoke\n"
    )

    assert main(["audit", preview]) == 0
    assert change in capsys.readouterr().out
    assert main(["audit", opened, closed]) == 0
    assert change in capsys.readouterr().out
    assert main(["audit", closed, opened, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["changes"] == [
        {
            "api": "shop",
            "effect": "opens",
            "message": "GET /health was for AWS principals that IAM allows execute-api:Invoke, and is for anybody",
        }
    ]


def test_what_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, broken = str(tmp_path / "missing.json"), tmp_path / "broken.json"
    broken.write_bytes(b"\xff\xfe\xff")

    for path in (missing, str(broken)):
        assert main(["audit", path]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"audit: {path}: ")
    assert _refused("-", "-", capsys=capsys) == "-: standard input is one document: specify a file for the other"
    assert _refused("a", "b", "c", capsys=capsys) == "at most two documents can be compared, and 3 are given"


def test_names_in_a_document_do_not_control_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = {**ROUTE, "inputs": {"apiId": "a1", "routeKey": "GET /\x1b[2J\n"}}

    assert main(["audit", _file(tmp_path, "hostile.json", exported([API, hostile]))]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_an_authorizer_on_an_api_of_another_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", _file(tmp_path, "routes.json", exported([CLOSED]))]) == 0

    report = capsys.readouterr().out
    assert report.startswith(
        "API a1 of another stack\n  reached at  its endpoints, which are in another stack\n  route"
    )
