"""API Gateway's own JWT authorizer: developer guide, http-api-jwt-authorizer, http-api-troubleshooting-jwt, http-api-quotas."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.web import Answer

from .conftest import Backend, Builder
from .openid_issuer import OTHER_KEY, Issuer, jwk, segment, signed

UNAUTHORIZED = (401, {"message": "Unauthorized"})


@pytest.fixture
def issuer(backend: Backend) -> Issuer:
    return Issuer(backend)


def _protect(api: Builder, issuer: Issuer, *scopes: str, **settings: Any) -> str:
    """A JWT authorizer for the tokens of ``issuer``, on the only route of ``api``."""
    made = api.gateway.create_authorizer(
        ApiId=api.id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer.url, "Audience": ["stock", "orders"]},
    )["AuthorizerId"]
    route = api.gateway.get_routes(ApiId=api.id)["Items"][0]["RouteId"]
    api.gateway.update_route(
        ApiId=api.id,
        RouteId=route,
        AuthorizationType="JWT",
        AuthorizerId=made,
        AuthorizationScopes=[*scopes],
        **settings,
    )
    return str(made)


@pytest.fixture
def protected(api: Builder, backend: Backend, issuer: Issuer) -> Builder:
    """An API with the route ``GET /orders``, whose backend is where the issuer is."""
    api.http_route("GET /orders", f"{backend.url}/backend")
    _protect(api, issuer)
    return api


def _send(api: Builder, token: str) -> Answer:
    return api.send("/orders", Authorization=f"Bearer {token}")


def _description(answer: Answer) -> str:
    assert (answer.status, answer.json()) == UNAUTHORIZED
    scheme, _, found = answer.headers["www-authenticate"].partition(
        ' scope="" error="invalid_token" error_description='
    )
    assert scheme == "Bearer"
    return found.strip('"')


@pytest.mark.parametrize("prefix", ["Bearer ", ""])
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_jwt_authorizer_a_token_of_the_issuer(protected: Builder, issuer: Issuer, prefix: str, algorithm: str) -> None:
    answer = protected.send("/orders", Authorization=prefix + issuer.token({"alg": algorithm}))

    assert answer.status == 200
    assert issuer.asked[-1] == "/backend"


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}])
def test_jwt_authorizer_without_a_token(protected: Builder, issuer: Issuer, headers: dict[str, str]) -> None:
    answer = protected.send("/orders", **headers)

    assert (answer.status, answer.json(), answer.headers["www-authenticate"]) == (*UNAUTHORIZED, "Bearer")
    assert "/backend" not in issuer.asked


def test_jwt_authorizer_bearer_is_spelled_so(protected: Builder, issuer: Issuer) -> None:
    assert protected.send("/orders", Authorization=f"bearer {issuer.token()}").status == 401
    assert protected.send("/orders", Authorization=f"Bearer  {issuer.token()}").status == 401


NOW = int(time.time())
HOUR = 3600


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "https://auth.example.com"}, "issuer does not match"),
        ({"iss": None}, "issuer does not match"),
        ({"aud": "invoices"}, "the token does not have a valid audience"),
        ({"aud": None}, "the token does not have a valid audience"),
        ({"aud": [], "client_id": "orders"}, "the token does not have a valid audience"),
        ({"aud": "invoices", "client_id": "orders"}, "the token does not have a valid audience"),
        ({"exp": NOW - 1}, "the token has expired"),
        ({"exp": None}, "the token has expired"),
        ({"exp": str(NOW + HOUR)}, "the token has expired"),
        ({"nbf": NOW + HOUR}, "the token is not valid before its nbf"),
        ({"iat": NOW + HOUR}, "the token is not valid before its iat"),
    ],
)
def test_jwt_authorizer_claims_that_are_denied(
    protected: Builder, issuer: Issuer, claims: dict[str, Any], description: str
) -> None:
    assert _description(_send(protected, issuer.token(**claims))) == description
    assert "/backend" not in issuer.asked


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["invoices", "stock"]},
        {"aud": None, "client_id": "orders"},
        {"iat": None},
        {"nbf": NOW - HOUR},
        {"exp": NOW + HOUR + 0.5},
        {"aud": "orders", "client_id": "somebody"},
    ],
)
def test_jwt_authorizer_claims_that_are_accepted(protected: Builder, issuer: Issuer, claims: dict[str, Any]) -> None:
    assert _send(protected, issuer.token(**claims)).status == 200


@pytest.mark.parametrize(
    ("header", "description"),
    [
        ({"alg": "ES256"}, "signing method ES256 is invalid"),
        ({"alg": "none"}, "signing method none is invalid"),
        ({"alg": "HS256"}, "signing method HS256 is invalid"),
        ({"alg": "PS256"}, "signing method PS256 is invalid"),
        ({"alg": 'x" y="\r\nz: 1'}, "signing method is invalid"),
        ({"alg": None}, "signing method is invalid"),
        ({"kid": "2"}, "no key of the issuer has the kid of the token"),
        ({"kid": None}, "the token has no kid"),
        ({"crit": ["exp"]}, "the token is malformed"),
        ({"alg": "RS512"}, None),
    ],
)
def test_jwt_authorizer_headers(
    protected: Builder, issuer: Issuer, header: dict[str, Any], description: str | None
) -> None:
    answer = _send(protected, issuer.token(header))

    assert answer.status == 200 if description is None else _description(answer) == description


def test_jwt_authorizer_the_signature_is_that_of_the_named_key(protected: Builder, issuer: Issuer) -> None:
    issuer.keys = [jwk("1"), jwk("2", OTHER_KEY), jwk("enc", use="enc"), jwk("384", alg="RS384")]
    token = issuer.token()
    head, payload, signature = token.split(".")
    other = segment(json.dumps({"iss": issuer.url, "aud": "orders", "exp": NOW + HOUR, "sub": "bob"}).encode())

    assert _send(protected, issuer.token({"kid": "2"}, OTHER_KEY)).status == 200
    assert _description(_send(protected, issuer.token({"kid": "2"}))) == "the signature is invalid"
    assert _description(_send(protected, issuer.token(key=OTHER_KEY))) == "the signature is invalid"
    assert _description(_send(protected, f"{head}.{other}.{signature}")) == "the signature is invalid"
    assert _description(_send(protected, f"{head}.{payload}.")) == "the signature is invalid"
    for kid in ("enc", "384"):
        assert _description(_send(protected, issuer.token({"kid": kid}))).startswith("the key of the issuer is for")


@pytest.mark.parametrize(
    "token", ["x", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "W10.e30.", "e30.W10.", "e30=.e30.", "é.e30."]
)
def test_jwt_authorizer_what_is_no_token(protected: Builder, issuer: Issuer, token: str) -> None:
    assert _description(_send(protected, token)) in (
        "the token contains an invalid number of segments",
        "the token is malformed",
        "signing method is invalid",
    )
    assert "/keys" not in issuer.asked


@pytest.mark.parametrize(
    ("claims", "allowed"),
    [
        ({"scope": "orders:read"}, True),
        ({"scope": "stock:read orders:write"}, True),
        ({"scp": ["orders:write"]}, True),
        ({"scp": "orders:write x"}, True),
        ({"scope": "orders:re"}, False),
        ({"scope": "ORDERS:READ"}, False),
        ({"scope": ""}, False),
        ({"scope": 1}, False),
        ({"scp": []}, False),
        ({"permissions": ["orders:read"]}, False),
        ({}, False),
    ],
)
def test_jwt_authorizer_any_scope_of_the_route(
    api: Builder, backend: Backend, issuer: Issuer, claims: dict[str, Any], allowed: bool
) -> None:
    api.http_route("GET /orders", f"{backend.url}/backend")
    _protect(api, issuer, "orders:read", "orders:write")
    answer = _send(api, issuer.token(**claims))

    assert answer.status == (200 if allowed else 403)
    if not allowed:
        assert answer.json() == {"message": "Forbidden"}
        assert answer.headers["www-authenticate"].startswith(
            'Bearer scope="orders:read orders:write" error="insufficient_scope"'
        )
        assert "/backend" not in issuer.asked


@pytest.mark.parametrize("version", ["2.0", "1.0"])
@pytest.mark.parametrize("scopes", [(), ("orders:read",)])
def test_jwt_authorizer_claims_and_scopes_reach_the_function(
    api: Builder, issuer: Issuer, version: str, scopes: tuple[str, ...]
) -> None:
    api.lambda_route("GET /orders", version=version)
    _protect(api, issuer, *scopes)
    token = issuer.token(scope="orders:read x", groups=["a", "b"], admin=True, n=1, exp=NOW + HOUR, iat=NOW - 1)
    event = api.event("/orders", Authorization=f"Bearer {token}")

    authorizer = event["requestContext"]["authorizer"]
    assert (authorizer["jwt"] if version == "2.0" else authorizer) == {
        "claims": {
            "iss": issuer.url,
            "sub": "alice",
            "aud": "orders",
            "exp": str(NOW + HOUR),
            "iat": str(NOW - 1),
            "scope": "orders:read x",
            "groups": "[a b]",
            "admin": "true",
            "n": "1",
        },
        "scopes": ["orders:read", "x"] if scopes else None,
    }


def test_jwt_authorizer_claims_are_context_variables(api: Builder, backend: Backend, issuer: Issuer) -> None:
    mapped = {"overwrite:header.x-subject": "$context.authorizer.claims.sub"}
    api.http_route("GET /orders", f"{backend.url}/backend", RequestParameters=mapped)
    _protect(api, issuer)
    assert _send(api, issuer.token()).status == 200

    assert dict(backend.requests[-1]["headers"])["x-subject"] == "alice"


def test_jwt_authorizer_another_identity_source(protected: Builder, issuer: Issuer) -> None:
    authorizer = protected.gateway.get_authorizers(ApiId=protected.id)["Items"][0]["AuthorizerId"]
    source = ["$request.querystring.token"]
    protected.gateway.update_authorizer(ApiId=protected.id, AuthorizerId=authorizer, IdentitySource=source)

    assert protected.send(f"/orders?token={issuer.token()}").status == 200
    assert _send(protected, issuer.token()).status == 401


def test_jwt_authorizer_keys_are_read_from_jwks_uri_once(protected: Builder, issuer: Issuer) -> None:
    for _ in range(2):
        assert _send(protected, issuer.token()).status == 200

    assert issuer.asked.count("/keys") == 1
    issuer.keys = [jwk("2", OTHER_KEY)]
    assert _send(protected, issuer.token()).status == 200  # for up to two hours
    assert _send(protected, issuer.token({"kid": "2"}, OTHER_KEY)).status == 401


@pytest.mark.parametrize(
    ("configuration", "keys"),
    [({}, None), ({"jwks_uri": 1}, None), ({"issuer": "https://other.example.com"}, None), (None, b"x" * 150_001)],
)
def test_quotas_and_discovery_of_keys_that_cannot_be_read(
    protected: Builder, backend: Backend, issuer: Issuer, configuration: dict[str, Any] | None, keys: bytes | None
) -> None:
    good, all_paths = issuer.configuration, backend.by_path
    if configuration is not None:
        issuer.configuration = {**({} if not configuration else good), **configuration}
    if keys is not None:
        backend.by_path = {**all_paths, "/keys": lambda: keys}
    assert _description(_send(protected, issuer.token())) == "OIDC discovery endpoint communication error"

    issuer.configuration, backend.by_path = good, all_paths  # what failed is not kept
    assert _send(protected, issuer.token()).status == 200


def test_jwt_authorizer_is_not_made_without_an_openid_configuration(
    api: Builder, backend: Backend, issuer: Issuer
) -> None:
    api.http_route("GET /orders", backend.url)
    backend.by_path, backend.answer = {}, (404, [], b"{}")

    with pytest.raises(ClientError, match="Issuer must have a valid discovery endpoint"):
        _protect(api, issuer)
    assert api.gateway.get_authorizers(ApiId=api.id)["Items"] == []


def test_jwt_authorizer_is_not_changed_to_such_an_issuer(protected: Builder, issuer: Issuer) -> None:
    authorizer = protected.gateway.get_authorizers(ApiId=protected.id)["Items"][0]["AuthorizerId"]
    other = {"Issuer": f"{issuer.url}/other", "Audience": ["orders"]}

    with pytest.raises(ClientError, match="BadRequestException"):
        protected.gateway.update_authorizer(ApiId=protected.id, AuthorizerId=authorizer, JwtConfiguration=other)
    assert _send(protected, issuer.token()).status == 200


def test_a_route_whose_authorizer_is_of_another_kind_is_closed(protected: Builder, issuer: Issuer) -> None:
    lambda_authorizer = protected.authorizer()
    route = protected.gateway.get_routes(ApiId=protected.id)["Items"][0]["RouteId"]
    jwt = protected.gateway.get_routes(ApiId=protected.id)["Items"][0]["AuthorizerId"]
    for kind, authorizer in (("JWT", lambda_authorizer), ("CUSTOM", jwt), ("JWT", "gone")):
        protected.gateway.update_route(
            ApiId=protected.id, RouteId=route, AuthorizationType=kind, AuthorizerId=authorizer
        )
        assert _send(protected, issuer.token()).status == 500, (kind, authorizer)


def test_jwt_authorizer_of_another_api_and_key(protected: Builder, issuer: Issuer) -> None:
    """That a token names another key set, or brings its own key, changes nothing."""
    for extra in ({"jku": f"{issuer.url}/evil"}, {"jwk": jwk("1", OTHER_KEY)}):
        token = signed(
            {"alg": "RS256", "kid": "1", **extra}, {"iss": issuer.url, "aud": "orders", "exp": NOW + HOUR}, OTHER_KEY
        )
        assert _description(_send(protected, token)) == "the signature is invalid"
