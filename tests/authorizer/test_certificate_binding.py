"""Tokens that are bound to a client certificate: the field, the thumbprint, and the verifier as a backend uses it."""

import ssl
from base64 import b64encode
from pathlib import Path

import pytest

from authorizer.certificate_binding import CertificateBinding, certificate_thumbprint
from authorizer.config import ConfigError, parse_config
from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.signers import signer
from testkit.tokens import AUDIENCE, NOW, claims, token

from .documents import document
from .gateway_events import presented
from .observing import ObservedAuthorizer
from .package import make_package, run

KEY, PARTNER = signer("ES256"), signer("ES256", "partner")
AUTHORITY = Authority("Example CA")
CLIENT, OTHER = (certificate_of(AUTHORITY.issue(name, 1)) for name in ("client", "other"))


def bound(pem: str = CLIENT, **changes: object) -> str:
    return token(KEY, claims(cnf={"x5t#S256": thumbprint(pem)}, **changes))


def reason(verifier: Verifier, candidate: str, client_certificate: str | None = None) -> Reason | None:
    try:
        verifier.verify(candidate, now=NOW, client_certificate=client_certificate)
    except Denied as denied:
        return denied.reason
    return None


@pytest.mark.parametrize(
    ("field", "bearer", "right", "wrong", "without"),
    [
        ({}, None, *[Reason.UNCHECKED_CONFIRMATION] * 3),
        ({"bound_tokens": "accepted"}, None, None, Reason.WRONG_CERTIFICATE, Reason.MISSING_CERTIFICATE),
        (
            {"bound_tokens": "required"},
            Reason.UNBOUND_TOKEN,
            None,
            Reason.WRONG_CERTIFICATE,
            Reason.MISSING_CERTIFICATE,
        ),
    ],
)
def test_a_backend_passes_the_certificate(
    field: dict[str, object],
    bearer: Reason | None,
    right: Reason | None,
    wrong: Reason | None,
    without: Reason | None,
) -> None:
    verifier = Verifier(document(KEY, **field))

    assert reason(verifier, token(KEY), CLIENT) == bearer
    # The signature is in the cache from the first on; each certificate is judged all the same.
    one = bound()
    found = [reason(verifier, one, certificate) for certificate in (CLIENT, OTHER, None, CLIENT, OTHER)]
    assert found == [right, wrong, without, right, wrong]
    for cnf in ({"jkt": "x"}, {"x5t#S256": thumbprint(CLIENT), "jkt": "x"}, thumbprint(CLIENT)):
        assert reason(verifier, token(KEY, claims(cnf=cnf)), CLIENT) == Reason.UNCHECKED_CONFIRMATION


def test_the_authorizer_takes_the_certificate_of_the_event() -> None:
    authorizer = ObservedAuthorizer(document(KEY, bound_tokens="required"))

    found = [authorizer.decide(presented(bound(), certificate)).reason for certificate in (CLIENT, OTHER, 7)]
    assert found == ["allowed", "wrong_certificate", "missing_certificate"]


def test_the_denial_names_the_key_and_the_claim() -> None:
    with pytest.raises(Denied) as denied:
        Verifier(document(KEY, bound_tokens="required")).verify(bound(), now=NOW, client_certificate=OTHER)

    assert (denied.value.kid, denied.value.claim) == (KEY.kid, "cnf")


@pytest.mark.parametrize(
    ("own", "theirs", "rules"),
    [
        (None, None, None),
        ("required", None, CertificateBinding(required=True)),
        ("required", "accepted", CertificateBinding(required=False)),
        (None, "required", CertificateBinding(required=True)),
    ],
)
def test_another_issuer_inherits_what_it_does_not_say(
    own: str | None, theirs: str | None, rules: CertificateBinding | None
) -> None:
    entry = {"name": "partner", "issuers": ["https://p.example.com"], "audiences": [AUDIENCE], "keys": [PARTNER.jwk]}
    fields = {"bound_tokens": own} if own else {}
    others = [{**entry, **({"bound_tokens": theirs} if theirs else {})}]

    config = parse_config(document(KEY, **fields, trusted_issuers=others))

    assert config.rules_of(PARTNER.kid).claims.binding == rules
    assert (config.rules.claims.binding is None) == (own is None)


@pytest.mark.parametrize("value", ["", "Required", "none", True, None, ["required"]])
def test_other_values_are_faults(value: object) -> None:
    with pytest.raises(ConfigError, match="bound_tokens: must be one of accepted, required, and is"):
        parse_config(document(KEY, bound_tokens=value))


def test_the_thumbprint_is_that_of_a_parser() -> None:
    assert certificate_thumbprint(CLIENT) == thumbprint(CLIENT)
    assert certificate_thumbprint(ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(CLIENT))) == thumbprint(CLIENT)


def test_only_what_an_encoder_writes_is_a_certificate() -> None:
    for length in (1, 2, 3):
        body = b64encode(b"x" * length).decode()
        armored = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----"
        assert certificate_thumbprint(armored)
        for wrong in (f"{body}=", f"={body}", f"{body}====", f"{body[:-1]}*", f"{body} ", f"{body}eA=="):
            if wrong != f"{b64encode(b'x' * 3).decode()}eA==":  # which is the encoding of four octets
                with pytest.raises(ValueError, match=r"."):
                    certificate_thumbprint(armored.replace(body, wrong))


def test_without_the_field_the_certificate_is_not_even_read() -> None:
    """What is not configured costs nothing: an event whose certificate would fail if somebody looked at it."""

    class Untouchable(dict[str, object]):
        def get(self, *_: object) -> object:
            raise AssertionError("somebody looked")

    event = presented(token(KEY), CLIENT)
    event["requestContext"]["authentication"] = Untouchable()

    assert ObservedAuthorizer(document(KEY)).decide(event).reason == "allowed"
    assert ObservedAuthorizer(document(KEY, bound_tokens="accepted")).decide(event).reason == "internal_error"


@pytest.mark.slow
def test_it_is_imported_where_it_is_configured_and_brings_nothing_heavy(tmp_path: Path) -> None:
    lasting = bound(iat=0, nbf=0, exp=253402300799)
    with_field, without = (
        run(make_package(tmp_path / name, document(KEY, **fields)), [presented(lasting, CLIENT)])
        for name, fields in (("with", {"bound_tokens": "required"}), ("without", {}))
    )

    assert with_field.imported - without.imported == {"authorizer.certificate_binding"}
    assert [line["Reason"] for line in (*with_field.lines, *without.lines)] == ["allowed", "unchecked_confirmation"]
    assert {module for module in with_field.later if module.startswith(("authorizer", "cryptography", "h"))} == set()
