"""Routes beside those of the authorizer: IAM authorization, and API Gateway's own JWT authorizer."""

import json
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, InvalidArgs
from components.testing import Recording, declare

from .example import BACKEND, ISSUER, JWKS, declare_api

ROUTE = "aws:apigatewayv2/route:Route"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
PARTNERS = {"issuer": "https://partners.example.com", "audience": ["orders"]}
STAFF = {"issuer": "https://staff.example.com/", "audience": ["a", "b"], "identity_source": "$request.header.X-Staff"}
ALL: dict[str, Any] = {
    "GET /ours": {"scopes": ["orders:read"]},
    "GET /iam": {"authorization": "iam"},
    "GET /partners": {"authorization": "jwt", "jwt_authorizer": "partners", "scopes": ["read"]},
    "GET /staff": {
        "authorization": "jwt",
        "jwt_authorizer": "staff",
        "scopes": ["a", "b"],
        "scopes_match": "any",
    },
    "GET /health": "public",
}
BOTH = {"partners": PARTNERS, "staff": STAFF}


def _declare(routes: dict[str, Any], **changes: Any) -> Recording:
    return declare_api(integration={"lambda_arn": BACKEND}, routes=routes, **changes)


def _authorizations(recording: Recording) -> dict[str, tuple[Any, ...]]:
    names = ("authorizationType", "authorizerId", "authorizationScopes")
    return {item.inputs["routeKey"]: tuple(item.inputs.get(name) for name in names) for item in recording.all(ROUTE)}


def _config(recording: Recording) -> Any:
    (code,) = (
        item.inputs["code"].assets["config.json"]
        for item in recording.all("aws:lambda/function:Function")
        if item.name == "orders-authorizer-function-lambda"
    )
    return json.loads(code.text)


def _authorizer(recording: Recording, name: str) -> Any:
    (found,) = (item.inputs for item in recording.all(AUTHORIZER) if item.name == name)
    return found


def test_each_route_has_its_own_authorization() -> None:
    recording = _declare(ALL, jwt_authorizers=BOTH, scopes=["default"])

    assert _authorizations(recording) == {
        "GET /ours": ("CUSTOM", "orders-authorizer-gateway-id", None),
        "GET /iam": ("AWS_IAM", None, None),
        "GET /partners": ("JWT", "orders-jwt-partners-id", ["read"]),
        "GET /staff": ("JWT", "orders-jwt-staff-id", ["a", "b"]),
        "GET /health": ("NONE", None, None),
    }
    partners, staff = (_authorizer(recording, f"orders-jwt-{name}") for name in BOTH)
    assert (partners["authorizerType"], partners["identitySources"]) == ("JWT", ["$request.header.Authorization"])
    assert partners["jwtConfiguration"] == {"issuer": "https://partners.example.com", "audiences": ["orders"]}
    assert staff["jwtConfiguration"] == {"issuer": "https://staff.example.com/", "audiences": ["a", "b"]}
    assert staff["identitySources"] == ["$request.header.X-Staff"]


def test_the_authorizer_knows_its_own_routes_only_and_has_the_route_in_its_cache_key() -> None:
    """Its answer for a route is never that of another; a request for the others that reached it would be denied."""
    recording = _declare(ALL, jwt_authorizers=BOTH)

    assert _config(recording)["routes"] == {"GET /ours": {"scopes": ["orders:read"], "scopes_match": "all"}}
    ours = _authorizer(recording, "orders-authorizer-gateway")
    assert ours["identitySources"] == ["$request.header.Authorization", "$context.routeKey"]


def test_the_scopes_of_the_api_are_not_those_of_other_issuers() -> None:
    routes = {"GET /a": {}, "GET /i": {"authorization": "iam"}, "GET /j": {"authorization": "jwt"}}
    recording = _declare(routes, scopes=["x", "y"], jwt_authorizers={"p": PARTNERS})

    assert _authorizations(recording)["GET /j"] == ("JWT", "orders-jwt-p-id", None)
    assert list(_config(recording)["routes"]) == ["GET /a"]


def test_an_api_without_a_route_of_the_authorizer() -> None:
    routes = {key: route for key, route in ALL.items() if key != "GET /ours"}
    recording = _declare(routes, jwt_authorizers=BOTH)

    assert {kind for kind, *_ in _authorizations(recording).values()} == {"AWS_IAM", "JWT", "NONE"}
    assert _config(recording)["routes"] == {}


