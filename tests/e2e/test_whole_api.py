"""The wider features over HTTP: well-known endpoints, CORS, any-of scopes, more identity sources, two APIs with one key."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from emulator.web import Answer, fetch
from testkit.api import Api

from .conftest import PROGRAM

ISSUER = "https://auth.local.example.com"
HOST = {"architecture": "host"}


@pytest.fixture(scope="module")
def outputs(ministack: MiniStack) -> Iterator[tuple[dict[str, Any], Any]]:
    """Two APIs that trust the same key; the stack's outputs and what makes clients of its AWS."""
    apis = {
        "orders": {
            "issuer": ISSUER,
            "audience": ["orders"],
            "function": HOST,
            "well_known": {},
            "cors": {"allow_origins": ["https://app.example.com"]},
            "identity_sources": ["$request.header.X-Tenant"],
            "alarms": {"server_errors": 1},
            "dashboard": True,
            "stage": {"variables": {"colour": "blue"}},
            "routes": {
                "ANY /orders": {"scopes": ["orders:read", "orders:write"], "scopes_match": "any"},
                "GET /reports": {"scopes": ["orders:read", "orders:write"], "throttling_rate_limit": 5},
                "$default": {},
            },
        },
        "reports": {
            "issuer": ISSUER,
            "audience": ["reports"],
            "function": {**HOST, "provisioned_concurrency": 1},
            "cache_ttl": 0,
            "routes": {"GET /reports": {}},
        },
    }
    project = load_stack(PROGRAM, "local").project
    config = {"aws:region": "eu-west-1", "signing_keys": {}, "whoami": True, "apis": apis}
    deployment = Deployment(ministack, PROGRAM, project, "wide", config)
    yield deployment.up(), deployment.aws.client
    deployment.destroy()


@pytest.fixture
def orders(outputs: tuple[dict[str, Any], Any]) -> Api:
    return Api(outputs[0], "orders", outputs[1]("kms"))


def _send(api: Api, method: str, path: str, **headers: str) -> Answer:
    return fetch(api.endpoint + path, headers, method=method)


def test_others_verify_with_the_published_keys(orders: Api) -> None:
    published = _send(orders, "GET", "/.well-known/jwks.json")
    assert published.status == 200
    assert published.headers["cache-control"] == "public, max-age=300"

    token = orders.token()
    key = jwt.PyJWKSet.from_dict(published.json())[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, ["ES512"], audience="orders", issuer=ISSUER)["sub"] == "alice"


def test_the_openid_configuration_leads_to_the_keys(orders: Api) -> None:
    configuration = _send(orders, "GET", "/.well-known/openid-configuration").json()

    assert configuration["issuer"] == ISSUER
    assert configuration["jwks_uri"] == f"{orders.endpoint}/.well-known/jwks.json"
    assert configuration["id_token_signing_alg_values_supported"] == ["ES512"]


def test_preflight_is_answered_on_a_protected_catch_all(orders: Api) -> None:
    origin, method = "https://app.example.com", "DELETE"
    answer = _send(orders, "OPTIONS", "/orders", Origin=origin, **{"Access-Control-Request-Method": method})

    assert answer.status in (200, 204)
    assert answer.headers["access-control-allow-origin"] == origin
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("path", ["/", "/orders", "/anything/else"])
def test_other_options_requests_reach_a_function_that_does_nothing(orders: Api, path: str) -> None:
    answer = _send(orders, "OPTIONS", path)

    assert (answer.status, answer.body) == (204, b"")
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("path", "scope", "status"),
    [
        ("/orders", "orders:write", 200),
        ("/orders", "orders:read", 200),
        ("/orders", "orders:delete", 403),
        ("/reports", "orders:write", 403),
        ("/reports", "orders:write orders:read", 200),
        ("/anything/else", "none", 200),
    ],
)
def test_all_or_any_of_the_scopes(orders: Api, path: str, scope: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {orders.token(scope=scope)}", "X-Tenant": "a"}

    assert _send(orders, "GET", path, **headers).status == status


def test_every_identity_source_must_be_there(orders: Api) -> None:
    assert _send(orders, "GET", "/orders", Authorization=f"Bearer {orders.token()}").status == 401


def test_two_apis_share_a_key_and_not_an_audience(outputs: tuple[dict[str, Any], Any]) -> None:
    reports = Api(outputs[0], "reports", outputs[1]("kms"))

    assert reports.call("GET", "/reports", f"Bearer {reports.token(aud='reports')}").status == 200
    assert reports.call("GET", "/reports", f"Bearer {reports.token(aud='orders')}").status == 403
