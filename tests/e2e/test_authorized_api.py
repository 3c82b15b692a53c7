"""The main job over HTTP: a token signed by KMS opens the API, and nothing else does."""

import base64
import json
import time
from collections.abc import Callable

import pytest

from testkit.api import Api


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  ", ""])
def test_a_good_token_opens_the_route_and_the_backend_learns_the_claims(orders: Api, scheme: str) -> None:
    response = orders.call("GET", "/orders", scheme + orders.token(client_id="shop"))

    assert response.status == 200
    assert response.json() == {
        "route": "GET /orders",
        "authorizer": {"sub": "alice", "scope": "orders:read", "client_id": "shop"},
    }


def test_without_a_token(orders: Api) -> None:
    assert orders.call("GET", "/orders").status == 401


def test_a_public_route_needs_none(orders: Api) -> None:
    assert orders.call("GET", "/health").json() == {"route": "GET /health", "authorizer": None}


def _tampered(api: Api) -> str:
    header, payload, signature = api.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "mallory"}).encode()).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


def _unsigned(api: Api) -> str:
    _, payload, _ = api.token().split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{header}.{payload}."


@pytest.mark.parametrize(
    "bad",
    [
        lambda api: api.token(exp=int(time.time()) - 1),
        lambda api: api.token(exp=None),
        lambda api: api.token(aud="reports"),
        lambda api: api.token(iss="https://auth.local.example.com/"),
        lambda api: api.token(nbf=int(time.time()) + 600),
        lambda api: api.token(iat=int(time.time()) + 600),
        lambda api: api.token(sub=None),
        lambda api: api.token(scope="orders:reader"),
        lambda api: api.token(headers={"typ": "secevent+jwt"}),
        lambda api: api.token() + "A",
        _tampered,
        _unsigned,
        lambda api: "garbage",
    ],
)
def test_a_bad_token_is_refused(orders: Api, bad: Callable[[Api], str]) -> None:
    assert orders.call("GET", "/orders", f"Bearer {bad(orders)}").status == 403


def test_another_kms_key_signs_for_nothing(orders: Api) -> None:
    kms = orders.signer._client
    other = kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    token = Api({**orders.outputs, "key_alias": other}, "orders", kms).token()

    assert orders.call("GET", "/orders", f"Bearer {token}").status == 403


def test_a_scope_opens_its_own_route_only_cached_or_not(orders: Api) -> None:
    token = orders.token(scope="orders:read")

    for _ in range(2):
        assert orders.call("GET", "/orders", f"Bearer {token}").status == 200
        assert orders.call("POST", "/orders", f"Bearer {token}").status == 403
