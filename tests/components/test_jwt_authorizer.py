"""JwtAuthorizer on an API that exists already."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components import InvalidArgs, JwtAuthorizer
from components.testing import ACCOUNT, REGION, Recording, declare

from .example import ISSUER, JWKS
from .registrations import registered

OWN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mine"
ARGS: dict[str, Any] = {"api_id": "api", "issuer": ISSUER, "audience": ["orders"], "keys": {"jwks": [JWKS]}}


def _declare(args: dict[str, Any]) -> Recording:
    def program() -> dict[str, Any]:
        authorizer = JwtAuthorizer("orders", args)  # type: ignore[call-overload] # wrong ones too
        return {"id": authorizer.authorizer_id, "name": authorizer.function_name}

    return declare(program)


def test_it_needs_no_api_of_ours() -> None:
    recording = _declare(ARGS)

    assert recording.outputs == {"id": "orders-gateway-id", "name": "orders-function-lambda"}
    assert not recording.all("aws:apigatewayv2/api:Api")
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    assert '"routes"' not in code.assets["config.json"].text


@pytest.mark.parametrize(("suffix", "qualifier"), [("", None), (":live", "live"), (":7", "7")])
def test_a_function_of_ones_own(suffix: str, qualifier: str | None) -> None:
    recording = _declare({"api_id": "api", "function_arn": OWN + suffix})

    uri = recording.only("aws:apigatewayv2/authorizer:Authorizer").inputs["authorizerUri"]
    assert uri == f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{OWN}{suffix}/invocations"
    permission = recording.only("aws:lambda/permission:Permission").inputs
    assert permission["function"] == "mine"
    assert permission.get("qualifier") == qualifier
    assert permission["sourceArn"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/authorizers/orders-gateway-id"
    assert not recording.all("aws:lambda/function:Function")
    assert not recording.all("aws:iam/role:Role")


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(
    "function_arn",
    [
        f"arn:aws:lambda:{REGION}:999999999999:function:mine",
        f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:mine:live",
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_function_of_another_account_or_region_is_refused(function_arn: str, known: bool, preview: bool) -> None:
    """The permission to call it is made where the API is, and would fall to another function of that name."""

    def program() -> dict[str, Any]:
        given = function_arn if known else pulumi.Output.from_input(function_arn)
        return {"id": JwtAuthorizer("orders", {"api_id": "api", "function_arn": given}).authorizer_id}

    with pytest.raises(InvalidArgs) as refused:
        declare(program, preview=preview)
    fault = f"function_arn: must be a function in account {ACCOUNT} and region {REGION}, like the API, and is "
    assert fault + function_arn in str(refused.value)


@pytest.mark.parametrize("function_arn", ["mine", f"{OWN}:$LATEST", f"arn:aws:lambda:{REGION}:1:function:mine"])
def test_what_is_no_arn_of_a_function_is_refused(function_arn: str) -> None:
    with pytest.raises(
        InvalidArgs, match="function_arn: must be the ARN of a Lambda function, its version or its alias"
    ):
        _declare({"api_id": "api", "function_arn": function_arn})


def test_another_function_is_another_authorizer() -> None:
    """Its permission names the authorizer: one that is pointed elsewhere could call nothing until it has a new one."""
    requests = registered(lambda: JwtAuthorizer("orders", {"api_id": "api", "function_arn": OWN}))

    (authorizer,) = (urn for urn in requests if urn.endswith("::orders-gateway"))
    (permission,) = (urn for urn in requests if urn.endswith("::orders-permission"))
    assert list(requests[authorizer].replaceOnChanges) == ["authorizerUri"]
    assert not requests[authorizer].deleteBeforeReplace
    # API Gateway rejects a second authorizer of the same name, so Pulumi makes up a new one each time.
    assert "name" not in requests[authorizer].object
    assert authorizer in requests[permission].dependencies


def test_the_id_is_not_known_before_the_permission_is_there() -> None:
    def program() -> None:
        authorizer = JwtAuthorizer("orders", {"api_id": "api", "function_arn": OWN})
        aws.apigatewayv2.Route("route", api_id="api", route_key="$default", authorizer_id=authorizer.authorizer_id)

    requests = registered(program)

    (permission,) = (urn for urn in requests if urn.endswith("::orders-permission"))
    (route,) = (urn for urn in requests if urn.endswith("::route"))
    assert permission in requests[route].dependencies


def test_more_identity_sources() -> None:
    recording = _declare({**ARGS, "identity_sources": ["$request.header.X-Tenant"], "cache_ttl": 300})

    inputs = recording.only("aws:apigatewayv2/authorizer:Authorizer").inputs
    assert inputs["identitySources"] == ["$request.header.Authorization", "$request.header.X-Tenant"]
    assert inputs["authorizerResultTtlInSeconds"] == 300


@pytest.mark.parametrize(
    "source",
    [
        *(
            "$request.header.x_tenant",
            "$request.querystring.filter[tenant]",
            "$context.routeKey",
            "$stageVariables.tenant",
        ),
        *("$context.identity.sourceIp", "$context.identity.clientCert.clientCertPem", "$context.newOne.ofAws"),
    ],
)
def test_identity_sources_that_api_gateway_has(source: str) -> None:
    inputs = _declare({**ARGS, "identity_sources": [source]}).only("aws:apigatewayv2/authorizer:Authorizer").inputs
    assert inputs["identitySources"] == ["$request.header.Authorization", source]


def test_parameters_of_the_query_know_case() -> None:
    sources = ["$request.querystring.a", "$request.querystring.A"]
    inputs = _declare({**ARGS, "identity_sources": sources}).only("aws:apigatewayv2/authorizer:Authorizer").inputs
    assert inputs["identitySources"] == ["$request.header.Authorization", *sources]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": None}, "issuer: missing"),
        ({"function_arn": OWN}, "issuer: configures the authorizer's function, which function_arn replaces"),
        ({"identity_sources": ["$request.header.authorization"]}, "identity_sources[0]: is always an identity source"),
        ({"identity_sources": ["X-Tenant"]}, "identity_sources[0]: must be $request.header.NAME"),
        *(
            ({"identity_sources": [source]}, f"identity_sources[0]: {fault}")
            for source, fault in (
                ("$request.header.a/b(c)", "must be $request.header. and the name of one header"),
                ("$request.header.ü", "must be $request.header. and the name of one header"),
                ("$request.header.Authorization,x", "must be $request.header. and the name of one header"),
                ("$request.header.", "must be $request.header. and the name of one header"),
                ("$request.querystring.a,b", "must be $request.querystring. and the name of one parameter"),
                ("$request.querystring.a b", "must be $request.querystring. and the name of one parameter"),
                ("$stageVariables.a-b", "must be $stageVariables. and letters, digits"),
                ("$stageVariables.ü", "must be $stageVariables. and letters, digits"),
                ("$context.", "must be $context. and words separated by dots"),
                ("$context....", "must be $context. and words separated by dots"),
                ("$context.a b", "must be $context. and words separated by dots"),
                (
                    "$context.rout_ekeys",
                    "must be $context. and words separated by dots, such as $context.routeKey, and ",
                ),
                ("$context.authorizer.sub", "'$context.authorizer.sub' is the authorizer's own response"),
                ("$context.authorizer", "'$context.authorizer' is the authorizer's own response"),
                ("$context.routekey", "'$context.routekey' is not a variable of API Gateway: write $context.routeKey"),
                (
                    "$context.identity.source_ip",
                    "'$context.identity.source_ip' is not a variable of API Gateway: write ",
                ),
                ("$request.body.a", "must be $request.header.NAME, $request.querystring.NAME"),
            )
        ),
        *(
            ({"identity_sources": [first, second]}, "identity_sources[1]: is the same as [0]: remove one of them")
            for first, second in (
                ("$request.header.X-Tenant", "$request.header.x-tenant"),
                ("$context.stage", "$context.stage"),
            )
        ),
        ({"identity_sources": "$request.header.X"}, "identity_sources: must be a list"),
        ({"route_scopes": {"GET /a": {"scopes": ["a b"]}}}, 'route_scopes["GET /a"].scopes[0]: must be one scope'),
        (
            {"route_scopes": {"GET /a": {"scopes_match": "some"}}},
            'route_scopes["GET /a"].scopes_match: must be one of all, any',
        ),
        ({"cache_ttl": -1}, "cache_ttl: must be 0 to 3600 seconds, and is -1"),
        ({"api_id": None}, "api_id: missing"),
    ],
)
def test_bad_input_names_the_path(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _declare({**ARGS, **changes})
    assert fault in str(refused.value)
