"""Other trusted issuers, as they reach ``config.json``."""

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from components import InvalidArgs
from components.testing import Recording

from .example import declare_api

TRUSTED_ISSUER = "https://other.example.com"
KEY = rsa.generate_private_key(65537, 2048)
JWK: dict[str, Any] = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "p1", "alg": "RS256"}


def _new_jwk() -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)}


def _jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": [{name: value for name, value in key.items() if name != "key_ops"} for key in keys]})


def _verifier(recording: Recording) -> Verifier:
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    return Verifier(json.loads(code.assets["config.json"].text))


def _declare(**changes: Any) -> Recording:
    trusted_issuer = {
        "issuer": TRUSTED_ISSUER,
        "audience": ["other-orders"],
        "jwks": _jwks(JWK),
        "scopes": [],
        **changes,
    }
    own = _jwks({**_new_jwk(), "kid": "own", "alg": "RS256"})
    return declare_api(keys={"jwks": [own]}, trusted_issuers=[trusted_issuer])


def _token(**changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": TRUSTED_ISSUER, "aud": "other-orders", "sub": "bob", "iat": now, "exp": now + 60, **changes}
    return jwt.encode(claims, KEY, "RS256", headers={"kid": "p1"})


def test_its_tokens_are_accepted_and_its_key_is_trusted_for_no_other_issuer() -> None:
    verifier = _verifier(_declare())

    assert verifier.verify(_token(), route_key="POST /orders")["sub"] == "bob"
    with pytest.raises(Denied) as denied:
        verifier.verify(_token(iss="https://auth.example.com", aud="orders"), route_key="POST /orders")
    assert denied.value.reason == Reason.WRONG_ISSUER


def test_the_audience_may_be_in_another_claim() -> None:
    verifier = _verifier(_declare(audience_claim="client_id", audience=["app"]))

    assert verifier.verify(_token(client_id="app"), route_key="POST /orders")["client_id"] == "app"


def test_a_mixed_jwks() -> None:
    encryption = {**JWK, "kid": "e1", "use": "enc", "alg": "RSA-OAEP"}
    jwks = _jwks(JWK, {**_new_jwk(), "kid": "p2"}, encryption, {**_new_jwk(), "kid": "p3", "alg": "PS256"})

    assert set(_verifier(_declare(jwks=jwks)).config.trusted_issuer_rules) == {"p1", "p3"}
    assert set(_verifier(_declare(jwks=jwks, algorithms=["RS256"])).config.trusted_issuer_rules) == {"p1", "p2"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer": ""}, "trusted_issuers[0].issuer: must be a string that is not empty"),
        ({"audience": []}, "trusted_issuers[0].audience: must be a list of at least one value"),
        ({"algorithms": ["HS256"]}, "trusted_issuers[0].algorithms[0]: must be one of"),
        ({"algorithms": []}, "trusted_issuers[0].algorithms: must not be empty"),
        (
            {"algorithms": ["ES256"]},
            "trusted_issuers[0].jwks: has no key that the authorizer can use:\n    keys[0] ('p1'): alg 'RS256' is not one",
        ),
        ({"jwks": "{}"}, "trusted_issuers[0].jwks: must be the JSON of a JWKS"),
        ({"jwks": "https://x"}, "trusted_issuers[0].jwks: must be the JSON of a JWKS"),
        ({"jwks": None}, "trusted_issuers[0].jwks: missing"),
    ],
)
def test_bad_input_names_the_path(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _declare(**changes)
    assert fault in str(refused.value)
