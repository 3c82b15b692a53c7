"""CORS: safe defaults, preflight past protected catch-all routes, and what browsers would reject."""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

import components
from components import AuthorizedHttpApi, InvalidArgs
from components.http_api.preflight import preflight_route_keys
from components.testing import ACCOUNT, REGION

from .example import BACKEND, api_args, declare_api
from .registrations import registered

PAGES = {"allow_origins": ["https://app.example.com"]}


def _routes(**changes: Any) -> dict[str, dict[str, Any]]:
    recording = declare_api(**changes)
    return {item.inputs["routeKey"]: item.inputs for item in recording.all("aws:apigatewayv2/route:Route")}


def test_defaults() -> None:
    assert declare_api(cors=PAGES).only("aws:apigatewayv2/api:Api").inputs["corsConfiguration"] == {
        "allowCredentials": False,
        "allowHeaders": ["authorization", "content-type"],
        "allowMethods": ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
        "allowOrigins": ["https://app.example.com"],
        "maxAge": 300,
    }


def test_none_unless_asked_for() -> None:
    assert "corsConfiguration" not in declare_api().only("aws:apigatewayv2/api:Api").inputs


@pytest.mark.parametrize(
    ("route_key", "preflight"),
    [
        ("ANY /orders", {"OPTIONS /orders"}),
        ("$default", {"OPTIONS /", "OPTIONS /{proxy+}"}),
        ("ANY /orders/{id}", {"OPTIONS /orders/{id}"}),
        ("GET /orders", set()),
        ("OPTIONS /orders", set()),
    ],
)
def test_preflight_gets_past_a_protected_catch_all(route_key: str, preflight: set[str]) -> None:
    protected = {route_key: {"integration": {"lambda_arn": BACKEND}}}
    routes = _routes(routes=protected, cors=PAGES)

    assert routes.keys() == {route_key, *preflight}
    for added in preflight:
        assert routes[added]["authorizationType"] == "NONE"
        assert "authorizerId" not in routes[added]
        assert routes[added]["target"] == "integrations/orders-preflight-integration-id"
    assert routes[route_key]["authorizationType"] == "CUSTOM"
    assert routes[route_key]["target"] != "integrations/orders-preflight-integration-id"
    assert _routes(routes=protected).keys() == {route_key}


CATCH_ALL = {"$default": {"integration": {"lambda_arn": BACKEND}}}


