"""AuthorizedHttpApi and what it is made of: the exact inputs that reach AWS."""

import json
import time
from typing import Any

import jwt
import pulumi
import pytest

from authorizer.verifier import Verifier
from components import AuthorizedHttpApi, InvalidArgs, JwtAuthorizer
from components.lambda_authorizer.inputs import JwtAuthorizerArgs, RouteScopesArgs
from components.testing import ACCOUNT, PRIVATE_KEY, REGION, Recording, declare

from .example import BACKEND, ISSUER, JWKS, api_args, whole_api


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declare(whole_api)


def test_the_authorizer_is_a_request_authorizer_with_simple_responses(recording: Recording) -> None:
    assert recording.only("aws:apigatewayv2/authorizer:Authorizer").inputs == {
        "apiId": "orders-api-id",
        "authorizerPayloadFormatVersion": "2.0",
        "authorizerResultTtlInSeconds": 60,
        "authorizerType": "REQUEST",
        "authorizerUri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:{REGION}:{ACCOUNT}"
        ":function:orders-authorizer-function-lambda:live/invocations",
        "enableSimpleResponses": True,
        "identitySources": ["$request.header.Authorization", "$context.routeKey"],
    }


def test_the_permission_is_for_this_authorizer_and_nothing_wider(recording: Recording) -> None:
    assert recording.only("aws:lambda/permission:Permission", "orders-authorizer-permission").inputs == {
        "action": "lambda:InvokeFunction",
        "function": "orders-authorizer-function-lambda",
        "principal": "apigateway.amazonaws.com",
        "qualifier": "live",
        "sourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:orders-api-id/authorizers/orders-authorizer-gateway-id",
    }


