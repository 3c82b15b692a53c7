"""Changing a stack that is up: each change of its configuration is an update in place, and takes effect."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.command_line import main
from components import InvalidArgs
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from testkit.api import Api

from .conftest import PROGRAM
from .exported import export
from .watch import Watch


def _change(stack: Deployment, **changes: object) -> Mapping[str, Any]:
    """The stack's configuration with ``changes`` to its API."""
    apis = stack.config["kms-jwt:apis"]
    return {**stack.config, "kms-jwt:apis": {**apis, "orders": {**apis["orders"], **changes}}}


def _deployed(stack: Deployment) -> Api:
    return Api(stack.up(), "orders", stack.aws.client("kms"))


def test_an_unchanged_stack_stays_as_it_is(stack: Deployment) -> None:
    stack.up()
    stack.up()

    assert stack.changes == []


def test_an_audience_changes_in_place(stack: Deployment) -> None:
    before = _deployed(stack)
    stack.config = _change(stack, audience=["invoices"])
    after = _deployed(stack)

    assert [(action, urn.rpartition("::")[2]) for action, urn in stack.changes] == [
        ("update", "orders-authorizer-function-lambda"),
        ("update", "orders-authorizer-function-alias"),
    ]
    assert after.outputs["apis"]["orders"] == {**before.outputs["apis"]["orders"], "audience": ["invoices"]}
    assert after.call("GET", "/orders", after.token(aud="invoices")).status == 200
    assert after.call("GET", "/orders", after.token(aud="orders")).status == 403


def test_a_route_goes_public_and_back(stack: Deployment) -> None:
    routes = dict(stack.config["kms-jwt:apis"]["orders"]["routes"])
    original = stack.config
    stack.config = _change(stack, routes={**routes, "GET /whoami": {"public": True}})
    assert _deployed(stack).call("GET", "/whoami").status == 200

    stack.config = original
    assert _deployed(stack).call("GET", "/whoami").status == 401


def test_the_audit_says_what_an_update_changes_for_callers(
    stack: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From what Pulumi exports before and after: and it is what the callers then see."""
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    _deployed(stack)
    before.write_text(json.dumps(export(stack)))
    routes = dict(stack.config["kms-jwt:apis"]["orders"]["routes"])
    del routes["POST /orders"]
    stack.config = _change(stack, audience=["invoices"], routes={**routes, "GET /whoami": {"public": True}})
    api = _deployed(stack)
    after.write_text(json.dumps(export(stack)))

    assert main(["audit", str(before), str(after)]) == 0
    report = capsys.readouterr().out
    assert "\n  GET /orders  a token with orders:read  Lambda function whoami-function\n" in report
    assert report.partition("Changes for callers: ")[2].partition("\n\n")[0].splitlines() == [
        "4",
        "  - orders-api: POST /orders is removed",
        "  + orders-api: GET /whoami was for any valid token, and is for anybody",
        "  + orders-api: audience invoices of https://auth.local.example.com is accepted",
        "  - orders-api: audience orders of https://auth.local.example.com is no longer accepted",
    ]
    assert "Findings: none\nNoted: 2\n" in report
    assert api.call("GET", "/whoami").status == 200
    assert api.call("POST", "/orders", api.token(aud="invoices", scope="orders:write")).status == 404
    assert api.call("GET", "/orders", api.token(aud="orders", scope="orders:read")).status == 403


def test_keys_read_from_kms_at_run_time(stack: Deployment) -> None:
    stack.config = _change(stack, keys={"source": "kms"}, audience=["orders"])
    api = _deployed(stack)

    assert api.call("GET", "/orders", f"Bearer {api.token()}").status == 200
    assert api.call("GET", "/orders", f"Bearer {api.token(aud='reports')}").status == 403


def test_a_function_of_ones_own_takes_over_and_hands_back(stack: Deployment) -> None:
    """Our function goes with the update that no longer wants it, and nobody is left without an answer meanwhile."""
    original = stack.config
    orders = {**original["kms-jwt:apis"]["orders"], "cache_ttl": 0}
    both = {**original, "kms-jwt:apis": {"orders": orders, "other": orders}}
    stack.config = both
    api = _deployed(stack)
    token = api.token()
    watch = Watch(stack.aws, api.outputs["apis"]["orders"]["api_id"], lambda: api.call("GET", "/orders", token).status)
    (other,) = (item for item in stack.resources.values() if item.name == "other-authorizer-function-alias")
    without_scopes = {key: [] if isinstance(route, list) else route for key, route in orders["routes"].items()}
    own = {"function_arn": other.outputs["arn"], "routes": without_scopes, "cache_ttl": 0}
    for apis in ({"orders": own, "other": orders}, both["kms-jwt:apis"]):
        stack.config = {**original, "kms-jwt:apis": apis}
        with watch.watching():
            stack.up()

    assert watch.faults == []
    assert watch.calls.count("CreateAuthorizer") == watch.calls.count("DeleteAuthorizer") == 2


def test_two_apis_cannot_have_one_domain(stack: Deployment) -> None:
    stack.up()
    before, original = dict(stack.resources), stack.config
    domain = {"name": "api.example.com", "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}
    orders = {**original["kms-jwt:apis"]["orders"], "domain": domain}
    stack.config = {**original, "kms-jwt:apis": {"orders": orders, "reports": orders}}

    with pytest.raises(InvalidArgs, match=r"apis\.reports\.domain\.name: .* is already the domain of apis\.orders"):
        stack.up()
    assert stack.resources == before


def test_a_configuration_that_is_refused_changes_nothing(stack: Deployment) -> None:
    stack.up()
    before = dict(stack.resources)
    stack.config = {**_change(stack, audience=[], routes={"GET orders": {}}), "kms-jwt:api": {}}

    with pytest.raises(InvalidArgs, match="The configuration of stack local has invalid inputs") as refused:
        stack.up()

    for fault in ('apis.orders.routes["GET orders"]: ', "apis.orders.audience: missing: write", "api: unknown key"):
        assert fault in str(refused.value)
    assert stack.resources == before


def test_the_stack_for_development_is_two_apis_with_one_key(ministack: MiniStack) -> None:
    file = load_stack(PROGRAM, "dev")
    deployment = Deployment(ministack, PROGRAM, file.project, "dev", file.config)
    outputs = deployment.up()

    types = Counter(resource.type for resource in deployment.resources.values())
    assert outputs["apis"].keys() == {"orders", "reports"}
    assert types["aws:apigatewayv2/api:Api"] == types["aws:apigatewayv2/authorizer:Authorizer"] == 2
    assert types["aws:kms/key:Key"] == 1
    deployment.destroy()
    assert not deployment.resources