@pytest.mark.parametrize("authorization", ["iam", "jwt"])
def test_preflight_gets_past_a_catch_all(authorization: str) -> None:
    settings: dict[str, Any] = {"jwt_authorizers": {"p": PARTNERS}} if authorization == "jwt" else {}
    recording = _declare(
        {"ANY /{proxy+}": {"authorization": authorization}},
        cors={"allow_origins": ["https://a.example.com"]},
        **settings,
    )

    assert _authorizations(recording)["OPTIONS /{proxy+}"] == ("NONE", None, None)
    targets = {item.inputs["routeKey"]: item.inputs["target"] for item in recording.all(ROUTE)}
    assert targets["OPTIONS /{proxy+}"] != targets["ANY /{proxy+}"]


def test_pages_may_send_what_the_routes_require() -> None:
    def allowed(routes: dict[str, Any], **settings: Any) -> Any:
        cors = {"allow_origins": ["https://a.example.com"], "allow_headers": settings.pop("headers", ["content-type"])}
        (api,) = _declare(routes, cors=cors, **settings).all("aws:apigatewayv2/api:Api")
        return api.inputs["corsConfiguration"]["allowHeaders"]

    iam = ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]
    staff = {"GET /staff": {"authorization": "jwt"}}
    assert allowed({"GET /a": {}}) == ["authorization", "content-type"]
    assert allowed({"GET /a": {"authorization": "iam"}}) == [*iam, "content-type"]
    assert allowed({"GET /a": {"authorization": "iam"}}, headers=["X-Amz-Date", "*"]) == [
        "authorization",
        "X-Amz-Date",
        "*",
    ]
    assert allowed(staff, jwt_authorizers={"staff": STAFF}) == ["authorization", "x-staff", "content-type"]


def test_access_logs_have_no_sentence_that_may_quote_credentials() -> None:
    def fields(routes: dict[str, Any], **settings: Any) -> set[str]:
        (stage,) = _declare(routes, **settings).all("aws:apigatewayv2/stage:Stage")
        return set(json.loads(stage.inputs["accessLogSettings"]["format"]))

    plain, beside = fields({"GET /a": {}}), fields(ALL, jwt_authorizers=BOTH)
    assert plain - beside == {"authorizerError", "error"}
    assert beside < plain


def test_the_resources_inside() -> None:
    def program() -> None:
        api = AuthorizedHttpApi(
            "orders",
            issuer=ISSUER,
            audience=["orders"],
            keys={"jwks": [JWKS]},
            integration={"lambda_arn": BACKEND},
            routes={"GET /a": {"authorization": "jwt", "scopes": ["x"]}},
            jwt_authorizers={"p": {"issuer": "https://p.example.com", "audience": ["o"]}},
        )
        assert [*api.nodes.jwt_authorizers] == ["p"]

    declare(program)


