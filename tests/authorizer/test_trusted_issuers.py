"""Other trusted issuers: each with keys of its own, good for itself and for its own audiences."""

from typing import Any

import pytest

from authorizer.config import ConfigError
from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, NOW, claims, header, token

from .documents import document

OWN, PARTNER, THIRD = signer("ES256"), signer("RS256", "partner"), signer("EdDSA", "third")
PARTNER_ISSUER, THIRD_ISSUER = "https://partner.example.com", "https://third.example.com"

TRUSTED: list[dict[str, Any]] = [
    {
        "name": "partner",
        "issuers": [PARTNER_ISSUER],
        "audiences": ["partner-orders"],
        "keys": [PARTNER.jwk],
        "scopes": ["orders:read", "orders:write"],
    },
    {
        "name": "third",
        "issuers": [THIRD_ISSUER],
        "audiences": ["app"],
        "audience_claim": "client_id",
        "keys": [THIRD.jwk],
        "scopes": ["orders:read", "orders:write"],
    },
]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(document(OWN, trusted_issuers=TRUSTED, required_claims=["sub"]))


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (OWN, {}),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}),
        (THIRD, {"iss": THIRD_ISSUER, "aud": ABSENT, "client_id": "app"}),
    ],
)
def test_each_issuer_with_its_own_key_and_audience(verifier: Verifier, key: Any, changes: dict[str, object]) -> None:
    assert verifier.verify(token(key, claims(**changes)), now=NOW) == claims(**changes)


@pytest.mark.parametrize(
    ("key", "changes", "reason"),
    [
        (PARTNER, {}, Reason.WRONG_ISSUER),  # our issuer, signed by the partner
        (OWN, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}, Reason.WRONG_ISSUER),  # the partner, signed by us
        (THIRD, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}, Reason.WRONG_ISSUER),
        (PARTNER, {"iss": PARTNER_ISSUER}, Reason.WRONG_AUDIENCE),  # our audience
        (OWN, {"aud": "partner-orders"}, Reason.WRONG_AUDIENCE),
        (THIRD, {"iss": THIRD_ISSUER, "aud": "app"}, Reason.MISSING_CLAIM),  # not in client_id
        (THIRD, {"iss": THIRD_ISSUER, "client_id": ["app", 1]}, Reason.MALFORMED_CLAIM),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders", "sub": ""}, Reason.MISSING_CLAIM),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders", "exp": NOW}, Reason.EXPIRED),
    ],
)
def test_a_key_is_never_trusted_for_another_issuer(
    verifier: Verifier, key: Any, changes: dict[str, object], reason: Reason
) -> None:
    with pytest.raises(Denied) as denied:
        verifier.verify(token(key, claims(**changes)), now=NOW)
    assert denied.value.reason == reason
    assert denied.value.kid == key.kid


def test_a_key_has_one_algorithm_whoever_it_belongs_to(verifier: Verifier) -> None:
    partner = claims(iss=PARTNER_ISSUER, aud="partner-orders")
    with pytest.raises(Denied) as denied:
        verifier.verify(token(PARTNER, partner, header(PARTNER, alg="PS256")), now=NOW)
    assert denied.value.reason == Reason.WRONG_ALGORITHM


@pytest.mark.parametrize(
    ("trusted", "fault"),
    [
        ({}, r"trusted_issuers: must be a list"),
        ([[]], r"trusted_issuers\[0\]: must be an object"),
        (
            [{**TRUSTED[0], "algorithms": []}],
            r"trusted_issuers\[0\]\.algorithms: unknown field; .* audience_claim, audiences",
        ),
        ([{**TRUSTED[0], "issuers": [""]}], r"trusted_issuers\[0\]\.issuers\[0\]: must be a string that is not empty"),
        ([{**TRUSTED[0], "issuers": [ISSUER]}], r"trusted_issuers\[0\]\.issuers\[0\]: .* is already trusted"),
        (
            [TRUSTED[0], {**TRUSTED[1], "issuers": [THIRD_ISSUER, PARTNER_ISSUER]}],
            r"trusted_issuers\[1\]\.issuers\[1\]: .* is already trusted",
        ),
        ([{**TRUSTED[0], "audiences": []}], r"trusted_issuers\[0\]\.audiences: must be a list of at least one"),
        ([{**TRUSTED[0], "audience_claim": ""}], r"trusted_issuers\[0\]\.audience_claim: must be a string"),
        ([{**TRUSTED[0], "keys": []}], r"trusted_issuers\[0\]\.keys: must be a list of at least one object"),
        ([{**TRUSTED[0], "keys": {}}], r"trusted_issuers\[0\]\.keys: must be a list of at least one object"),
        (
            [{**TRUSTED[0], "keys": [{**PARTNER.jwk, "kid": OWN.kid}]}],
            r"trusted_issuers\[0\]\.keys\[0\]: kid .* is used twice",
        ),
        # The same key by another name is the same key.
        (
            [{**TRUSTED[0], "keys": [OWN.jwk]}],
            r"trusted_issuers\[0\]\.keys\[0\]: this key is one of the own keys",
        ),
        (
            [{**TRUSTED[0], "keys": [{**PARTNER.jwk, "alg": "none"}]}],
            r"trusted_issuers\[0\]\.keys\[0\]: alg must be one of",
        ),
    ],
)
def test_bad_configuration_stops_the_init(trusted: object, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        Verifier(document(OWN, trusted_issuers=trusted))
