"""The resources inside the components: reachable, typed, and no outputs for other languages."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pulumi
import pulumi_aws as aws

from components import AuthorizedHttpApi, JwtAuthorizer, JwtAuthorizerNodes, RoleNodes, SigningKeys, TokenService
from components.plugin import COMPONENTS, KmsJwtProvider
from components.testing import ACCOUNT, REGION, Recording, declare
from docs.python_reference import _members

from ..aws_schemas import programs
from .example import BACKEND, CERTIFICATE, ISSUER, JWKS, KEY, LOG_GROUP, ROLE, api_args
from .registrations import registered

CLIENTS: Any = {"billing": {"scopes": ["a"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}}
DOMAIN: Any = {"name": "api.example.com", "certificate_arn": CERTIFICATE}
VPC: Any = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}
CERTIFICATE_NODES = ("certificate", "certificate_record", "certificate_validation")


def _nodes(component: Callable[[], Any]) -> tuple[Any, Recording]:
    """The nodes of the component, and what is declared with it."""
    found: list[Any] = []
    recording = declare(lambda: found.append(component().nodes))
    return found[0], recording


def _named(value: Any) -> Any:
    """The names of the resources in ``value``."""
    if isinstance(value, pulumi.Resource):
        return value.pulumi_resource_name
    if dataclasses.is_dataclass(value):
        return _named(vars(value))
    return {key: _named(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_what_is_inside_an_api() -> None:
    nodes, recording = _nodes(lambda: AuthorizedHttpApi("orders", api_args(well_known={}, domain=DOMAIN)))

    found = _named(nodes)
    routes, integrations, permissions = (found.pop(name) for name in ("routes", "integrations", "route_permissions"))
    assert found == {
        "api": "orders-api",
        "jwt_authorizers": {},
        "stage": "orders-stage",
        "access_log_group": "orders-access-logs",
        "integration_roles": {},
        "domain": {**dict.fromkeys(CERTIFICATE_NODES), "domain_name": "orders-domain", "dns_records": {}},
        "api_mapping": "orders-mapping",
        "well_known": {
            "function": "orders-well-known-lambda",
            "alias": "orders-well-known-alias",
            "log_group": "orders-well-known-logs",
            "role": "orders-well-known-iam",
            "role_policies": {"policy": "orders-well-known-policy"},
        },
        "preflight": None,
        "alarms": {},
        "dashboard": None,
        "authorizer": "orders-authorizer-gateway",
        "permission": "orders-authorizer-permission",
        "function": "orders-authorizer-function-lambda",
        "alias": "orders-authorizer-function-alias",
        "log_group": "orders-authorizer-function-logs",
        "provisioned_concurrency": None,
        "role": "orders-authorizer-role-iam",
        "role_policies": {"policy": "orders-authorizer-role-policy"},
    }
    assert integrations.keys() - permissions.keys() == {"GET /health"}
    declared = {item.inputs["routeKey"]: item.name for item in recording.all("aws:apigatewayv2/route:Route")}
    assert routes == declared
    assert integrations["GET /orders"] != integrations["POST /orders"]
    assert integrations["GET /.well-known/jwks.json"] == "orders-integration-well-known"


Kind = tuple[str, str]
"""Type and name of a resource."""


def _kind(resource: pulumi.Resource) -> Kind:
    return resource.pulumi_resource_type, resource.pulumi_resource_name


def _reached(value: Any) -> Iterator[Kind]:
    """The resources that ``nodes`` has, at any depth."""
    if isinstance(value, pulumi.Resource):
        yield _kind(value)
    elif value is not None:
        for item in (value if isinstance(value, dict) else vars(value)).values():
            yield from _reached(item)


def _every_program() -> None:
    """Every input of every component is given here, as ``aws_schemas/test_declared.py`` makes sure."""
    programs.everything()
    programs.snap_start()
    programs.other_authorizations()


def test_everything_that_a_component_creates_is_reached_by_its_nodes() -> None:
    components: list[Any] = []

    def noted(component: Any, outputs: Any) -> None:
        if component.pulumi_resource_type.startswith("kms-jwt:"):
            components.append(component)

    with mock.patch.object(pulumi.ComponentResource, "register_outputs", noted):
        requests = registered(_every_program)
    urns = {(request.type, request.name): urn for urn, request in requests.items()}

    def below(component: pulumi.Resource) -> set[Kind]:
        """What AWS has of the component and of those in it."""
        inside: set[str] = {urns[_kind(component)]}
        for urn, request in requests.items():  # parents come first
            inside |= {urn} if request.parent in inside else set()
        return {(requests[urn].type, requests[urn].name) for urn in inside if requests[urn].custom}

    missing = {_kind(item): below(item) ^ set(_reached(item.nodes)) for item in components}
    assert {type(item) for item in components} == set(COMPONENTS)
    assert not {kind: kinds for kind, kinds in missing.items() if kinds}


def test_each_policy_of_a_role_is_documented() -> None:
    tokens: Any = {"keys": {"source": "kms", "kms_keys": [{"arn": KEY}]}, "denylist": {"bucket": "revoked"}}
    nodes, _ = _nodes(lambda: AuthorizedHttpApi("orders", api_args(**tokens, function={"vpc": VPC})))

    assert nodes.role_policies.keys() == {"policy", "kms", "denylist", "vpc"}
    for text in (dict(_members(JwtAuthorizerNodes))["role_policies"], dict(_members(RoleNodes))["policies"]):
        assert [policy for policy in nodes.role_policies if f"`{policy}`" not in text] == []


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
    assert nodes.authorizer.pulumi_resource_name == "orders-gateway"

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
    assert nodes.function.pulumi_resource_name == "orders-function-lambda"


def test_what_is_inside_signing_keys() -> None:
    keys: Any = {
        "multi_region": True,
        "replica_regions": ["us-east-1"],
        "generations": [{"name": "old"}, {"name": "new"}],
        "active": "old",
    }
    nodes, _ = _nodes(lambda: SigningKeys("signing", keys))

    assert _named(nodes.keys) == {"old": "signing-key-old", "new": "signing-key-new"}
    assert nodes.alias.pulumi_resource_name == "signing-alias"
    replicas = {"old": "signing-key-old-us-east-1", "new": "signing-key-new-us-east-1"}
    assert _named(nodes.replicas) == {"us-east-1": replicas}
    assert _named(nodes.replica_aliases) == {"us-east-1": "signing-alias-us-east-1"}


def test_what_is_inside_a_token_service() -> None:
    nodes, recording = _nodes(lambda: TokenService("tokens", clients=CLIENTS, domain=DOMAIN))

    names = _named(nodes)
    routes, integrations, permissions = (names.pop(name) for name in ("routes", "integrations", "route_permissions"))
    assert names.pop("signing_keys")["keys"].keys() == {"1"}
    assert names == {
        "function": "tokens-lambda",
        "alias": "tokens-alias",
        "log_group": "tokens-logs",
        "provisioned_concurrency": None,
        "role": "tokens-role-iam",
        "role_policy": "tokens-policy",
        "api": "tokens-api",
        "stage": "tokens-token-api-stage",
        "access_log_group": "tokens-token-api-access-logs",
        "metadata": {
            "function": "tokens-metadata-lambda",
            "alias": "tokens-metadata-alias",
            "log_group": "tokens-metadata-logs",
            "role": "tokens-metadata-iam",
            "role_policies": {"policy": "tokens-metadata-policy"},
        },
        "domain": {**dict.fromkeys(CERTIFICATE_NODES), "domain_name": "tokens-domain", "dns_records": {}},
        "api_mapping": "tokens-mapping",
        "alarms": {},
    }
    declared = {item.inputs["routeKey"]: item.name for item in recording.all("aws:apigatewayv2/route:Route")}
    assert routes == declared
    assert integrations.keys() == permissions.keys() == declared.keys()


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

    assert (nodes.role, nodes.signing_keys, nodes.api, nodes.stage, nodes.domain) == (None,) * 5
    assert (nodes.access_log_group, nodes.api_mapping) == (None,) * 2
    assert nodes.role_policy.pulumi_resource_name == "tokens-policy"


def test_nodes_are_no_outputs_in_other_languages() -> None:
    """Pulumi's analyzer makes an output of each annotation of a class."""
    schema = json.loads(KmsJwtProvider("0").schema or "")

    assert [token for token, resource in schema["resources"].items() if "nodes" in resource["properties"]] == []
