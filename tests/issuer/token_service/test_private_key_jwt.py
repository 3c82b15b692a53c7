"""Clients that sign assertions with keys of their own: who is let in, and everything else that is sent in their place."""

import base64
import hmac
from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from testkit.encoding import base64url, compact_json, from_base64url
from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, NOW, header, signing_input, token

from .assertions import (
    ASSERTION_TYPE,
    DOCUMENT,
    EC,
    NEXT,
    OTHER,
    RSA,
    TOKEN_ENDPOINT,
    asserted,
    assertion,
    claims,
    form,
    headed,
    with_keys,
)
from .service import GRANT, ObservedService, basic, document, event


@pytest.fixture(scope="module")
def service() -> ObservedService:
    return ObservedService(DOCUMENT)


GOOD: dict[str, Callable[[], str]] = {
    "with all claims": assertion,
    "of the other key": lambda: assertion(RSA),
    "without kid, the only key for this alg": lambda: headed(kid=ABSENT),
    "without typ": lambda: headed(typ=ABSENT),
    "with the new typ": lambda: headed(typ="client-authentication+jwt"),
    "with the new typ in full": lambda: headed(typ="application/client-authentication+jwt"),
    "aud as a list of one": lambda: assertion(aud=[ISSUER]),
    "with nbf": lambda: assertion(nbf=NOW),
    "a clock that is ahead": lambda: assertion(iat=NOW + 10, nbf=NOW + 10, exp=NOW + 70),
    "a minute old": lambda: assertion(iat=NOW - 60, exp=NOW + 1),
    "without iat": lambda: assertion(iat=ABSENT, exp=NOW + 70),
    "for an hour, of which a minute counts": lambda: assertion(exp=NOW + 3600),
    "other claims": lambda: assertion(name="batch", nested={"a": [1]}),
    "a long jti": lambda: assertion(jti="x" * 256),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_let_in(service: ObservedService, text: Callable[[], str]) -> None:
    observed = service.send(asserted(text()))

    assert observed.status == 200, observed.body
    assert (observed.record["client"], observed.reason) == ("batch", "issued")


@pytest.mark.parametrize("alg", ["RS256", "ES384", "ES512", "ES256K", "PS512", "EdDSA", "ML-DSA-87"])
def test_every_family_of_algorithms(alg: str) -> None:
    key = signer(alg)
    service = ObservedService(document(clients={"batch": with_keys(key)}))

    assert service.send(asserted(assertion(key))).status == 200


def test_the_parameter_client_id_may_say_the_same(service: ObservedService) -> None:
    assert service.send(asserted(assertion(), client_id="batch")).status == 200


def test_a_client_that_rotates_names_its_key(service: ObservedService) -> None:
    for key in (EC, NEXT):
        assert service.send(asserted(assertion(key, client_id="rotating"))).status == 200
        nameless = token(key, claims("rotating"), header(key, kid=ABSENT))
        assert service.send(asserted(nameless)).error == (401, "invalid_client", "unknown_key")


@pytest.mark.parametrize("audience", [TOKEN_ENDPOINT, [TOKEN_ENDPOINT], ISSUER])
def test_the_token_endpoint_as_audience_needs_the_switch(service: ObservedService, audience: object) -> None:
    assert service.send(asserted(assertion(client_id="legacy", aud=audience))).status == 200
    if audience != ISSUER:
        refused = service.send(asserted(assertion(aud=audience)))
        assert refused.error == (401, "invalid_client", "wrong_audience")


def _own_access_token() -> str:
    """As this service issues them, signed with a key that is not in KMS here: what counts is that it is nobody's."""
    payload = {
        "iss": ISSUER,
        "sub": "batch",
        "aud": ISSUER,
        "client_id": "batch",
        "iat": NOW,
        "exp": NOW + 60,
        "jti": "1",
    }
    return token(OTHER, payload, header(OTHER, typ="at+jwt", kid="active"))


def _with_hmac() -> str:
    """HS256 with the public key as the secret (RFC 8725 section 2.1)."""
    pem = EC.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = signing_input(header(EC, alg="HS256"), claims())
    return f"{unsigned}.{base64url(hmac.digest(pem, unsigned.encode(), sha256))}"


def _twice(text: bytes, member: bytes) -> bytes:
    """The JSON object ``text`` with ``member`` at its end."""
    return text[:-1] + b"," + member + b"}"


def _other_jti_spelled_the_same() -> str:
    """The signature of one assertion below the claims of another one."""
    head, payload, _ = assertion().split(".")
    return f"{head}.{payload}.{assertion().split('.')[2]}"


BAD: dict[str, tuple[Callable[[], str], str]] = {
    "nothing": (lambda: "x", "malformed_assertion"),
    "two parts": (lambda: assertion().rpartition(".")[0], "malformed_assertion"),
    "five parts": (lambda: assertion() + ".AAAA.AAAA", "malformed_assertion"),
    "padded": (lambda: assertion() + "=", "malformed_assertion"),
    "not ASCII": (lambda: assertion() + "\u00e9", "malformed_assertion"),
    "a line break": (lambda: assertion() + "\n", "malformed_assertion"),
    "claims that are no object": (lambda: token(EC, b"[]", header(EC)), "malformed_assertion"),
    "iss twice": (
        lambda: token(EC, _twice(compact_json(claims("other")), b'"iss":"batch"'), header(EC)),
        "malformed_assertion",
    ),
    "kid twice": (
        lambda: token(EC, claims(), _twice(compact_json(header(EC)), b'"kid":"x"')),
        "malformed_assertion",
    ),
    "NaN": (
        lambda: token(EC, _twice(compact_json(claims(exp=ABSENT)), b'"exp":NaN'), header(EC)),
        "malformed_assertion",
    ),
    "8193 bytes": (lambda: assertion(x="x" * 6100), "assertion_too_large"),
    "alg none": (lambda: signing_input(header(EC, alg="none"), claims()) + ".", "wrong_algorithm"),
    "alg none, no kid": (
        lambda: signing_input({"alg": "none"}, claims()) + ".",
        "wrong_algorithm",
    ),
    "HMAC with the public key": (_with_hmac, "wrong_algorithm"),
    "another alg of this curve": (lambda: headed(alg="ES384"), "wrong_algorithm"),
    "the kid of the RSA key": (lambda: headed(kid=RSA.kid), "wrong_algorithm"),
    "an unknown kid": (lambda: headed(kid="x"), "unknown_key"),
    "a kid that is empty": (lambda: headed(kid=""), "unknown_key"),
    "a kid that is no string": (lambda: headed(kid=7), "malformed_assertion"),
    "the key of another client": (lambda: assertion(OTHER), "unknown_key"),
    "the key of another client, as this one's": (
        lambda: token(OTHER, claims(), header(OTHER, kid=EC.kid)),
        "bad_signature",
    ),
    "the key of another client, without kid": (
        lambda: token(OTHER, claims(), header(OTHER, kid=ABSENT)),
        "bad_signature",
    ),
    "a key that it brings": (
        lambda: token(OTHER, claims(), header(OTHER, kid=EC.kid, jwk=OTHER.jwk)),
        "forbidden_header",
    ),
    "a key to fetch": (lambda: headed(jku="https://192.0.2.1/"), "forbidden_header"),
    "critical extensions": (lambda: headed(crit=["exp"]), "forbidden_header"),
    "the type of access tokens": (lambda: headed(typ="at+jwt"), "unexpected_type"),
    "the type of DPoP proofs": (lambda: headed(typ="dpop+jwt"), "unexpected_type"),
    "no signature": (lambda: assertion().rpartition(".")[0] + ".", "bad_signature"),
    "the signature of another assertion": (_other_jti_spelled_the_same, "bad_signature"),
    "the signature in DER": (
        lambda: f"{(unsigned := signing_input(header(EC), claims()))}." + base64url(_der(unsigned.encode())),
        "bad_signature",
    ),
    "iss is another client": (lambda: assertion(iss="other"), "unknown_key"),
    "iss is unknown": (lambda: assertion(iss="nobody"), "unknown_client"),
    "iss is no string": (lambda: assertion(iss=["batch"]), "unknown_client"),
    "no iss": (lambda: assertion(iss=ABSENT), "unknown_client"),
    "iss has a secret": (lambda: assertion(iss="secretive", sub="secretive"), "wrong_client_method"),
    "sub is another client": (lambda: assertion(sub="other"), "unexpected_value"),
    "no sub": (lambda: assertion(sub=ABSENT), "missing_claim"),
    "sub is a list": (lambda: assertion(sub=["batch"]), "malformed_claim"),
    "an access token of ours": (_own_access_token, "unknown_client"),
    "aud is two issuers": (lambda: assertion(aud=[ISSUER, "https://other.example.com"]), "wrong_audience"),
    "aud is the issuer twice": (lambda: assertion(aud=[ISSUER, ISSUER]), "wrong_audience"),
    "aud is the issuer with a slash": (lambda: assertion(aud=f"{ISSUER}/"), "wrong_audience"),
    "aud is another service": (lambda: assertion(aud="https://other.example.com"), "wrong_audience"),
    "aud is an empty list": (lambda: assertion(aud=[]), "wrong_audience"),
    "aud is an object": (lambda: assertion(aud={ISSUER: 1}), "malformed_claim"),
    "no aud": (lambda: assertion(aud=ABSENT), "missing_claim"),
    "expired now": (lambda: assertion(exp=NOW), "expired"),
    "no exp": (lambda: assertion(exp=ABSENT), "missing_claim"),
    "exp is a string": (lambda: assertion(exp=str(NOW + 60)), "malformed_claim"),
    "exp in milliseconds": (lambda: assertion(exp=NOW * 1000), "malformed_claim"),
    "exp too far": (lambda: assertion(exp=NOW + 3601), "lifetime_too_long"),
    "exp too far, without iat": (lambda: assertion(iat=ABSENT, exp=NOW + 71), "lifetime_too_long"),
    "more than a minute old": (lambda: assertion(iat=NOW - 61, exp=NOW + 60), "too_old"),
    "iat in the future": (lambda: assertion(iat=NOW + 11), "issued_in_future"),
    "iat is null": (lambda: assertion(iat=None), "malformed_claim"),
    "nbf in the future": (lambda: assertion(nbf=NOW + 11), "not_yet_valid"),
    "no jti": (lambda: assertion(jti=ABSENT), "missing_claim"),
    "jti is empty": (lambda: assertion(jti=""), "missing_claim"),
    "jti is a number": (lambda: assertion(jti=7), "malformed_claim"),
    "a huge jti": (lambda: assertion(jti="x" * 257), "malformed_claim"),
    "bound to a key": (lambda: assertion(cnf={"jkt": "x"}), "unchecked_confirmation"),
}


def _der(message: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    return bytes(EC.private_key.sign(message, ec.ECDSA(hashes.SHA256())))


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_refused(service: ObservedService, text: Callable[[], str], reason: str) -> None:
    before, shown = service.signatures, text()
    observed = service.send(asserted(shown))

    assert observed.error == (401, "invalid_client", reason)
    assert service.signatures == before
    assert not [part for part in shown.split(".") if len(part) > 8 and part in observed.output]


def test_what_is_said_before_the_signature_is_verified_is_always_the_same(service: ObservedService) -> None:
    texts = [assertion(iss="nobody"), assertion(OTHER), headed(kid=RSA.kid), headed(typ="at+jwt"), "x"]
    bodies = {str(service.send(asserted(text)).body) for text in texts}

    assert len(bodies) == 1


def test_a_megabyte(service: ObservedService) -> None:
    assert service.send(asserted("a" * 2**20)).error == (400, "invalid_request", "body_too_large")


def test_a_refusal_is_logged_for_the_client_that_it_claims_to_be_from_and_for_no_other_text(
    service: ObservedService,
) -> None:
    assert service.send(asserted(assertion(NEXT))).record["client"] == "batch"
    assert service.send(asserted(assertion(iss="no\nbody"))).record["client"] is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "other"}, (400, "invalid_request", "different_client_id")),
        ({"client_secret": "x"}, (400, "invalid_request", "several_methods")),
        ({"client_assertion_type": ABSENT}, (400, "invalid_request", "incomplete_assertion")),
        ({"client_assertion": ABSENT}, (400, "invalid_request", "incomplete_assertion")),
        ({"client_assertion": ""}, (400, "invalid_request", "incomplete_assertion")),
        ({"client_assertion_type": "jwt-bearer"}, (401, "invalid_client", "wrong_assertion_type")),
        (
            {"client_assertion_type": ASSERTION_TYPE.replace("jwt", "saml2")},
            (401, "invalid_client", "wrong_assertion_type"),
        ),
    ],
)
def test_the_parameters(service: ObservedService, changes: dict[str, object], error: tuple[int, str, str]) -> None:
    assert service.send(asserted(assertion(), **changes)).error == error


