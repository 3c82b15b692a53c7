"""Every finding is made once: one thing is changed in a stack in which nothing is found, and exactly that is found."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from cli.audit import Finding, audit, read_document
from components import AuthorizedHttpApi, JwtAuthorizer, SigningKeys
from tests.components.example import BACKEND, CERTIFICATE, api_args

from .registered import exported, register

States = dict[str, dict[str, Any]]
ROOT = Path(__file__).resolve().parents[3]


def _program() -> None:
    """An API of the component with a domain, and an API of somebody's own with this library's authorizer."""
    keys = SigningKeys("signing", {})
    AuthorizedHttpApi(
        "orders",
        api_args(
            keys={"jwks": [keys.jwks]},
            domain={"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True},
            role={"policy_statements": [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::bucket/key"]}]},
        ),
    )
    api = aws.apigatewayv2.Api("shop", protocol_type="HTTP", disable_execute_api_endpoint=True)
    authorizer = JwtAuthorizer(
        "shop",
        api_id=api.id,
        issuer="https://auth.example.com",
        audience=["shop"],
        keys={"jwks": [keys.jwks]},
        route_scopes={"GET /stock": {"scopes": ["stock:read"]}},
        policy={"bound_tokens": "accepted"},
    )
    integration = aws.apigatewayv2.Integration(
        "stock", api_id=api.id, integration_type="AWS_PROXY", integration_uri=BACKEND, payload_format_version="2.0"
    )
    aws.apigatewayv2.Route(
        "stock",
        api_id=api.id,
        route_key="GET /stock",
        target=pulumi.Output.format("integrations/{0}", integration.id),
        authorization_type="CUSTOM",
        authorizer_id=authorizer.authorizer_id,
    )
    aws.apigatewayv2.Stage(
        "default",
        api_id=api.id,
        name="$default",
        access_log_settings={
            "destination_arn": "arn:aws:logs:eu-west-1:123456789012:log-group:a",
            "format": "$context.status",
        },
        default_route_settings={"throttling_rate_limit": 10, "throttling_burst_limit": 20},
    )


@pytest.fixture(scope="module")
def clean() -> States:
    return register(_program).states


def _findings(states: States) -> list[Finding]:
    return list(audit(read_document(json.dumps(exported(states.values()))).after).findings)


def _inputs(states: States, type_: str, name: str) -> dict[str, Any]:
    (found,) = (state for state in states.values() if state["type"] == type_ and state["urn"].endswith(f"::{name}"))
    inputs: dict[str, Any] = found["inputs"]
    return inputs


def _set(type_: str, name: str, **changes: Any) -> Callable[[States], None]:
    """Changes inputs; ``None`` removes one."""

    def change(states: States) -> None:
        inputs = _inputs(states, type_, name)
        inputs |= changes
        for key in [key for key, value in changes.items() if value is None]:
            del inputs[key]

    return change


def _add(type_: str, name: str, **inputs: Any) -> Callable[[States], None]:
    def change(states: States) -> None:
        urn = f"urn:pulumi:test::shop::{type_}::{name}"
        states[urn] = {"urn": urn, "type": type_, "custom": True, "id": f"{name}-id", "inputs": inputs}

    return change


def _allows(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


API, ROUTE = "aws:apigatewayv2/api:Api", "aws:apigatewayv2/route:Route"
AUTHORIZER, STAGE = "aws:apigatewayv2/authorizer:Authorizer", "aws:apigatewayv2/stage:Stage"
MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
DOMAIN, PERMISSION = "aws:apigatewayv2/domainName:DomainName", "aws:lambda/permission:Permission"
KEY, POLICY, ROLE = "aws:kms/key:Key", "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
ORDERS_POLICY = (POLICY, "orders-authorizer-role-policy")
EXECUTE = "arn:aws:execute-api:eu-west-1:123456789012"
CORS = {"allowOrigins": ["*"], "allowMethods": ["GET"]}
NAMED = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/key"}
ACCOUNT = {"AWS": "arn:aws:iam::123456789012:root"}


def _permission(**inputs: Any) -> Callable[[States], None]:
    usual = {"action": "lambda:InvokeFunction", "function": "backend", "principal": "apigateway.amazonaws.com"}
    return _add(PERMISSION, "mine", **{**usual, **inputs})


def _both(*changes: Callable[[States], None]) -> Callable[[States], None]:
    def change(states: States) -> None:
        for one in changes:
            one(states)

    return change


FINDINGS: dict[str, tuple[Callable[[States], None], str, str]] = {
    # What is changed: the change, the rule that finds it, and a part of what it says.
    "a route loses its authorizer": (
        _set(ROUTE, "stock", authorizationType="NONE"),
        "public-route",
        "GET /stock of shop: anybody may call it: give it an authorizer",
    ),
    "a route never had one": (_set(ROUTE, "stock", authorizationType=None), "public-route", "GET /stock of shop"),
    "quick create": (_set(API, "shop", target=BACKEND), "public-route", "$default of shop"),
    "a secret authorization type": (
        _set(ROUTE, "stock", authorizationType="[secret]"),
        "unknown-access",
        "GET /stock of shop: who may call it is not known: authorizationType is a secret",
    ),
    "an OpenAPI document": (_set(API, "shop", body="{}"), "unknown-access", "OpenAPI"),
    "a function's URL": (
        _add("aws:lambda/functionUrl:FunctionUrl", "url", authorizationType="NONE", functionName="f"),
        "public-function-url",
        "at its URL",
    ),
    "CORS for any origin": (_set(API, "shop", corsConfiguration=CORS), "cors-any-origin", "any origin (*): list"),
    "CORS with credentials": (
        _set(API, "orders-api", corsConfiguration={"allowOrigins": ["https://*"], "allowCredentials": True}),
        "cors-any-origin",
        "any origin (https://*) with credentials",
    ),
    "a way past client certificates": (
        _both(
            _set(API, "orders-api", disableExecuteApiEndpoint=False),
            _set(DOMAIN, "orders-domain", mutualTlsAuthentication={"truststoreUri": "s3://bucket/ca.pem"}),
        ),
        "default-endpoint",
        "beside https://api.example.com, and requires no client certificate",
    ),
    "the route leaves the cache key": (
        _set(AUTHORIZER, "orders-authorizer-gateway", identitySources=["$request.header.Authorization"]),
        "route-not-in-cache-key",
        "lacks $context.routeKey",
    ),
    "another authorizer without it": (
        _both(
            _add(AUTHORIZER, "own", apiId="shop-id", authorizerType="REQUEST", authorizerUri=f"{BACKEND}/invocations"),
            _set(ROUTE, "stock", authorizerId="own-id"),
        ),
        "route-not-in-cache-key",
        "shop: the cache key of the authorizer own",
    ),
    "the certificate leaves the cache key": (
        _set(AUTHORIZER, "shop-gateway", identitySources=["$request.header.Authorization", "$context.routeKey"]),
        "certificate-not-in-cache-key",
        "shop: the cache key of the authorizer shop-gateway lacks $context.identity.clientCert.clientCertPem, so that a stolen",
    ),
    "no throttling": (_set(STAGE, "default", defaultRouteSettings=None), "no-throttling", "the stage $default has no"),
    "no access log": (_set(STAGE, "default", accessLogSettings=None), "no-access-log", "the stage $default writes no"),
    "every action": (
        _set(*ORDERS_POLICY, policy=_allows(Action="*", Resource=NAMED["Resource"])),
        "policy-action",
        "the action * is a wildcard",
    ),
    "every action of a service": (
        _set(*ORDERS_POLICY, policy=_allows(**{**NAMED, "Action": ["s3:*"]})),
        "policy-action",
        "the action s3:* is a wildcard",
    ),
    "all actions but": (
        _set(*ORDERS_POLICY, policy=_allows(NotAction="iam:*", Resource=NAMED["Resource"])),
        "policy-action",
        "NotAction allows all others",
    ),
    "every resource": (
        _set(*ORDERS_POLICY, policy=_allows(**{**NAMED, "Resource": "*"})),
        "policy-resource",
        "s3:GetObject on * is a wildcard",
    ),
    "every resource of a service": (
        _set(*ORDERS_POLICY, policy=_allows(**{**NAMED, "Resource": ["arn:aws:s3:::*"]})),
        "policy-resource",
        "on arn:aws:s3:::* is a wildcard",
    ),
    "all resources but": (
        _set(*ORDERS_POLICY, policy=_allows(Action="s3:GetObject", NotResource="arn:aws:s3:::a/b")),
        "policy-resource",
        "NotResource allows all others",
    ),
    "an inline policy": (
        _set(ROLE, "orders-authorizer-role-iam", inlinePolicies=[{"policy": _allows(**{**NAMED, "Resource": "*"})}]),
        "policy-resource",
        "orders-authorizer-role-iam: s3:GetObject on *",
    ),
    "a role for anybody": (
        _set(ROLE, "orders-authorizer-role-iam", assumeRolePolicy=_allows(Principal="*", Action="sts:AssumeRole")),
        "policy-principal",
        "any principal is allowed sts:AssumeRole",
    ),
    "a role for all but": (
        _set(
            ROLE,
            "orders-authorizer-role-iam",
            assumeRolePolicy=_allows(NotPrincipal=ACCOUNT, Action="sts:AssumeRole"),
        ),
        "policy-principal",
        "NotPrincipal allows all others",
    ),
    "a key that anybody signs with": (
        _set(KEY, "signing-key-1", policy=_allows(Principal={"AWS": "*"}, Action="kms:Sign", Resource="*")),
        "policy-principal",
        "signing-key-1: any principal is allowed kms:Sign",
    ),
    "a key that everything is allowed with": (
        _set(KEY, "signing-key-1", policy=_allows(Principal=ACCOUNT, Action="kms:*", Resource="*")),
        "policy-action",
        "signing-key-1: the action kms:* is a wildcard",
    ),
    "a key without a policy": (_set(KEY, "signing-key-1", policy=None), "policy-action", "KMS's default policy"),
    "a key's policy elsewhere": (
        _add(
            "aws:kms/keyPolicy:KeyPolicy",
            "late",
            keyId="signing-key-1-id",
            policy=_allows(Principal=ACCOUNT, Action="kms:*", Resource="*"),
        ),
        "policy-action",
        "late: the action kms:* is a wildcard",
    ),
    "a queue for anybody": (
        _add(
            "aws:sqs/queuePolicy:QueuePolicy",
            "queue",
            policy=_allows(Principal="*", Action="sqs:SendMessage", Resource="*"),
        ),
        "policy-principal",
        "queue: any principal",
    ),
    "AWS's own policy": (
        _add(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "attached",
            role="r",
            policyArn="arn:aws:iam::aws:policy/AdministratorAccess",
        ),
        "policy-managed",
        "AdministratorAccess",
    ),
    "a permission for anybody": (_permission(principal="*"), "permission-principal", "anybody may"),
    "a permission for any account": (_permission(), "permission-source", "on behalf of any account"),
    "a permission for any API": (
        _permission(sourceArn=f"{EXECUTE}:*/*/GET/stock"),
        "permission-source",
        "may invoke the function backend from any API",
    ),
}

NOTED: dict[str, tuple[Callable[[States], None], str, str]] = {
    "IAM": (
        _set(ROUTE, "stock", authorizationType="AWS_IAM"),
        "other-authorization",
        "GET /stock of shop: not for this library's tokens, but for AWS principals that IAM allows execute-api:Invoke",
    ),
    "API Gateway's JWT authorizer": (
        _set(ROUTE, "stock", authorizationType="JWT", authorizerId=None, authorizationScopes=["b", "a"]),
        "other-authorization",
        "GET /stock of shop: not for this library's tokens, but for a token with a or b by",
    ),
    "IAM that the component was asked for": (
        _set(ROUTE, "orders-route-GET-orders-60c198", authorizationType="AWS_IAM"),
        "other-authorization",
        "GET /orders of orders-api: not for this library's tokens, as the program says (authorization), but for",
    ),
    "CORS that the component was asked for": (
        _set(API, "orders-api", corsConfiguration=CORS),
        "cors-any-origin",
        "as the program says (cors)",
    ),
    "no access log, as the component was asked": (
        _set(STAGE, "orders-stage", accessLogSettings=None),
        "no-access-log",
        "as the program says (access_logs: false)",
    ),
    "the default endpoint beside a domain": (
        _set(API, "orders-api", disableExecuteApiEndpoint=False),
        "default-endpoint",
        "reachable beside https://api.example.com: disable it",
    ),
    "the default endpoint beside the domain of another stack": (
        _both(
            _set(API, "orders-api", disableExecuteApiEndpoint=False),
            _add(MAPPING, "other", apiId="orders-api-id", domainName="other.example.com"),
        ),
        "default-endpoint",
        "https://other.example.com: disable it when its callers use the domain; at once, if the domain",
    ),
    "a long cache": (
        _set(AUTHORIZER, "orders-authorizer-gateway", authorizerResultTtlInSeconds=3600),
        "long-cache",
        "cached for 3600 s",
    ),
    "some actions": (
        _set(*ORDERS_POLICY, policy=_allows(**{**NAMED, "Action": "s3:Get*"})),
        "policy-action",
        "the action s3:Get* is a wildcard",
    ),
    "some resources": (
        _set(*ORDERS_POLICY, policy=_allows(**{**NAMED, "Resource": "arn:aws:s3:::bucket/*"})),
        "policy-resource",
        "on arn:aws:s3:::bucket/* is a wildcard",
    ),
    "resources that cannot be narrower": (
        _set(*ORDERS_POLICY, policy=_allows(Action=["xray:PutTraceSegments"], Resource="*")),
        "policy-resource",
        "as AWS documents no narrower resource",
    ),
    "anybody under a condition": (
        _add(
            "aws:sns/topicPolicy:TopicPolicy",
            "topic",
            policy=_allows(
                Principal="*", Action="sns:Publish", Condition={"StringEquals": {"aws:PrincipalOrgID": "o"}}
            ),
        ),
        "policy-principal",
        "under a condition on aws:PrincipalOrgID",
    ),
    "a key of another kind with KMS's default policy": (
        _add(KEY, "secrets", policy=_allows(Principal=ACCOUNT, Action="kms:*", Resource="*")),
        "policy-action",
        "secrets: the action kms:* is a wildcard",
    ),
    "a policy that is unknown": (
        _set(*ORDERS_POLICY, policy="04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
        "unread-policy",
        "it is known after deployment",
    ),
    "a policy that is none": (_set(*ORDERS_POLICY, policy="{"), "unread-policy", "not a policy document"),
    "a narrower policy of AWS": (
        _set(
            ROLE,
            "orders-authorizer-role-iam",
            managedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        ),
        "policy-managed",
        "AWSLambdaBasicExecutionRole",
    ),
    "a permission for every route": (
        _permission(sourceArn=f"{EXECUTE}:shop/*/*"),
        "permission-source",
        "from more than one route",
    ),
    "a permission for some buckets": (
        _permission(principal="s3.amazonaws.com", sourceArn="arn:aws:s3:::b*"),
        "permission-source",
        "from arn:aws:s3:::b*, a wildcard",
    ),
    "a WebSocket API": (_add(API, "chat", protocolType="WEBSOCKET"), "not-audited", "chat: only HTTP APIs"),
    "a REST API": (_add("aws:apigateway/restApi:RestApi", "rest"), "not-audited", "rest: only HTTP APIs"),
}

SILENT: dict[str, Callable[[States], None]] = {
    "a cache that is off": _set(
        AUTHORIZER, "orders-authorizer-gateway", authorizerResultTtlInSeconds=0, identitySources=["a"]
    ),
    "a denial": _set(
        *ORDERS_POLICY, policy=json.dumps({"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    ),
    "the streams of a log group": _set(
        *ORDERS_POLICY, policy=_allows(Action="logs:PutLogEvents", Resource="arn:aws:logs:eu-west-1:1:log-group:/a:*")
    ),
    "a permission for one route": _permission(sourceArn=f"{EXECUTE}:shop/*/GET/stock/{{id}}"),
    "a permission for $default": _permission(sourceArn=f"{EXECUTE}:shop/*/$default"),
    "a permission for an account": _permission(principal="210987654321"),
    "a permission within the account": _permission(principal="s3.amazonaws.com", sourceAccount="123456789012"),
    "a function's URL behind IAM": _add("aws:lambda/functionUrl:FunctionUrl", "url", authorizationType="AWS_IAM"),
}


def test_nothing_is_found_but_the_route_that_is_public(clean: States) -> None:
    assert [(found.rule, found.noted) for found in _findings(clean)] == [("public-route", True)]


def _of(clean: States, change: Callable[[States], None]) -> list[Finding]:
    states = copy.deepcopy(clean)
    change(states)
    return [found for found in _findings(states) if found not in _findings(clean)]


@pytest.mark.parametrize("name", FINDINGS)
def test_exactly_that_is_found(clean: States, name: str) -> None:
    change, rule, part = FINDINGS[name]
    (found,) = _of(clean, change)

    assert (found.rule, found.noted) == (rule, False)
    assert part in found.message
    assert found.urn.startswith("urn:pulumi:test::shop::")


@pytest.mark.parametrize("name", NOTED)
def test_exactly_that_is_noted(clean: States, name: str) -> None:
    change, rule, part = NOTED[name]
    (found,) = _of(clean, change)

    assert (found.rule, found.noted) == (rule, True)
    assert part in found.message


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_found(clean: States, name: str) -> None:
    assert _of(clean, SILENT[name]) == []


def test_every_rule_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = text.partition("| rule | finding | only noted |")[2].partition("\n\n")[0].splitlines()[2:]
    documented = [
        (rule, bool(finding.strip()), bool(noted.strip()))
        for _, rules, finding, noted, _ in (row.split("|") for row in rows)
        for rule in re.findall(r"`([a-z-]+)`", rules)
    ]
    found, noted = ({rule for _, rule, _ in cases.values()} for cases in (FINDINGS, NOTED))

    assert {rule for rule, _, _ in documented} == found | noted
    assert {rule for rule, finding, _ in documented if finding} == found
    assert {rule for rule, _, noted in documented if noted} >= noted
