"""What must be there first is waited for. The emulator follows the order of the program, so that nothing of it shows there."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components import AuthorizedHttpApi, Denylist, TokenService

from .example import BACKEND, CERTIFICATE, KEY, api_args
from .registrations import registered

CATCH_ALL = {"$default": {"integration": {"lambda_arn": BACKEND}}}
DOMAIN = {"name": "api.example.com", "certificate_arn": CERTIFICATE}
CLIENTS = {"billing": {"scopes": ["a"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _awaited(component: type[pulumi.ComponentResource], name: str, args: Any, output: str) -> dict[str, set[str]]:
    """By the name of each resource, those of the resources that it waits for. ``used`` waits for the output ``output``."""

    def program() -> None:
        aws.sns.Topic("used", display_name=getattr(component(name, args), output))

    return {_name(urn): set(map(_name, request.dependencies)) for urn, request in registered(program).items()}


@pytest.mark.parametrize(
    ("args", "function", "policies"),
    [
        (
            {
                "keys": {"source": "kms", "kms_keys": [{"arn": KEY}]},
                "denylist": {"bucket": "revoked"},
                "function": {"vpc": {"subnet_ids": ["s1"], "security_group_ids": ["g1"]}},
            },
            "orders-authorizer-function-lambda",
            {f"orders-authorizer-role-{policy}" for policy in ("policy", "kms", "denylist", "vpc")},
        ),
        ({"well_known": {}}, "orders-well-known-lambda", {"orders-well-known-policy"}),
    ],
)
def test_a_function_waits_for_every_permission_of_its_role(
    args: dict[str, Any], function: str, policies: set[str]
) -> None:
    """And so these outlive it."""
    assert policies <= _awaited(AuthorizedHttpApi, "orders", api_args(**args), "api_endpoint")[function]


def test_an_api_is_ready_when_its_stage_is_and_that_when_its_routes_are() -> None:
    """Settings of a stage name routes, and a route whose function may not be invoked answers 500."""
    pages = {"allow_origins": ["https://app.example.com"]}
    waits = _awaited(AuthorizedHttpApi, "orders", api_args(routes=CATCH_ALL, cors=pages), "api_endpoint")

    assert "orders-stage" in waits["used"]
    routes = {name for name in waits if name.startswith("orders-route-")}
    assert len(routes) > 1
    assert routes <= waits["orders-stage"]
    assert "orders-preflight-permission" in waits["orders-preflight-integration"]


def test_a_url_at_a_domain_is_known_once_it_leads_to_the_api() -> None:
    waits = _awaited(AuthorizedHttpApi, "orders", api_args(domain=DOMAIN), "api_endpoint")

    assert {"orders-mapping", "orders-domain"} <= waits["used"]
    assert "orders-stage" in waits["orders-mapping"]


@pytest.mark.parametrize("output", ["token_endpoint", "jwks_uri"])
def test_a_token_service_is_known_once_it_answers(output: str) -> None:
    waits = _awaited(TokenService, "tokens", {"clients": CLIENTS, "domain": DOMAIN}, output)

    routes = {name for name in waits if name.startswith("tokens-route-")}
    assert len(routes) > 1
    assert {"tokens-mapping", "tokens-domain", "tokens-token-api-stage", *routes} <= waits["used"]


def test_a_denylist_is_written_to_a_bucket_that_is_protected() -> None:
    waits = _awaited(Denylist, "revoked", {}, "bucket_name")

    assert "revoked-document" in waits["used"]
    before = waits["revoked-document"].union(*(waits[name] for name in waits["revoked-document"]))
    assert {name for name in waits if name.startswith("revoked-")} == {"revoked-document", *before} - {"revoked"}