def test_an_assertion_and_the_header_are_two_methods(service: ObservedService) -> None:
    both = event(form(assertion()), headers=basic("secretive"))

    assert service.send(both).error == (400, "invalid_request", "several_methods")


def test_two_assertions(service: ObservedService) -> None:
    two = [*form(assertion()).items(), ("client_assertion", assertion())]

    assert service.send(event(two, headers={})).error == (400, "invalid_request", "repeated_parameter")


def test_an_assertion_is_used_once(service: ObservedService) -> None:
    text = assertion()
    assert service.send(asserted(text)).status == 200
    assert service.send(asserted(text)).error == (401, "invalid_client", "replayed_assertion")

    again = assertion(jti="again")
    assert service.send(asserted(again)).status == 200
    assert service.send(asserted(assertion(RSA, jti="again"))).reason == "replayed_assertion"
    assert service.send(asserted(assertion(OTHER, client_id="other", jti="again"))).status == 200


def test_a_refused_assertion_does_not_use_up_the_jti(service: ObservedService) -> None:
    assert service.send(asserted(assertion(jti="once", exp=NOW))).reason == "expired"
    assert service.send(asserted(assertion(NEXT, jti="once"))).reason == "unknown_key"
    assert service.send(asserted(assertion(jti="once"))).status == 200


def test_a_client_with_keys_has_no_secret(service: ObservedService) -> None:
    assert service.send(event(GRANT, headers=basic("batch"))).error == (401, "invalid_client", "wrong_client_method")


def test_without_such_clients_an_assertion_is_refused() -> None:
    service = ObservedService(document())

    assert service.send(asserted(assertion())).error == (401, "invalid_client", "wrong_client_method")


def test_the_same_bits_in_another_spelling_are_refused(service: ObservedService) -> None:
    """Trailing bits that decode to the same signature would be another text of the same assertion."""
    text = assertion()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbour = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]

    assert base64.urlsafe_b64decode(neighbour.rpartition(".")[2] + "==") == from_base64url(text.rpartition(".")[2])
    assert service.send(asserted(neighbour)).reason == "malformed_assertion"
