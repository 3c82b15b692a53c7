"""What holds for every assertion, whatever is in it: it authenticates the client that signed it, or nobody."""

from collections import Counter
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authorizer.denial import Reason as Denial
from issuer.token_service.client_assertion import _RENAMED
from issuer.token_service.refusal import Error, Reason
from testkit.encoding import base64url, from_base64url
from testkit.tokens import ABSENT, ISSUER, NOW, header, token

from ...authorizer.inputs import JSON
from .assertions import CLIENTS, DOCUMENT, EC, NEXT, OTHER, RSA, TOKEN_ENDPOINT, asserted, assertion, claims
from .service import Observation, ObservedService

pytestmark = pytest.mark.slow

SETTINGS = settings(
    derandomize=True, database=None, deadline=None, max_examples=500, suppress_health_check=list(HealthCheck)
)

_CHARACTERS = st.sampled_from([*"AQgw019-_=+/. \t\n\0~&%", "\u00e9"])


@pytest.fixture(scope="module")
def service() -> ObservedService:
    return ObservedService(DOCUMENT)


def answered(service: ObservedService, text: str) -> Observation:
    """What comes of it: one of the answers of RFC 6749, and KMS is asked for clients only."""
    before = service.signatures
    observed = service.send(asserted(text))
    assert Reason.INTERNAL_ERROR not in observed.output
    if observed.status != 200:
        assert observed.body["error"] in (Error.INVALID_CLIENT, Error.INVALID_REQUEST)
        assert service.signatures == before
    return observed


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bool]:
    """What became of a good assertion after a bit, some characters or parts were changed; and whether it is still good."""
    good, other = (assertion(draw(st.sampled_from([EC, RSA])), jti=draw(st.uuids()).hex) for _ in range(2))
    parts = good.split(".")
    match draw(st.sampled_from(["bit", "bit", "character", "character", "parts", "mix"])):
        case "bit":
            which = draw(st.integers(0, 2))
            octets = from_base64url(parts[which])
            bit = draw(st.integers(0, len(octets) * 8 - 1))
            parts[which] = base64url((int.from_bytes(octets) ^ 1 << bit).to_bytes(len(octets)))
        case "character":
            at, length = draw(st.integers(0, len(good) - 1)), draw(st.integers(0, 3))
            parts = [good[:at] + draw(st.text(_CHARACTERS, max_size=3)) + good[at + length :]]
        case "parts":
            parts = draw(st.lists(st.sampled_from([*parts, ""]), max_size=5))
        case "mix":
            parts = [draw(st.sampled_from(pair)) for pair in zip(parts, other.split("."), strict=True)]
    text = ".".join(parts)
    return text, text in (good, other)


def test_a_mutation_of_a_good_assertion_never_authenticates(service: ObservedService) -> None:
    outcomes: Counter[str] = Counter()

    @SETTINGS
    @given(mutated())
    def check(drawn: tuple[str, bool]) -> None:
        text, good = drawn
        observed = answered(service, text)
        outcomes[observed.reason] += 1
        assert good or observed.status in (400, 401), text

    check()
    often = {"malformed_assertion", "bad_signature", "unknown_key"}
    assert often <= set(outcomes), outcomes
    assert not {"replayed_assertion", "internal_error"} & set(outcomes), outcomes


_DATES = (
    *(NOW - 61, NOW - 60, NOW - 1, NOW, NOW + 1, NOW + 10, NOW + 11, NOW + 60, NOW + 71, NOW + 3600, NOW + 3601),
    ABSENT,
)
_NEAR: dict[str, tuple[Any, ...]] = {
    "iss": ("batch", "other", "rotating", "legacy", "secretive", "nobody", ISSUER, ABSENT),
    "sub": ("batch", "other", "rotating", "legacy", "", ABSENT),
    "aud": (ISSUER, [ISSUER], TOKEN_ENDPOINT, [ISSUER, TOKEN_ENDPOINT], f"{ISSUER}/", [], ABSENT),
    "exp": _DATES,
    "iat": _DATES,
    "nbf": _DATES,
    "jti": ("x" * 256, "x" * 257, "", ABSENT),
}