def test_the_function_behind_them_can_do_nothing() -> None:
    settings = {"architecture": "x86_64", "runtime": "python3.12"}
    recording = declare_api(routes=CATCH_ALL, cors=PAGES, function=settings, tags={"team": "orders"})

    function = recording.only("aws:lambda/function:Function", "orders-preflight-lambda").inputs
    assert function["runtime"] == "python3.12"
    assert function["architectures"] == ["x86_64"]
    assert function["tags"] == {"team": "orders"}
    assert "environment" not in function
    role = recording.only("aws:iam/role:Role", "orders-preflight-iam").inputs
    assert function["role"] == f"arn:aws:iam::{ACCOUNT}:role/orders-preflight-iam"
    assert role.keys() == {"assumeRolePolicy", "tags"}
    assert json.loads(role["assumeRolePolicy"])["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    # Without a policy it may not make a log group either, which would stay behind without retention.
    policies = recording.all("aws:iam/rolePolicy:RolePolicy") + recording.all(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    )
    assert not [item for item in policies if item.inputs["role"] == "orders-preflight-iam"]
    assert not [item for item in recording.all("aws:cloudwatch/logGroup:LogGroup") if "preflight" in item.name]


def test_the_function_behind_them_may_be_called_for_options_of_this_api_alone() -> None:
    recording = declare_api(routes=CATCH_ALL, cors=PAGES)

    assert recording.only("aws:lambda/permission:Permission", "orders-preflight-permission").inputs == {
        "action": "lambda:InvokeFunction",
        "function": "orders-preflight-lambda",
        "principal": "apigateway.amazonaws.com",
        "qualifier": "live",
        "sourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:orders-api/*/OPTIONS/*",
    }


def test_the_alias_of_the_function_behind_them_is_called() -> None:
    """An update of a function has two steps, and between them the unpublished one is neither the old nor the new."""
    recording = declare_api(routes=CATCH_ALL, cors=PAGES)

    assert recording.only("aws:lambda/function:Function", "orders-preflight-lambda").inputs["publish"] is True
    alias = recording.only("aws:lambda/alias:Alias", "orders-preflight-alias").inputs
    assert alias == {"functionName": "orders-preflight-lambda", "functionVersion": "3", "name": "live"}
    integration = recording.only("aws:apigatewayv2/integration:Integration", "orders-preflight-integration").inputs
    assert integration["integrationUri"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders-preflight-lambda:live"


def test_the_permission_waits_for_the_alias() -> None:
    """Lambda rejects one for an alias that is not there yet."""
    args = api_args(routes=CATCH_ALL, cors=PAGES)
    requests = registered(lambda: AuthorizedHttpApi("orders", args))

    (permission,) = (request for urn, request in requests.items() if urn.endswith("::orders-preflight-permission"))
    assert [urn for urn in permission.dependencies if urn.endswith("::orders-preflight-alias")]


def test_the_function_behind_them_answers_204_whatever_the_event() -> None:
    source = Path(components.__file__).parent / "http_api" / "functions" / "preflight.py"
    handler = runpy.run_path(str(source))["handler"]

    for event in ({}, None, {"body": "x", "requestContext": {"authorizer": {"lambda": {"sub": "alice"}}}}):
        assert handler(event, None) == {"statusCode": 204}


@pytest.mark.parametrize(
    "changes",
    [
        {"cors": PAGES},
        {"cors": PAGES, "routes": {"$default": {**CATCH_ALL["$default"], "public": True}}},
        {"cors": PAGES, "routes": {**CATCH_ALL, "OPTIONS /": {}, "OPTIONS /{path+}": {}}},
        {"routes": CATCH_ALL},
    ],
)
def test_it_is_there_only_if_a_route_needs_it(changes: dict[str, Any]) -> None:
    if "routes" in changes:
        backend = {"integration": {"lambda_arn": BACKEND}}
        changes = {**changes, "routes": {key: {**backend, **route} for key, route in changes["routes"].items()}}
    recording = declare_api(**changes)

    assert not [item for item in recording.resources if "preflight" in item.name]


def test_they_need_no_more_than_one_permission() -> None:
    routes = {f"ANY /{number}": {"integration": {"http_url": "https://x"}} for number in range(140)}
    recording = declare_api(routes=routes, cors=PAGES)

    assert len(recording.all("aws:apigatewayv2/route:Route")) == 280
    assert len([item for item in recording.resources if "preflight" in item.name]) == 5


@pytest.mark.parametrize(
    ("routes", "added"),
    [
        ({"ANY /o/{id}": {}, "OPTIONS /o/{order}": {}}, []),
        ({"ANY /o/{id}": {}, "OPTIONS /o/{order+}": {}}, ["OPTIONS /o/{id}"]),
        ({"$default": {}, "OPTIONS /{path+}": {}}, ["OPTIONS /"]),
        ({"$default": {}, "ANY /{path+}": {"public": True}}, ["OPTIONS /"]),
        ({"$default": {}, "ANY /{path+}": {}}, ["OPTIONS /", "OPTIONS /{proxy+}"]),
        ({"ANY /a": {}, "ANY /b": {"public": True}, "GET /c": {}}, ["OPTIONS /a"]),
        ({"ANY /a": {}, "OPTIONS /a": {"public": True}}, []),
    ],
)
def test_what_the_user_wrote_stays_his(routes: dict[str, dict[str, object]], added: list[str]) -> None:
    assert preflight_route_keys(routes) == added


def test_an_options_route_of_ones_own_stays() -> None:
    routes = _routes(
        routes={
            "ANY /orders": {"integration": {"lambda_arn": BACKEND}},
            "OPTIONS /orders": {"integration": {"http_url": "https://x"}},
            "ANY /open": {"integration": {"lambda_arn": BACKEND}, "public": True},
        },
        cors=PAGES,
    )

    assert routes.keys() == {"ANY /orders", "OPTIONS /orders", "ANY /open"}
    assert routes["OPTIONS /orders"]["authorizationType"] == "CUSTOM"


def _configuration(**cors: Any) -> dict[str, Any]:
    inputs = declare_api(cors={**PAGES, **cors}).only("aws:apigatewayv2/api:Api").inputs
    configuration: dict[str, Any] = inputs["corsConfiguration"]
    return configuration


@pytest.mark.parametrize(
    "origin",
    [
        *("*", "https://*", "http://*", "http://localhost:3000", "chrome-extension://abc", "capacitor://localhost"),
        *("https://[::1]:3000", "http://127.0.0.1:8080", "https://xn--bcher-kva.example", "http://app.example.com:443"),
        *("https://app.example.com:8443", "https://a_b.example.com", "https://app.example.com:65535"),
    ],
)
def test_origins_that_api_gateway_takes(origin: str) -> None:
    assert _configuration(allow_origins=[origin])["allowOrigins"] == [origin]


@pytest.mark.parametrize(
    ("listed", "allowed"),
    [
        ([], ["authorization"]),
        (["x-tenant"], ["authorization", "x-tenant"]),
        (["X-Tenant", "Authorization"], ["X-Tenant", "Authorization"]),
        (["*"], ["authorization", "*"]),  # for browsers, "*" does not cover it
    ],
)
def test_a_page_may_always_send_its_token(listed: list[str], allowed: list[str]) -> None:
    assert _configuration(allow_headers=listed)["allowHeaders"] == allowed


def test_an_origin_may_be_an_output() -> None:
    origin = pulumi.Output.from_input("https://d1.cloudfront.net")

    assert _configuration(allow_origins=[origin, "https://x"])["allowOrigins"] == [
        "https://d1.cloudfront.net",
        "https://x",
    ]


@pytest.mark.parametrize(
    ("origin", "credentials", "fault"),
    [
        ("https://d1.cloudfront.net/", False, "must be a scheme and a host, without a path"),
        ("*", True, '"*" cannot be combined with allow_credentials'),
        ("https://*", True, '"https://*" cannot be combined with allow_credentials'),
        ("https://x:443", True, "is never sent by a browser as 'https://x:443': write https://x"),
        (None, False, "must be a string, and is None"),
    ],
)
def test_an_output_is_checked_once_it_is_known(origin: str | None, credentials: bool, fault: str) -> None:
    origins = ["https://x", pulumi.Output.from_input(origin)]
    with pytest.raises(InvalidArgs) as refused:
        declare_api(cors={"allow_origins": origins, "allow_credentials": credentials})
    assert (
        f'AuthorizedHttpApi "orders" has invalid inputs, found during the deployment:\n  cors.allow_origins[1]: {fault}'
        in str(refused.value)
    )


@pytest.mark.parametrize(
    ("cors", "fault"),
    [
        ({"allow_origins": []}, "cors.allow_origins: must not be empty"),
        ({"allow_origins": ["https://x/"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        ({"allow_origins": ["https://x?y"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        ({"allow_origins": ["https://x,y"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        (
            {"allow_origins": ["*", "https://*.x"]},
            "cors.allow_origins[1]: supports only the wildcards *, https://*, http://*",
        ),
        ({"allow_origins": ["https://x:*"]}, "cors.allow_origins[0]: supports only the wildcards"),
        ({"allow_origins": ["x.example.com"]}, "cors.allow_origins[0]: must be a scheme and a host"),
        (
            {"allow_origins": ["*"], "allow_credentials": True},
            'cors.allow_origins: "*" cannot be combined with allow_credentials',
        ),
        (
            {**PAGES, "allow_headers": ["*"], "allow_credentials": True},
            'cors.allow_headers: "*" cannot be combined with',
        ),
        (
            {**PAGES, "allow_methods": ["*"], "allow_credentials": True},
            'cors.allow_methods: "*" cannot be combined with',
        ),
        ({**PAGES, "allow_methods": ["get"]}, "cors.allow_methods[0]: must be * or one of"),
        ({**PAGES, "max_age": 86401}, "cors.max_age: must be 0 to 86400 seconds"),
        ({}, "cors.allow_origins: missing"),
        *(
            (
                {"allow_origins": ["https://x", wildcard], "allow_credentials": True},
                f'cors.allow_origins: "{wildcard}" cannot be combined with allow_credentials',
            )
            for wildcard in ("https://*", "http://*")
        ),
        *(
            (
                {"allow_origins": [origin]},
                f"cors.allow_origins[0]: is never sent by a browser as {origin!r}: write {sent}",
            )
            for origin, sent in (
                ("https://APP.example.com", "https://app.example.com"),
                ("HTTPS://app.example.com", "https://app.example.com"),
                ("https://app.example.com:443", "https://app.example.com"),
                ("http://app.example.com:80", "http://app.example.com"),
                ("https://app.example.com:08443", "https://app.example.com:8443"),
                ("https://bücher.example", "https://xn--bcher-kva.example"),
                ("https://[0:0:0:0:0:0:0:1]", "https://[::1]"),
            )
        ),
        *(
            (
                {"allow_origins": [origin]},
                f"cors.allow_origins[0]: must have a port from 1 to 65535, or none, and is {origin!r}",
            )
            for origin in ("https://app.example.com:99999", "https://app.example.com:0")
        ),
        *(
            ({"allow_origins": [origin]}, "cors.allow_origins[0]: must be a scheme and a host, without a path")
            for origin in (
                *(
                    "https://app.example.com:",
                    "https://a b",
                    "https://app.example.com\\x",
                    "https://<script>",
                    "https://",
                ),
                *("https://a\x00b", "https://app..example.com", "https://-", "null", "https://a\n", "https://[::x]"),
                *("https://u@x.com", "https://x.com:1:2", f"https://{'ü' * 64}.com", ""),
            )
        ),
        ({**PAGES, "allow_methods": []}, "cors.allow_methods: must not be empty"),
        *(
            (
                {**PAGES, key: ["x-tenant", name]},
                f"cors.{key}[1]: must be * or the name of one header, such as x-request-id",
            )
            for key in ("allow_headers", "expose_headers")
            for name in ("", "x y", "a\r\nb", "\n", "x-ü", "a,b", "a:")
        ),
    ],
)
def test_bad_input_names_the_path(cors: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(cors=cors)
    assert fault in str(refused.value)