def test_the_role_may_write_its_own_log_and_nothing_else(recording: Recording) -> None:
    policy = json.loads(recording.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"])

    log_group = recording.only("aws:cloudwatch/logGroup:LogGroup", "orders-authorizer-function-logs").inputs
    assert log_group["name"] == "/aws/lambda/shop-test-orders-authorizer-function"
    assert log_group["retentionInDays"] == 30
    (statement,) = policy["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{log_group['name']}:*"


def test_the_role_reads_the_named_keys_only_where_keys_are_read_at_run_time() -> None:
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    keys = {"source": "kms", "kms_keys": [{"arn": arn}]}
    recording = declare(lambda: AuthorizedHttpApi("orders", api_args(keys=keys)))

    policy = recording.only("aws:iam/rolePolicy:RolePolicy", "orders-authorizer-role-kms").inputs["policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement == {
        "Sid": "ReadPublicKeys",
        "Effect": "Allow",
        "Action": "kms:GetPublicKey",
        "Resource": [arn],
    }
    assert _config(recording)["kms"] == {"keys": [{"key_id": arn, "alg": "ES512"}]}
    assert "keys" not in _config(recording)


def test_the_function_logs_to_its_group_and_answers_before_api_gateway_gives_up(recording: Recording) -> None:
    function = recording.only("aws:lambda/function:Function").inputs

    assert function["handler"] == "authorizer.handler.handler"
    assert function["runtime"] == "python3.13"
    assert function["architectures"] == ["arm64"]
    assert function["timeout"] == 5
    assert function["memorySize"] == 512
    assert function["loggingConfig"]["logGroup"] == "/aws/lambda/shop-test-orders-authorizer-function"
    assert "environment" not in function


def test_config_json_is_what_the_authorizer_reads(recording: Recording) -> None:
    verifier = Verifier(_config(recording))

    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "orders", "sub": "alice", "iat": now, "exp": now + 60, "scope": "orders:read"}
    token = jwt.encode(claims, PRIVATE_KEY, "ES512", headers={"kid": "signing-key-1-id"})
    assert verifier.verify(token, route_key="GET /orders") == claims
    assert verifier.config.routes is not None
    assert set(verifier.config.routes) == {"GET /orders", "POST /orders"}


def test_routes_are_authorized_unless_they_say_public(recording: Recording) -> None:
    routes = {item.inputs["routeKey"]: item.inputs for item in recording.all("aws:apigatewayv2/route:Route")}

    for route_key in ("GET /orders", "POST /orders"):
        assert routes[route_key]["authorizationType"] == "CUSTOM"
        assert routes[route_key]["authorizerId"] == "orders-authorizer-gateway-id"
    assert routes["GET /health"]["authorizationType"] == "NONE"
    assert "authorizerId" not in routes["GET /health"]


def test_each_route_has_its_integration_and_its_permission(recording: Recording) -> None:
    integrations = [item.inputs for item in recording.all("aws:apigatewayv2/integration:Integration")]

    assert sorted(item["integrationType"] for item in integrations) == ["AWS_PROXY", "AWS_PROXY", "HTTP_PROXY"]
    permissions = [
        item.inputs for item in recording.all("aws:lambda/permission:Permission") if item.inputs["function"] == BACKEND
    ]
    prefix = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:orders-api/*/"
    assert sorted(item["sourceArn"] for item in permissions) == [f"{prefix}GET/orders", f"{prefix}POST/orders"]


def test_the_stage_always_has_both_throttling_limits(recording: Recording) -> None:
    stage = recording.only("aws:apigatewayv2/stage:Stage").inputs

    assert stage["name"] == "$default"
    assert stage["autoDeploy"] is True
    settings = {"detailedMetricsEnabled": False, "throttlingBurstLimit": 500, "throttlingRateLimit": 1000}
    assert stage["defaultRouteSettings"] == settings


def test_tags_reach_everything_that_takes_tags() -> None:
    tags = {"team": "orders"}
    recording = declare(lambda: AuthorizedHttpApi("orders", api_args(tags=tags)))

    tagged = {item.type for item in recording.resources if item.inputs.get("tags") == tags}
    assert tagged == {
        "aws:apigatewayv2/api:Api",
        "aws:apigatewayv2/stage:Stage",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:iam/role:Role",
        "aws:lambda/function:Function",
    }


def test_nothing_is_created_inside_apply() -> None:
    preview, update = declare(whole_api, preview=True), declare(whole_api)

    assert {(item.type, item.name) for item in preview.resources} == {
        (item.type, item.name) for item in update.resources
    }
    assert len(update.all("aws:apigatewayv2/route:Route")) == 3


def test_children_are_named_after_their_parents(recording: Recording) -> None:
    for item in recording.resources:
        assert item.name.startswith("orders") or item.name.startswith("signing")
    names = [(item.type, item.name) for item in recording.resources]
    assert len(names) == len(set(names))


def test_an_output_may_stand_for_every_leaf() -> None:
    def program() -> dict[str, Any]:
        later = pulumi.Output.from_input
        routes = {"GET /a": {"integration": {"lambda_arn": later(BACKEND)}}}
        args = api_args(issuer=later(ISSUER), audience=[later("orders")], routes=routes, tags={"team": later("a")})
        return {"endpoint": AuthorizedHttpApi("orders", args).api_endpoint}

    recording = declare(program)

    assert _config(recording)["issuers"] == [ISSUER]
    assert recording.outputs["endpoint"].startswith("https://orders-api.")


@pytest.mark.parametrize(
    ("routes", "more", "sources"),
    [
        ({"GET /a": {"scopes": ["a"]}, "GET /b": {}}, [], ["$context.routeKey"]),
        ({"GET /a": {}}, [], ["$context.routeKey"]),
        ({}, [], ["$context.routeKey"]),
        ({"GET /a": {}}, ["$request.header.X-Tenant"], ["$request.header.X-Tenant", "$context.routeKey"]),
        ({"GET /a": {}}, ["$context.routeKey"], ["$context.routeKey"]),
        (None, [], []),
        (None, ["$context.routeKey"], ["$context.routeKey"]),
    ],
)
@pytest.mark.parametrize("ttl", [None, 0, 60, 3600])
def test_the_route_joins_the_cache_key_where_the_list_of_routes_is_closed(
    ttl: int | None, routes: dict[str, RouteScopesArgs] | None, more: list[str], sources: list[str]
) -> None:
    """Scopes or not, cached or not: a route that is not on the list must not open by another one's answer."""
    args: JwtAuthorizerArgs = {
        "api_id": "api",
        "issuer": ISSUER,
        "audience": ["orders"],
        "keys": {"jwks": [JWKS]},
        "identity_sources": more,
    }
    if routes is not None:
        args["route_scopes"] = routes
    if ttl is not None:
        args["cache_ttl"] = ttl

    authorizer = declare(lambda: JwtAuthorizer("orders", args)).only("aws:apigatewayv2/authorizer:Authorizer")
    assert authorizer.inputs["identitySources"] == ["$request.header.Authorization", *sources]


def test_faults_are_reported_together_with_their_paths() -> None:
    args = api_args(
        issuer="",
        audience=[],
        cache_ttl=3601,
        rotues={},
        function={
            "timeout": 10,
            "memory_size": 64.0,
            "architecture": "mips",
            "runtime": "python3.8",
            "log_retention_days": 2,
        },
        policy={"leeway_seconds": 301, "token_types": []},
        stage={"throttling_burst_limit": 0},
        routes={
            "GET orders": {"integration": {"lambda_arn": BACKEND}},
            "GET /orders/": {"integration": {"lambda_arn": BACKEND, "http_url": "https://x"}},
            "GET /x": {"integration": {}, "public": True, "scopes": ["a"]},
            "GET /y": {"integration": {"http_url": "ftp://x"}, "scopes": ["a b", 1]},
            "GET /z": {},
        },
    )
    with pytest.raises(InvalidArgs) as refused:
        AuthorizedHttpApi("orders", args)

    message = str(refused.value)
    one_target = "must have exactly one of lambda_arn, http_url, vpc_link, service"
    for fault in (
        "issuer: must be a string that is not empty, and is ''",
        "audience: missing: write the `aud`",
        "cache_ttl: must be 0 to 3600 seconds, and is 3601",
        "rotues: unknown key: did you mean routes?",
        "function.timeout: must be 1 to 9 seconds",
        "function.memory_size: must be 128 to 10240 MB, and is 64",
        "function.architecture: must be arm64, x86_64 or host, and is 'mips'",
        "function.runtime: must be one of python3.12",
        "function.log_retention_days: must be one of 1, 3",
        "policy.leeway_seconds: must be an integer from 0 to 300 seconds, and is 301",
        "policy.token_types: must be a list of at least one value",
        "stage.throttling_burst_limit: must be at least 1",
        'routes["GET orders"]: the path must start with a slash',
        'routes["GET /orders/"]: the path must not end with a slash: GET /orders',
        f'routes["GET /orders/"].integration: {one_target}, and has lambda_arn and http_url',
        f'routes["GET /x"].integration: {one_target}, and has none',
        'routes["GET /x"].scopes: has no effect on a public route, which requires no token',
        'routes["GET /y"].integration.http_url: must start with https://',
        'routes["GET /y"].scopes[0]: must be one scope',
        'routes["GET /y"].scopes[1]: must be a string, and is 1',
        'routes["GET /z"].integration: missing',
    ):
        assert fault in message
    assert len(message.splitlines()) == 22


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"keys": {}}, 'keys.jwks: missing: source "pinned" requires at least one JWKS'),
        ({"keys": {"source": "kms"}}, 'keys.kms_keys: missing: source "kms" requires at least one key'),
        ({"keys": {"source": "s3"}}, "keys.source: must be pinned or kms, and is 's3'"),
        ({"keys": {"source": "kms", "kms_keys": [{"arn": "a", "algorithm": "HS256"}]}}, "keys.kms_keys[0].algorithm"),
        ({"routes": {}}, "routes: at least one route"),
        ({"routes": []}, "routes: must be an object, and is []"),
        ({"cache_ttl": True}, "cache_ttl: must be an integer, and is True"),
    ],
)
def test_bad_input_names_the_path(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        AuthorizedHttpApi("orders", api_args(**changes))
    assert fault in str(refused.value)


def test_an_output_where_only_its_value_will_do() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizedHttpApi("orders", api_args(routes=pulumi.Output.from_input({}))))
    assert "routes: must be an object, and is an Output, whose value is not known yet" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "fault"), [("o" * 30, "name: must have at most"), ("or ders", "name: must be letters")]
)
def test_names_that_aws_would_refuse(name: str, fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        AuthorizedHttpApi(name, api_args())
    assert fault in str(refused.value)


def test_quotas_of_aws() -> None:
    web, function = {"integration": {"http_url": "https://x"}}, {"integration": {"lambda_arn": BACKEND}}
    declare(lambda: AuthorizedHttpApi("orders", api_args(routes={f"GET /{number}": web for number in range(300)})))
    for routes, changes, fault in (
        ({f"GET /{number}": web for number in range(301)}, {}, "routes: an HTTP API has at most 300 routes"),
        (
            {f"ANY /{number}": web for number in range(151)},
            {"cors": {"allow_origins": ["https://x"]}},
            "at most 300 routes, and these are 302",
        ),
        ({f"GET /{number}": web for number in range(299)}, {"well_known": {}}, "and these are 301, 2 of them for"),
        ({f"GET /{number}": function for number in range(70)}, {}, "70 routes invoke this function"),
    ):
        with pytest.raises(InvalidArgs) as refused:
            AuthorizedHttpApi("orders", api_args(routes=routes, **changes))
        assert fault in str(refused.value)


def test_a_config_that_is_no_mapping_at_all() -> None:
    with pytest.raises(InvalidArgs) as refused:
        AuthorizedHttpApi("orders", [])  # type: ignore[call-overload]
    assert "args: must be an object, and is []" in str(refused.value)


def _config(recording: Recording) -> dict[str, Any]:
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    config = code.assets["config.json"]
    assert isinstance(config, pulumi.StringAsset)
    document: dict[str, Any] = json.loads(config.text)
    return document
