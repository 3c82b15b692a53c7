"""The resources inside the components: reachable, typed, and no outputs for other languages."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

from components import AuthorizedHttpApi, JwtAuthorizer, SigningKeys, TokenService
from components.plugin import KmsJwtProvider
from components.testing import ACCOUNT, REGION, Recording, declare

from .example import BACKEND, CERTIFICATE, ISSUER, JWKS, LOG_GROUP, ROLE, api_args

CLIENTS: Any = {"billing": {"scopes": ["a"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}}
DOMAIN: Any = {"name": "api.example.com", "certificate_arn": CERTIFICATE}


def _nodes(component: Callable[[], Any]) -> tuple[Any, Recording]:
    """The nodes of the component, and what is declared with it."""
    found: list[Any] = []
    recording = declare(lambda: found.append(component().nodes))
    return found[0], recording


def _named(value: Any) -> Any:
    """The names of the resources in ``value``."""
    if isinstance(value, pulumi.Resource):
        return value._name
    return {key: _named(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_what_is_inside_an_api() -> None:
    nodes, recording = _nodes(lambda: AuthorizedHttpApi("orders", api_args(well_known={}, domain=DOMAIN)))

    found = {field.name: _named(getattr(nodes, field.name)) for field in dataclasses.fields(nodes)}
    routes, integrations = found.pop("routes"), found.pop("integrations")
    assert found == {
        "api": "orders-api",
        "jwt_authorizers": {},
        "stage": "orders-stage",
        "domain_name": "orders-domain",
        "authorizer": "orders-authorizer-gateway",
        "permission": "orders-authorizer-permission",
        "function": "orders-authorizer-function-lambda",
        "alias": "orders-authorizer-function-alias",
        "log_group": "orders-authorizer-function-logs",
        "role": "orders-authorizer-role-iam",
    }
    declared = {item.inputs["routeKey"]: item.name for item in recording.all("aws:apigatewayv2/route:Route")}
    assert routes == declared
    assert integrations["GET /orders"] != integrations["POST /orders"]
    assert integrations["GET /.well-known/jwks.json"] == "orders-integration-well-known"


def test_they_are_typed() -> None:
    """mypy checks that each is of its class: what is optional has to be asserted."""

    def program() -> None:
        nodes = AuthorizedHttpApi("orders", api_args()).nodes
        function: aws.lambda_.Function | None = nodes.function
        assert function is not None
        pulumi.export("arn", function.arn)
        route: aws.apigatewayv2.Route = nodes.routes["GET /orders"]
        pulumi.export("route", route.route_key)

    outputs = declare(program).outputs
    assert outputs["route"] == "GET /orders"
    assert outputs["arn"].endswith(":function:orders-authorizer-function-lambda")


def test_what_is_not_created_is_none() -> None:
    own: Any = {"api_id": "a", "function_arn": BACKEND}
    nodes, _ = _nodes(lambda: JwtAuthorizer("orders", own))
    assert (nodes.function, nodes.alias, nodes.log_group, nodes.role) == (None,) * 4
    assert nodes.authorizer._name == "orders-gateway"

    given: Any = {
        "api_id": "a",
        "issuer": ISSUER,
        "audience": ["orders"],
        "keys": {"jwks": [JWKS]},
        "role": {"arn": ROLE},
        "function": {"log_group_name": LOG_GROUP.rpartition(":")[2]},
    }
    nodes, _ = _nodes(lambda: JwtAuthorizer("orders", given))
    assert (nodes.log_group, nodes.role) == (None, None)
    assert nodes.function._name == "orders-function-lambda"


def test_what_is_inside_signing_keys() -> None:
    keys: Any = {
        "multi_region": True,
        "replica_regions": ["us-east-1"],
        "generations": [{"name": "old"}, {"name": "new"}],
        "active": "old",
    }
    nodes, _ = _nodes(lambda: SigningKeys("signing", keys))

    assert _named(nodes.keys) == {"old": "signing-key-old", "new": "signing-key-new"}
    assert nodes.alias._name == "signing-alias"
    replicas = {"old": "signing-key-old-us-east-1", "new": "signing-key-new-us-east-1"}
    assert _named(nodes.replicas) == {"us-east-1": replicas}


def test_what_is_inside_a_token_service() -> None:
    nodes, recording = _nodes(lambda: TokenService("tokens", clients=CLIENTS, domain=DOMAIN))

    names = {field.name: _named(getattr(nodes, field.name)) for field in dataclasses.fields(nodes)}
    routes, integrations = names.pop("routes"), names.pop("integrations")
    assert names.pop("signing_keys").keys.keys() == {"1"}
    assert names == {
        "function": "tokens-lambda",
        "alias": "tokens-alias",
        "log_group": "tokens-logs",
        "role": "tokens-role-iam",
        "api": "tokens-api",
        "stage": "tokens-token-api-stage",
        "domain_name": "tokens-domain",
    }
    declared = {item.inputs["routeKey"]: item.name for item in recording.all("aws:apigatewayv2/route:Route")}
    assert routes == declared
    assert integrations.keys() == declared.keys()


def test_what_is_given_to_a_token_service_is_not_inside() -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    args: Any = {
        "clients": CLIENTS,
        "keys": {"active_key_arn": key, "key_arns": {"1": key}, "jwks": JWKS},
        "role": {"arn": ROLE, "name": "mine"},
        "api": {
            "api_id": "a",
            "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a",
            "endpoint": "https://a",
        },
    }
    nodes, _ = _nodes(lambda: TokenService("tokens", args))

    assert (nodes.role, nodes.signing_keys, nodes.api, nodes.stage, nodes.domain_name) == (None,) * 5


def test_nodes_are_no_outputs_in_other_languages() -> None:
    """Pulumi's analyzer makes an output of each annotation of a class."""
    schema = json.loads(KmsJwtProvider("0").schema or "")

    assert [token for token, resource in schema["resources"].items() if "nodes" in resource["properties"]] == []
