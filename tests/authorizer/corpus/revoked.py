"""Ways around a denylist: the same token, subject, client or key in another form."""

from collections.abc import Iterator, Mapping

from authorizer.denial import Reason
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import ABSENT, ISSUER, NOW, token

from ..denylists import BUCKET
from .case import MARKER, OTHER_ISSUER, Case, Keys, case, claims, configuration, group, headed, signed

SUBJECT, TOKEN, CLIENT = f"{MARKER}-mallory", f"{MARKER}-stolen", "app"
SINCE = NOW - 30
REVOKED = Reason.REVOKED_TOKEN


def revoking_denylist() -> Mapping[str, object]:
    """A subject, a client, a token, and the second key of every algorithm."""
    of_issuer = {"not_before": {"sub": {SUBJECT: SINCE}, "client_id": {CLIENT: SINCE}}, "jti": {TOKEN: NOW + 600}}
    kids = [signer(alg, "second").kid for alg in ALGORITHMS]
    return {"version": 1, "issuers": {ISSUER: of_issuer}, "kid": kids}


def revoking_configuration() -> dict[str, object]:
    """The configuration of the other attacks, with a denylist."""
    return {**configuration(), "denylist": {"bucket": BUCKET}}


@group("denylist: subjects and clients", at_least=20)
def subjects_and_clients(keys: Keys) -> Iterator[Case]:
    """Whichever claim names the client, whatever the spelling of the issuer, and however ``iat`` is written."""
    yield case("the subject", REVOKED, signed(keys, sub=SUBJECT))
    yield case("under another spelling of the issuer", REVOKED, signed(keys, sub=SUBJECT, iss=OTHER_ISSUER))
    for iat in (SINCE - 1, SINCE - 0.001, float(SINCE - 1)):
        yield case(f"issued at {iat - SINCE} s", REVOKED, signed(keys, sub=SUBJECT, iat=iat))
    for iat in (SINCE, float(SINCE), NOW, NOW + 10):
        yield case(f"issued since, at {iat!r}", None, signed(keys, sub=SUBJECT, iat=iat))
    yield case("it does not say when", Reason.MISSING_CLAIM, signed(keys, sub=SUBJECT, iat=ABSENT))
    for wrong in (True, "1", None, [NOW], NOW * 1000):
        yield case(f"issued at {wrong!r}", Reason.MALFORMED_CLAIM, signed(keys, sub=SUBJECT, iat=wrong))
    for other in (SUBJECT.upper(), f"{SUBJECT} ", f" {SUBJECT}", SUBJECT[:-1]):
        yield case(f"another subject, {other!r}", None, signed(keys, sub=other))
    yield case("a subject as a list", Reason.MALFORMED_CLAIM, signed(keys, sub=[SUBJECT]))
    yield case("the client", REVOKED, signed(keys, client_id=CLIENT))
    for name in ("azp", "cid", "appid"):
        yield case(f"the client as {name}", REVOKED, signed(keys, **{name: CLIENT}))
        yield case(f"{name} is no text", REVOKED, signed(keys, **{name: [CLIENT]}))
        yield case(f"another client as {name}", None, signed(keys, **{name: "web"}))
    yield case("a client of the same name as the subject", None, signed(keys, sub=CLIENT))
    yield case("denied anyhow", Reason.EXPIRED, signed(keys, sub=SUBJECT, exp=NOW))


@group("denylist: tokens and keys", at_least=8)
def tokens_and_keys(keys: Keys) -> Iterator[Case]:
    """One token is one ``jti``, also with another signature; a key is denied for whatever it has signed."""
    yield case("the token", REVOKED, signed(keys, jti=TOKEN))
    yield case("the token signed again", REVOKED, token(keys.key, claims(jti=TOKEN)))
    yield case("under another spelling of the issuer", REVOKED, signed(keys, jti=TOKEN, iss=OTHER_ISSUER))
    yield case("another token", None, signed(keys, jti=f"{TOKEN}-2"))
    yield case("a token without an id", None, signed(keys, jti=ABSENT))
    for jti in ([TOKEN], {TOKEN: 1}, None):
        yield case(f"a jti that is {jti!r}", Reason.MALFORMED_CLAIM, signed(keys, jti=jti))
    yield case("the key", REVOKED, token(keys.second, claims()))
    yield case("the key, for a token issued just now", REVOKED, token(keys.second, claims(iat=NOW)))
    yield case("under another kid", Reason.UNKNOWN_KEY, headed(keys, kid=f"{keys.second.kid} "))


GROUPS = (subjects_and_clients, tokens_and_keys)
