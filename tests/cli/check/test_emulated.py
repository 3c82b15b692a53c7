"""``kms-jwt check`` on the emulator: the golden table, files, permissions, what cannot be checked, each promise broken.

All in one file, so that one deployment serves it all.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import botocore.client
import pytest
from botocore.exceptions import ClientError

from cli.check.account import Account
from cli.check.deployed import NotOurs, read_deployed
from cli.check.promises import Promises
from cli.check.report import exit_code
from cli.check.row import State
from cli.command_line import main
from issuer import SigningDenied
from tests.docs.code_blocks import BLOCKS

from .mutations import MUTATIONS, Mutation
from .stack import Stack

GOLDEN = Path(__file__).with_name("golden.txt")


@pytest.fixture(autouse=True)
def environment(checked: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of somebody who works with the emulator."""
    for name, value in {
        "AWS_ENDPOINT_URL": checked.aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": checked.aws.region,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def outputs(checked: Stack, tmp_path: Path) -> str:
    """The file with the stack's outputs."""
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(checked.outputs))
    return str(file)


def test_the_golden_table(outputs: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What users see: look at a change, then write it with UPDATE_GOLDEN=1."""
    assert main(["check", "--stack-output", outputs]) == 0

    table = capsys.readouterr().out
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(table)
    assert table == GOLDEN.read_text()


def test_json_and_junit_say_the_same(checked: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit, file = tmp_path / "check.xml", tmp_path / "outputs.json"
    file.write_text(json.dumps({**checked.outputs, "jwks": {"keys": []}}))
    assert main(["check", "--stack-output", str(file), "--api", "orders", "--json", "--junit", str(junit)]) == 1

    rows = json.loads(capsys.readouterr().out)["apis"]["orders"]
    (suite,) = ElementTree.parse(junit).getroot()  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (str(len(rows)), "1", "0")
    (failed,) = (row for row in rows if row["state"] != "kept")
    (case,) = (case for case in suite if len(case))
    assert case.get("name") == failed["checked"] == "keys in the stack's output jwks"
    assert case[0].tag == "failure"
    assert re.fullmatch(
        r"expected those that KMS has enabled, found .*, which signs, is not .*", case[0].get("message", "")
    )


def test_without_outputs(checked: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["check", "--endpoint", checked.api["endpoint"], "--key", checked.outputs["key_alias"]]
    command += ["--issuer", checked.api["issuer"], "--audience", "orders", "--public", "GET /health"]
    assert main([*command, "--route", "GET /orders", "--scope", "orders:read", "--claim", "tenant=a"]) == 0

    table = capsys.readouterr().out
    assert "good token, but GET /orders requires a scope" in table
    assert re.search(r"^ {2}- .*keys in the stack's output jwks .* no output jwks$", table, re.MULTILINE)

    assert main([*command[:-2], "--route", "GET /whoami"]) == 1
    assert re.search(r"FAIL +route GET /health +401 Unauthorized +open to anybody", capsys.readouterr().out)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.broken)
def test_a_broken_promise_is_found_and_no_other(checked: Stack, mutation: Mutation) -> None:
    with mutation.how(checked) as outputs:
        rows = checked.check(outputs)

    assert {row.promise for row in rows if row.state is State.BROKEN} == mutation.rows


def test_once_mended_every_promise_is_kept(checked: Stack) -> None:
    assert {row.state for row in checked.check()} == {State.KEPT}


def test_several_apis(checked: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({**checked.outputs, "apis": {"orders": checked.api, "again": checked.api}}))
    assert main(["check", "--stack-output", str(file)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.endswith(":")] == ["orders:", "again:"]
    assert lines[-1] == "68 ok, 0 failed, 0 not checked"


def test_an_api_is_found_by_its_custom_domain(checked: Stack) -> None:
    gateway, name, api_id = checked.aws.apigatewayv2, "check.example.com", checked.api["api_id"]
    gateway.create_domain_name(DomainName=name)
    gateway.create_api_mapping(DomainName=name, ApiId=api_id, Stage="$default", ApiMappingKey="v1")
    account = Account(checked.aws.kms, checked.aws.client)
    try:
        assert read_deployed(Promises(endpoint="https://check.example.com/v1"), account).api_id == api_id
        with pytest.raises(NotOurs, match="nor one of its custom domains in region eu-west-1"):
            read_deployed(Promises(endpoint="https://check.example.com/v2"), account)
    finally:
        gateway.delete_domain_name(DomainName=name)


Call = Callable[..., Any]

CLIENT: Any = botocore.client.BaseClient


def _action(client: Any, operation: str) -> str:
    """The IAM action of a call."""
    service = client.meta.service_model.service_name
    if service == "apigatewayv2":
        assert operation.startswith("Get"), f"{operation} is no read operation"
        return "apigateway:GET"
    return f"{service}:{operation}"


(PERMISSIONS,) = (block.text for block in BLOCKS if block.kind == "permissions")
"""The policy in the documentation."""


def _documented() -> set[str]:
    return {action for statement in json.loads(PERMISSIONS)["Statement"] for action in statement["Action"]}


def test_the_documented_permissions_are_those_that_it_uses(
    outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: set[str] = set()
    call: Call = CLIENT._make_api_call

    def recorded(client: Any, operation: str, parameters: Any) -> Any:
        called.add(_action(client, operation))
        return call(client, operation, parameters)

    monkeypatch.setattr(CLIENT, "_make_api_call", recorded)
    assert main(["check", "--stack-output", outputs]) == 0

    assert called == _documented()


def test_a_user_with_the_documented_policy_can_check(
    checked: Stack, outputs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    iam: Any = checked.aws.iam
    user = {"UserName": "checks"}
    iam.create_user(**user)
    policy = PERMISSIONS.replace("123456789012", checked.aws.account)
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


@pytest.mark.parametrize("denied", sorted(_documented()))
def test_what_it_may_not_call_is_said(denied: str, checked: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    call: Call = CLIENT._make_api_call

    def refusing(client: Any, operation: str, parameters: Any) -> Any:
        if _action(client, operation) == denied:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)
        return call(client, operation, parameters)

    monkeypatch.setattr(CLIENT, "_make_api_call", refusing)
    if denied in ("kms:DescribeKey", "kms:Sign"):
        with pytest.raises(SigningDenied, match=rf"you are not allowed to call {denied}: add it to"):
            checked.check()
        return
    rows = checked.check()
    assert {row.state for row in rows} == {State.KEPT, State.NOT_CHECKED}
    assert [
        row.found for row in rows if row.state is State.NOT_CHECKED and f"not allowed to call {denied}" in row.found
    ]
    assert exit_code({"orders": rows}) == 2


BAD = {
    "stack without outputs": ({}, "the stack has no outputs: run `pulumi up`"),
    "outputs of something else": ({"bucket": "b"}, "has no API: export api_endpoint of the AuthorizedHttpApi as endpoint"),
    "no issuer": ({"endpoint": "{endpoint}", "key_alias": "{key}"}, "the issuer is not known: use --issuer, or export"),
    "elsewhere": (
        {"endpoint": "https://example.com/", "key_alias": "{key}", "issuer": "i", "audience": "a"},
        "https://example.com: neither an endpoint of API Gateway nor one of its custom domains in region eu-west-1",
    ),
    "no URL": (
        {"endpoint": "api.example.com", "key_alias": "{key}", "issuer": "i", "audience": "a"},
        "api.example.com: not a URL: write the whole api_endpoint",
    ),
    "another region": (
        {"endpoint": "https://a1b2c3.execute-api.us-east-2.amazonaws.com", "key_arn": "{key}", "issuer": "i", "audience": "a"},
        "the API is in region us-east-2, not eu-west-1: use --region us-east-2",
    ),
    "another account": (
        {"endpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com", "key_arn": "{key}", "issuer": "i", "audience": "a"},
        "there is no HTTP API a1b2c3 in region eu-west-1 of this account: use --region and --profile",
    ),
    "nobody answers": (
        {"endpoint": "http://127.0.0.1:9", "api_id": "{api_id}", "key_arn": "{key}", "issuer": "i", "audience": "a"},
        "http://127.0.0.1:9 does not answer (",
    ),
    "no such key": (
        {"endpoint": "{endpoint}", "key_alias": "alias/nobody", "issuer": "i", "audience": "a"},
        "alias/nobody: no such key or alias in this account and region",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line_that_says_what_to_do(
    given: dict[str, str], message: str, checked: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"endpoint": checked.api["endpoint"], "key": checked.outputs["key_alias"], "api_id": checked.api["api_id"]}
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({name: value.format(**names) for name, value in given.items()}))
    assert main(["check", "--stack-output", str(file)]) == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("check: ")
    assert message in output.err
    assert output.err.count("\n") == 1


def test_an_api_without_an_authorizer(checked: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = checked.aws.apigatewayv2
    api_id = gateway.create_api(Name="plain", ProtocolType="HTTP")["ApiId"]
    endpoint = f"{checked.aws.endpoint}/_aws/execute-api/{api_id}"
    command = ["check", "--endpoint", endpoint, "--key", "k", "--issuer", "i", "--audience", "a"]
    assert main(command) == 2
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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--route", "POST /orders"],
            "--route POST /orders: not a protected route for GET; those are GET /whoami, GET /orders",
        ),
        (["--route", "GET /health"], "--route GET /health: not a protected route for GET"),
        (["--api", "reports"], "--api reports: not one of the stack's APIs, which are orders"),
    ],
)
def test_options_that_fit_nothing(
    options: list[str], message: str, outputs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--stack-output", outputs, *options]) == 2

    assert capsys.readouterr().err.startswith(f"check: {message}")  # fmt: skip
