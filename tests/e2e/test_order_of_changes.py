"""The order in which an update changes AWS, where another order would leave callers without an answer meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from components.kms.generation_jwk import KeyDisabled
from components.kms.generations import rfc3339
from emulator.server import MiniStack
from testkit.signers import signer

from ..emulator.bench import Bench
from ..emulator.calls import recorded

KEYS = """
from components import SigningKeys
keys = SigningKeys("signing", pulumi.Config().require_object("keys"))
pulumi.export("alias", keys.alias_name)
"""
LATER = rfc3339(datetime.now(UTC) + timedelta(hours=2))
OLD, NEW = {"name": "old", "retire_after": LATER}, {"name": "new"}
PUBLISHED: dict[str, Any] = {"generations": [{"name": "old"}, NEW], "active": "old"}
ACTIVATED: dict[str, Any] = {"generations": [OLD, NEW], "active": "new"}
RETIRED: dict[str, Any] = {"generations": [{**OLD, "retired": True}, NEW], "active": "new"}

API = """
from components import AuthorizedHttpApi
config = pulumi.Config().require_object("settings")
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust))
functions = {
    name: aws.lambda_.Function(
        name, role=role.arn, runtime="python3.13", handler="app.handler", timeout=9,
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(f"def handler(event, context): return {name!r}")}))
    for name in ("one", "two")
}
default = {"lambda_arn": functions[config.get("default", "one")].arn}
routes = {
    key: {"integration": {"lambda_arn": functions[name].arn}} if name else {} for key, name in config["routes"].items()
}
domain = {"domain": config["domain"]} if "domain" in config else {}
api = AuthorizedHttpApi("orders", function_arn=functions["one"].arn, integration=default, routes=routes, **domain)
pulumi.export("id", api.api_id)
"""
ONE: dict[str, Any] = {"routes": {"GET /a": "one"}}
TWO: dict[str, Any] = {"routes": {"GET /a": "two"}}
DOMAIN = {"name": "order.example.com", "certificate_arn": "arn:aws:acm:us-east-1:000000000000:certificate/1"}
AT_DOMAIN = {**ONE, "domain": DOMAIN}
ONLY_AT_DOMAIN = {**ONE, "domain": {**DOMAIN, "disable_default_endpoint": True}}

REVOCABLE = """
from components import Denylist, JwtAuthorizer
settings = pulumi.Config().require_object("settings")
denylist = {"denylist": {"bucket": Denylist("revoked").bucket_name}} if settings["denylist"] else {}
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
JwtAuthorizer(
    "orders", api_id=api.id, issuer="https://auth.example.com", audience=["orders"], keys={"jwks": [settings["jwks"]]},
    function={"architecture": "host"}, **denylist)
"""


def test_a_key_is_enabled_before_it_is_read_and_the_alias_moves_before_a_key_is_disabled(bench: Bench) -> None:
    changes = []
    for keys in (PUBLISHED, ACTIVATED, RETIRED, ACTIVATED):
        with recorded("GetPublicKey") as calls:
            bench.up(KEYS, keys=keys)
        changes.append([call for call in calls if call in ("EnableKey", "DisableKey", "UpdateAlias", "GetPublicKey")])
    _, activated, retired, enabled = changes

    assert ("UpdateAlias" in activated, "DisableKey" in activated) == (True, False)
    assert retired.count("GetPublicKey") == 1  # KMS shows none of the disabled one
    assert enabled.count("GetPublicKey") == 2
    assert "EnableKey" in enabled


def test_a_key_that_somebody_has_disabled_is_reported(bench: Bench, ministack: MiniStack) -> None:
    bench.up(KEYS, keys=PUBLISHED)
    ministack.region().kms.disable_key(KeyId=bench.resource("signing-key-old").id)

    with pytest.raises(KeyDisabled, match="Generation 'old' is not retired, but its key has been disabled outside"):
        bench.up(KEYS, keys=PUBLISHED)


def test_what_is_called_may_be_called_before_a_route_leads_there(bench: Bench) -> None:
    with recorded() as created:
        bench.up(API, settings=ONE)
    with recorded() as moved:
        bench.up(API, settings=TWO)

    assert created.count("AddPermission") == 2  # for the authorizer and for the backend
    assert _last(created, "AddPermission") < created.index("CreateRoute")
    assert moved == ["AddPermission", "UpdateIntegration", "RemovePermission"]


def test_routes_join_and_leave_the_integration_of_the_api_and_what_stays_is_not_touched(bench: Bench) -> None:
    edits: list[dict[str, Any]] = [
        {"routes": {"GET /b": "", "GET /c": ""}},
        {"routes": {"GET /a": "", "GET /b": "", "GET /c": ""}},
        {"routes": {"GET /a": "", "GET /b": "two", "GET /c": ""}},
        {"routes": {"GET /b": "two", "GET /c": ""}},
        {"routes": {"GET /b": "two", "GET /c": ""}, "default": "two"},
        {"routes": {"GET /c": "", "GET /b": ""}, "default": "two"},
    ]
    changes = []
    for edit in edits:
        with recorded() as calls:
            bench.up(API, settings=edit)
        changes.append(calls)
    created, added, left, removed, moved, joined = changes

    assert created.count("CreateIntegration") == 1
    assert _last(created, "AddPermission") < created.index("CreateRoute")
    assert added == ["AddPermission", "CreateRoute"]
    assert left == ["AddPermission", "CreateIntegration", "UpdateRoute", "RemovePermission"]
    assert removed == ["DeleteRoute", "RemovePermission"]
    assert moved == ["AddPermission", "UpdateIntegration", "RemovePermission"]
    assert joined == ["UpdateRoute", "DeleteIntegration"]


def test_the_domain_leads_to_the_api_before_the_default_endpoint_is_disabled(bench: Bench) -> None:
    bench.up(API, settings=ONE)
    with recorded() as added:
        bench.up(API, settings=AT_DOMAIN)
    with recorded() as disabled:
        bench.up(API, settings=ONLY_AT_DOMAIN)
    with recorded() as removed:
        bench.up(API, settings=ONE)

    assert added == ["CreateDomainName", "CreateApiMapping"]
    assert disabled == ["UpdateApi"]
    assert removed == ["UpdateApi", "DeleteApiMapping", "DeleteDomainName"]


def test_an_api_in_use_moves_to_a_domain_that_others_have(bench: Bench) -> None:
    """Nothing of the others is touched, and nothing of its own is closed before its callers have moved."""
    source = f"""
