"""The token service on the emulator: what RFC 6749 asks of a token endpoint, and tokens that the published keys verify."""

import base64
import json
from collections.abc import Callable
from urllib.parse import urlencode

import jwt
import pytest

from authorizer.verifier import Verifier
from emulator.web import Answer, fetch

from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk

SECRET = "not-a-secret-at-all"


@pytest.fixture(scope="module")
def service(deploy: Callable[..., DeployedExample]) -> DeployedExample:
    return deploy("token_service")


def _basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def _post(service: DeployedExample, form: object, headers: dict[str, str] | None = None) -> Answer:
    body = form if isinstance(form, bytes) else urlencode(form).encode()  # type: ignore[arg-type]
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    return fetch(service.outputs["token_endpoint"], method="POST", body=body, headers={**form_type, **(headers or {})})


def test_credentials_in_a_token_out(service: DeployedExample) -> None:
    form = {"grant_type": "client_credentials", "scope": "orders:read"}
    answer = _post(service, form, _basic("billing", SECRET))

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert {**answer.json(), "access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "orders:read",
    }
    jwks = fetch(service.outputs["jwks_uri"]).json()
    policy = {"version": 1, "issuers": ["https://auth.example.com"], "audiences": ["orders"]}
    claims = Verifier({**policy, "keys": jwks["keys"]}).verify(answer.json()["access_token"])
    assert (claims["sub"], claims["client_id"], claims["scope"]) == ("billing", "billing", "orders:read")
    assert jwt.get_unverified_header(answer.json()["access_token"])["typ"] == "at+jwt"


def test_what_the_readme_calls(service: DeployedExample, consumer: Consumer) -> None:
    walk(consumer, EXAMPLES / "token_service" / "README.md", service.outputs)


def test_the_metadata_leads_to_the_endpoint_and_tells_nothing_that_is_not_there(service: DeployedExample) -> None:
    base = service.outputs["token_endpoint"].removesuffix("/token")
    metadata = fetch(f"{base}/.well-known/oauth-authorization-server").json()

    assert metadata == {
        "issuer": "https://auth.example.com",
        "token_endpoint": service.outputs["token_endpoint"],
        "jwks_uri": service.outputs["jwks_uri"],
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    openid = fetch(f"{base}/.well-known/openid-configuration").json()
    assert openid == {
        **metadata,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES512"],
    }


def test_credentials_in_the_body_and_all_scopes(service: DeployedExample) -> None:
    answer = _post(service, {"grant_type": "client_credentials", "client_id": "billing", "client_secret": SECRET})

    assert answer.status == 200
    assert answer.json()["scope"] == "orders:read orders:write"


GRANT = {"grant_type": "client_credentials"}
GOOD = _basic("billing", SECRET)


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        (GRANT, {}, 401, "invalid_client"),
        (GRANT, _basic("billing", "wrong"), 401, "invalid_client"),
        (GRANT, _basic("nobody", SECRET), 401, "invalid_client"),
        (GRANT, {"Authorization": "Basic !"}, 401, "invalid_client"),
        (GRANT, {"Authorization": "Bearer abc"}, 401, "invalid_client"),
        ({}, GOOD, 400, "invalid_request"),
        ({"grant_type": "password"}, GOOD, 400, "unsupported_grant_type"),
        ({**GRANT, "scope": "orders:read admin"}, GOOD, 400, "invalid_scope"),
        ({**GRANT, "client_id": "billing", "client_secret": SECRET}, GOOD, 400, "invalid_request"),
        ([*GRANT.items(), *GRANT.items()], GOOD, 400, "invalid_request"),
        (b"grant_type=client_credentials&scope=%ff", GOOD, 400, "invalid_request"),
        (json.dumps(GRANT).encode(), {**GOOD, "Content-Type": "application/json"}, 400, "invalid_request"),
    ],
)
def test_what_is_refused(
    service: DeployedExample, form: object, headers: dict[str, str], status: int, error: str
) -> None:
    answer = _post(service, form, headers)

    assert (answer.status, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert SECRET not in json.dumps(answer.json())


def test_a_key_that_cannot_sign_is_nobodys_secret(service: DeployedExample) -> None:
    kms = service.client("kms")
    key = kms.describe_key(KeyId=service.outputs["key_alias"])["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    try:
        answer = _post(service, GRANT, GOOD)
    finally:
        kms.enable_key(KeyId=key)

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["error"] == "temporarily_unavailable"
