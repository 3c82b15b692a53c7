"""``kms-jwt check`` on the emulator: the golden table, files, each promise broken, APIs that are sound in their own way."""

import json
import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cli.check import sender as sending
from cli.check.http_client import Answer
from cli.check.http_client import fetch as send
from cli.check.row import State
from cli.check.stage_rows import stage_rows
from cli.check.target import locate
from cli.command_line import main

from .backend import refusing_backend
from .gateway_mutations import changed_stage, plainest_route_open, token_in_query
from .mutation import Mutation, all_broken, batches
from .mutations import MUTATIONS
from .stack import Stack

GOLDEN = Path(__file__).with_name("golden.txt")

pytestmark = pytest.mark.usefixtures("environment")


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
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (str(len(rows)), "2", "0")
    trust, published = (row for row in rows if row["state"] != "kept")
    assert "trusts the key" in trust["found"]
    (_, case) = (case for case in suite if len(case))
    assert case.get("name") == published["checked"] == "keys in the stack's output jwks"
    assert case[0].tag == "failure"
    assert re.fullmatch(
        r"expected those that KMS has enabled, found .*, which signs, is not .*", case[0].get("message", "")
    )


def test_without_outputs(checked: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """The authorizer's configuration says which scopes the routes require."""
    command = ["check", "--endpoint", checked.api["endpoint"], "--key", checked.outputs["key_alias"]]
    command += ["--issuer", checked.api["issuer"], "--audience", "orders"]
    command += ["--skip", "GET /reports"]
    assert main([*command, "--public", "GET /health", "--claim", "tenant=a"]) == 0

    table = capsys.readouterr().out
    assert "good token, but GET /orders requires a scope" in table
    assert re.search(r"^ {2}- .*keys in the stack's output jwks .* no output jwks$", table, re.MULTILINE)

    assert main([*command, "--route", "GET /orders", "--scope", "orders:read"]) == 1
    assert re.search(r"FAIL +route GET /health +401 Unauthorized +open to anybody", capsys.readouterr().out)


@pytest.mark.parametrize("batch", batches(MUTATIONS), ids=lambda batch: " / ".join(item.broken for item in batch[:3]))
def test_broken_promises_are_found_and_no_others(checked: Stack, batch: list[Mutation]) -> None:
    with all_broken(checked, batch):
        rows = checked.check()

    assert {row.promise for row in rows if row.state is State.BROKEN} == {row for item in batch for row in item.rows}


def test_once_mended_every_promise_is_kept(checked: Stack) -> None:
    assert {row.state for row in checked.check()} == {State.KEPT}


def test_a_backend_that_refuses_what_the_authorizer_accepts(checked: Stack) -> None:
    with refusing_backend(checked):
        rows = checked.check()

    assert {row.state for row in rows} == {State.KEPT}
    assert "403 Forbidden by the backend: let in" in [row.found for row in rows]


def test_an_authorizer_with_other_rules_for_tokens(checked: Stack) -> None:
    def change(config: dict[str, Any]) -> None:
        config |= {"token_types": ["at+jwt"], "max_token_lifetime_seconds": 60, "leeway_seconds": 60}
        config |= {"expected_claims": {"tenant": ["a", "b"]}, "required_claims": ["sub", "tenant"]}

    with checked.configured(change), checked.promising(leeway_seconds=60):
        rows = checked.check()

    assert [row for row in rows if row.state is not State.KEPT] == []


def test_a_throttled_api_is_checked_slowly(checked: Stack) -> None:
    limits = {"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 3}
    with changed_stage(checked, DefaultRouteSettings=limits):
        rows = checked.check()

    assert {row.state for row in rows} == {State.KEPT}


Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Method, last part of the path, and ``Authorization`` of each request."""
    requests: Sent = []

    def seen(url: str, fields: Any = (), *, method: str = "GET", **options: Any) -> Answer:
        requests.append((method, url.rpartition("/")[2], dict(fields).get("Authorization", "")))
        return send(url, fields, method=method, **options)

    monkeypatch.setattr(sending, "fetch", seen)
    return requests


def test_nothing_is_written_while_requests_without_a_token_come_through(checked: Stack, sent: Sent) -> None:
    with token_in_query.how(checked), checked.mutant(accepts="True"):
        rows = checked.check()

    assert {method for method, _, _ in sent} == {"GET"}
    (post,) = (row for row in rows if row.promise == "route POST /orders")
    assert (post.state, post.found[:10]) == (State.NOT_CHECKED, "not called")


def test_an_open_route_gets_no_token(checked: Stack, sent: Sent) -> None:
    with plainest_route_open.how(checked):
        checked.check()

    assert [request for request in sent if request[1] == "whoami"] == []
    assert ("GET", "orders") in [request[:2] for request in sent if "eyJ" in request[2]]


def test_an_api_without_a_get_route(checked: Stack) -> None:
    with checked.promising(routes={"POST /orders": {"scopes": ["orders:write"]}}):
        rows = checked.check()

    assert [row.promise for row in rows if row.state is State.NOT_CHECKED] == [
        "requests, with a token and without",
        "route POST /orders",
        "plain OPTIONS requests",
    ]
    assert {row.state for row in rows if row.promise in ("key policies", "throttling")} == {State.KEPT}


def test_one_api_that_cannot_be_checked_leaves_the_others(
    checked: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, junit = tmp_path / "outputs.json", tmp_path / "check.xml"
    elsewhere = {**checked.api, "endpoint": "https://a1b2c3.execute-api.us-east-2.amazonaws.com"}
    file.write_text(json.dumps({**checked.outputs, "apis": {"gone": elsewhere, "orders": checked.api}}))
    assert main(["check", "--stack-output", str(file), "--junit", str(junit)]) == 2

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.endswith(":")] == ["gone:", "orders:"]
    assert lines[-1] == "45 ok, 0 failed, 1 not checked"
    gone, orders = ElementTree.parse(junit).getroot()  # noqa: S314 - our own
    assert (gone.get("errors"), orders.get("errors"), orders.get("skipped")) == ("1", "0", "0")


@pytest.mark.parametrize("domain", ["check.example.com", "*.example.com"])
def test_a_custom_domain_leads_to_the_stage_of_its_mapping(checked: Stack, domain: str) -> None:
    gateway, name, ids = checked.aws.apigatewayv2, "check.example.com", checked.ids
    gateway.create_stage(**ids, StageName="v1", AutoDeploy=True)
    gateway.create_domain_name(DomainName=domain)
    gateway.create_api_mapping(DomainName=domain, **ids, Stage="v1", ApiMappingKey="one")
    try:
        check = checked.check_with(
            {**checked.outputs, "apis": {"orders": {**checked.api, "endpoint": f"https://{name}/one"}}}
        )
        target = locate(check.promises, check.account)
        rows = {row.promise: row for row in stage_rows(check.reading(target), check.promises)}
    finally:
        gateway.delete_domain_name(DomainName=domain)
        gateway.delete_stage(**ids, StageName="v1")

    assert (target.api_id, target.stage, target.url) == (checked.api["api_id"], "v1", f"https://{name}/one")
    assert rows["throttling"].found == "every route: rate unlimited, burst unlimited"
    assert rows["stages"].state is State.BROKEN