existing = aws.apigatewayv2.DomainName("elsewhere", domain_name="order.example.com", domain_name_configuration=dict(
    certificate_arn="{DOMAIN["certificate_arn"]}", endpoint_type="REGIONAL", security_policy="TLS_1_2"))
{API}"""
    shared = {"existing_name": "order.example.com", "base_path": "orders", "disable_default_endpoint": False}
    bench.up(source, settings=ONE)
    with recorded() as added:
        bench.up(source, settings={**ONE, "domain": shared})
    with recorded() as disabled:
        bench.up(source, settings={**ONE, "domain": {**shared, "disable_default_endpoint": True}})
    with recorded() as removed:
        bench.up(source, settings=ONE)

    assert added == ["CreateApiMapping"]
    assert disabled == ["UpdateApi"]
    assert removed == ["UpdateApi", "DeleteApiMapping"]


def test_the_role_may_read_the_denylist_as_long_as_the_function_does(bench: Bench) -> None:
    """Otherwise environments that start meanwhile would deny every request."""
    changes = []
    for denylist in (False, True, False):
        with recorded() as calls:
            bench.up(REVOCABLE, settings={"denylist": denylist, "jwks": json.dumps({"keys": [signer("ES256").jwk]})})
        changes.append(calls)
    _, added, removed = changes

    for earlier, later in pairwise(("PutObject", "PutRolePolicy", "UpdateFunctionCode", "UpdateAlias")):
        assert _last(added, earlier) < added.index(later), added
    for earlier, later in pairwise(("UpdateFunctionCode", "UpdateAlias", "DeleteRolePolicy", "DeleteBucket")):
        assert _last(removed, earlier) < removed.index(later), removed
    assert "PutRolePolicy" not in removed


SOURCES = """
from components import JwtAuthorizer, SigningKeys
settings = pulumi.Config().require_object("settings")
signing = SigningKeys("signing", generations=[{"name": "old"}, {"name": "new"}], active="old")
kms_keys = [{"arn": signing.key_arns[generation]} for generation in settings["kms"]]
keys = {"source": "kms", "kms_keys": kms_keys} if kms_keys else {"jwks": [signing.jwks]}
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
JwtAuthorizer(
    "orders", api_id=api.id, issuer="https://auth.example.com", audience=["orders"], keys=keys,
    function={"architecture": "host"})
"""


def test_the_permission_to_read_keys_is_there_before_they_are_read_and_goes_after(bench: Bench) -> None:
    changes = []
    for kms in ([], ["old"], ["old", "new"], ["new"], []):
        with recorded() as calls:
            bench.up(SOURCES, settings={"kms": kms})
        changes.append([call for call in calls if call in _UPDATES])
    _, *at_run_time, pinned = changes

    assert at_run_time == [["PutRolePolicy", "UpdateFunctionCode", "UpdateAlias"]] * 3
    assert pinned == ["UpdateFunctionCode", "UpdateAlias", "DeleteRolePolicy"]


_UPDATES = ("PutRolePolicy", "UpdateFunctionCode", "UpdateAlias", "DeleteRolePolicy")


def _last(calls: list[str], name: str) -> int:
    return len(calls) - 1 - calls[::-1].index(name)