_HEADERS: tuple[dict[str, Any], ...] = (
    {"kid": ABSENT},
    {"kid": EC.kid},
    {"typ": ABSENT},
    {"typ": "at+jwt"},
    {"alg": "none"},
)


@st.composite
def signed(draw: st.DrawFn) -> str:
    """Well signed assertions, mostly with a key of the client, of which a claim or two are nearly right, or anything."""
    client_id, key = draw(st.sampled_from([*[("batch", EC), ("batch", RSA), ("legacy", EC)] * 20, *_PAIRS]))
    names = draw(st.lists(st.sampled_from(sorted(_NEAR)), min_size=1, max_size=2))
    value = st.one_of(*[st.sampled_from(range(20))] * 3, JSON)
    changes: dict[str, Any] = {"jti": draw(st.uuids()).hex}
    for name in names:
        drawn = draw(value)
        changes[name] = _NEAR[name][drawn % len(_NEAR[name])] if type(drawn) is int else drawn
    parameters = draw(st.sampled_from(_HEADERS)) if draw(st.integers(0, 7)) == 0 else {}
    return token(key, claims(client_id, **changes), header(key, **parameters))


_PAIRS = [(client_id, key) for client_id in CLIENTS for key in (EC, RSA, OTHER, NEXT)]


def test_whoever_is_authenticated_has_signed_it_for_this_service(service: ObservedService) -> None:
    outcomes: Counter[bool] = Counter()

    @SETTINGS
    @given(signed())
    def check(text: str) -> None:
        observed = answered(service, text)
        outcomes[observed.status == 200] += 1
        if observed.status == 200:
            _check(text, str(observed.record["client"]))

    check()
    assert min(outcomes[True], outcomes[False]) >= 20, "both happen, or nothing is tested"


def _check(text: str, client_id: str) -> None:
    """The rules of RFC 7523 section 3, by PyJWT with each of the client's keys, and by hand."""
    configured = CLIENTS[client_id]["assertion"]
    decoded = [found for jwk in configured["keys"] if (found := _decoded(text, jwk, client_id)) is not None]
    assert len(decoded) == 1, "one of its keys, and no other one"
    (found,) = decoded
    accepted = {ISSUER, TOKEN_ENDPOINT} if configured.get("token_endpoint_audience") else {ISSUER}
    assert (found["aud"] if isinstance(found["aud"], str) else "".join(found["aud"])) in accepted
    assert found["iss"] == found["sub"] == client_id
    assert 0 < len(found["jti"]) <= 256
    assert NOW < found["exp"] <= NOW + 3610
    assert NOW - 60 <= found.get("iat", NOW) <= NOW + 10
    assert "iat" in found or found["exp"] <= NOW + 70
    assert found.get("nbf", 0) <= NOW + 10


def _decoded(text: str, jwk: dict[str, Any], client_id: str) -> dict[str, Any] | None:
    options: Any = {"require": ["exp", "jti"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        return jwt.decode(
            text,
            jwt.PyJWK(jwk),
            algorithms=[jwk["alg"]],
            issuer=client_id,
            subject=client_id,
            audience=[ISSUER, TOKEN_ENDPOINT],
            options=options,
        )
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        return None


NOT_OF_AN_ASSERTION = {
    *(Denial.MALFORMED_EVENT, Denial.MISSING_TOKEN, Denial.UNSUPPORTED_SCHEME, Denial.INTERNAL_ERROR),
    *(Denial.UNKNOWN_ROUTE, Denial.INSUFFICIENT_SCOPE, Denial.CONTEXT_TOO_LARGE),  # of a request for a route
    *(Denial.WRONG_ISSUER, Denial.WRONG_CLIENT),  # iss has selected the keys, and no client_ids are configured
    *(Denial.UNBOUND_TOKEN, Denial.MISSING_CERTIFICATE, Denial.WRONG_CERTIFICATE),  # no binding is configured
    *(Denial.REVOKED_TOKEN, Denial.DENYLIST_UNAVAILABLE),  # nor a denylist
}


@pytest.mark.parametrize("denial", Denial)
def test_every_reason_of_the_authorizer_is_one_here(denial: Denial) -> None:
    if denial in NOT_OF_AN_ASSERTION:
        return
    assert _RENAMED.get(denial) or Reason(denial.value)
