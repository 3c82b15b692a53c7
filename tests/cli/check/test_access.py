"""What ``kms-jwt check`` may do and what it says if it cannot: permissions, credentials, inputs that fit nothing."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.check.report import exit_code
from cli.check.row import Row, State
from cli.check.run import Check
from cli.command_line import main
from issuer import SigningDenied

from . import permissions
from .bad_inputs import BAD_OPTIONS, BAD_OUTPUTS
from .stack import Stack

pytestmark = pytest.mark.usefixtures("environment")


def test_the_documented_permissions_are_those_that_it_uses(outputs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called = permissions.record(monkeypatch)
    assert main(["check", "--stack-output", outputs]) == 0

    assert called == permissions.DOCUMENTED


def test_a_user_with_the_documented_policy_can_check(
    checked: Stack, outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    iam: Any = checked.aws.iam
    user = {"UserName": "checks"}
    iam.create_user(**user)
    policy = permissions.POLICY.replace("123456789012", checked.aws.account)
    iam.put_user_policy(**user, PolicyName="check", PolicyDocument=policy)
    key = iam.create_access_key(**user)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    try:
        assert main(["check", "--stack-output", outputs]) == 0, capsys.readouterr()
    finally:
        iam.delete_access_key(**user, AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(**user, PolicyName="check")
        iam.delete_user(**user)


@pytest.mark.parametrize("denied", sorted(permissions.DOCUMENTED))
def test_what_it_may_not_call_is_said(denied: str, checked: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    permissions.deny(denied, monkeypatch)
    if denied in ("kms:DescribeKey", "kms:Sign"):
        with pytest.raises(SigningDenied, match=rf"you are not allowed to call {denied}: add it to"):
            checked.check()
        return
    rows = checked.check()
    assert {row.state for row in rows} == {State.KEPT, State.NOT_CHECKED}
    said = [row for row in rows if row.state is State.NOT_CHECKED and f"not allowed to call {denied}" in row.found]
    assert said
    assert exit_code({"orders": rows}) == 2


@pytest.mark.parametrize(("given", "message"), BAD_OUTPUTS.values(), ids=BAD_OUTPUTS)
def test_bad_outputs_are_one_line_that_says_what_to_do(
    given: dict[str, Any], message: str, checked: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"endpoint": checked.api["endpoint"], "key": checked.outputs["key_alias"], "api_id": checked.api["api_id"]}
    named = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], json.dumps(given))
    (file := tmp_path / "outputs.json").write_text(named)
    assert main(["check", "--stack-output", str(file)]) == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("check: ")
    assert re.sub(r"\{(\w+)\}", lambda found: names[found[1]], message) in output.err
    assert output.err.count("\n") == 1


@pytest.mark.parametrize(("options", "message"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_options_that_fit_nothing(
    options: list[str], message: str, outputs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--stack-output", outputs, *options]) == 2

    assert capsys.readouterr().err.startswith(f"check: {message}")


def test_an_api_without_an_authorizer(checked: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = checked.aws.apigatewayv2
    api_id = gateway.create_api(Name="plain", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api_id, StageName="$default")
    endpoint = f"{checked.aws.endpoint}/_aws/execute-api/{api_id}"
    assert main(["check", "--endpoint", endpoint, "--key", "k", "--issuer", "i", "--audience", "a"]) == 2
    gateway.delete_api(ApiId=api_id)

    assert "the API has no route with a Lambda authorizer" in capsys.readouterr().err


def test_without_credentials(outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert main(["check", "--stack-output", outputs]) == 2

    assert (
        capsys.readouterr().err == "check: no AWS credentials: use --profile, `aws configure`, or AWS_ACCESS_KEY_ID\n"
    )


def test_a_row_is_printed_as_soon_as_it_is_known(
    outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []

    def rows(_: Check) -> Iterator[Row]:
        for promise in ("first", "second"):
            yield Row(promise, "e", "f", State.KEPT)
            seen.append(capsys.readouterr().out)

    monkeypatch.setattr(Check, "rows", rows)
    assert main(["check", "--stack-output", outputs]) == 0

    assert [text.split()[-4:] for text in seen] == [["ok", "first", "e", "f"], ["ok", "second", "e", "f"]]
    assert capsys.readouterr().out == "\n2 ok, 0 failed, 0 not checked\n"


def test_what_cannot_be_checked_is_an_error_for_pipelines(outputs: str, tmp_path: Path) -> None:
    junit = tmp_path / "check.xml"
    assert main(["check", "--stack-output", outputs, "--route", "GET /nowhere", "--junit", str(junit)]) == 2

    assert (
        '<error message="expected can be checked, found --route GET /nowhere: not a protected route'
        in junit.read_text()
    )