PARTNER_ROUTE = {"GET /a": {"authorization": "jwt"}}
WRONG: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another kind": ({"authorization": "cognito"}, {}, '.authorization: must be "iam" or "jwt", and is \'cognito\''),
    "public and iam": ({"authorization": "iam", "public": True}, {}, ".authorization: cannot be combined with public"),
    "public and jwt": ({"authorization": "jwt", "public": True}, {"p": PARTNERS}, ".authorization: cannot be combined"),
    "scopes with iam": ({"authorization": "iam", "scopes": ["a"]}, {}, ".scopes: has no effect on requests with AWS"),
    "match with iam": (
        {"authorization": "iam", "scopes_match": "any"},
        {},
        ".scopes_match: has no effect without scopes",
    ),
    "an authorizer with iam": (
        {"authorization": "iam", "jwt_authorizer": "p"},
        {"p": PARTNERS},
        '.jwt_authorizer: has no effect without authorization: "jwt"',
    ),
    "an authorizer without jwt": ({"jwt_authorizer": "p"}, {"p": PARTNERS}, ".jwt_authorizer: has no effect without"),
    "no issuer": ({"authorization": "jwt"}, {}, ".authorization: requires the issuer and the audience of its tokens"),
    "which one": ({"authorization": "jwt"}, BOTH, ".jwt_authorizer: missing: there are several jwt_authorizers"),
    "an unknown one": (
        {"authorization": "jwt", "jwt_authorizer": "partner"},
        BOTH,
        ".jwt_authorizer: must be one of the jwt_authorizers, partners, staff, and is 'partner'",
    ),
    "all": (
        {"authorization": "jwt", "scopes": ["a", "b"], "scopes_match": "all"},
        {"p": PARTNERS},
        ".scopes_match: API Gateway's JWT authorizer accepts a token with any one of the scopes, never all",
    ),
    "all by default": (
        {"authorization": "jwt", "scopes": ["a", "b"]},
        {"p": PARTNERS},
        ".scopes_match: missing: API Gateway's JWT authorizer accepts a token with any one",
    ),
    "neither any nor all": (
        {"authorization": "jwt", "scopes": ["a"], "scopes_match": "some"},
        {"p": PARTNERS},
        ".scopes_match: must be any, and is 'some'",
    ),
    "eleven scopes": (
        {"authorization": "jwt", "scopes": [f"s{n}" for n in range(11)], "scopes_match": "any"},
        {"p": PARTNERS},
        ".scopes: API Gateway's JWT authorizer takes at most 10, and these are 11",
    ),
    "two scopes in one": (
        {"authorization": "jwt", "scopes": ["a b"]},
        {"p": PARTNERS},
        ".scopes: must be scopes without",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_route_that_cannot_be(name: str) -> None:
    route, jwt_authorizers, message = WRONG[name]
    with pytest.raises(InvalidArgs) as raised:
        _declare({"GET /a": route}, **({"jwt_authorizers": jwt_authorizers} if jwt_authorizers else {}))

    assert f'routes["GET /a"]{message}' in str(raised.value)


WRONG_AUTHORIZERS: dict[str, tuple[dict[str, Any], str]] = {
    "http": ({"p": {**PARTNERS, "issuer": "http://partners.example.com"}}, "p.issuer: must be an https URL"),
    "a query": ({"p": {**PARTNERS, "issuer": "https://partners.example.com?a"}}, "p.issuer: must be an https URL"),
    "no host": ({"p": {**PARTNERS, "issuer": "https://.."}}, "p.issuer: must be an https URL"),
    "no port": ({"p": {**PARTNERS, "issuer": "https://p.example.com:99999"}}, "p.issuer: must be an https URL"),
    "no issuer": ({"p": {"audience": ["orders"]}}, "p.issuer: missing"),
    "no audience": ({"p": {"issuer": "https://p.example.com"}}, "p.audience: missing"),
    "an empty list": ({"p": {**PARTNERS, "audience": []}}, "p.audience: must be 1 to 50 values, and are 0"),
    "an empty audience": ({"p": {**PARTNERS, "audience": [""]}}, "p.audience[0]: must not be empty"),
    "a cookie": (
        {"p": {**PARTNERS, "identity_source": "$request.cookie.token"}},
        "p.identity_source: must be one header or query parameter",
    ),
    "its name": ({"a b": PARTNERS}, "must have a name of 1 to 40 letters"),
    "ten": ({f"p{n}": PARTNERS for n in range(10)}, ": must be at most 9 beside this library's, and are 10"),
    "an unused one": ({"p": PARTNERS, "q": PARTNERS}, "q: is used by no route"),
}


@pytest.mark.parametrize("name", WRONG_AUTHORIZERS)
def test_a_jwt_authorizer_that_cannot_be(name: str) -> None:
    jwt_authorizers, message = WRONG_AUTHORIZERS[name]
    with pytest.raises(InvalidArgs) as raised:
        _declare({"GET /a": {"authorization": "jwt", "jwt_authorizer": "p"}}, jwt_authorizers=jwt_authorizers)

    assert "jwt_authorizers" in str(raised.value)
    assert message in str(raised.value)


@pytest.mark.parametrize(("issuer", "audience"), [("http://p.example.com", "a"), ("https://p.example.com", "")])
def test_outputs_are_checked_once_they_are_known(issuer: str, audience: str) -> None:
    late = {"issuer": pulumi.Output.from_input(issuer), "audience": [pulumi.Output.from_input(audience)]}
    with pytest.raises(
        Exception, match=r"jwt_authorizers\.p\.(issuer: must be an https URL|audience\[0\]: must not be)"
    ):
        _declare(PARTNER_ROUTE, jwt_authorizers={"p": late})
