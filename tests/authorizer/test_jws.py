"""Parsing: the parts of a token, and every form that is none."""

import pytest

from authorizer import jws
from authorizer.denial import Denied, Reason
from testkit.encoding import base64url, compact_json, from_base64url
from testkit.signers import signer
from testkit.tokens import claims, header, token

KEY = signer("ES256")


def reason_of(candidate: bytes) -> Reason:
    with pytest.raises(Denied) as denied:
        jws.parse(candidate)
    assert denied.value.kid is None  # nothing is trusted yet
    return denied.value.reason


def with_header(**changes: object) -> bytes:
    return token(KEY, token_header=header(KEY, **changes)).encode()


def test_the_parts_are_as_the_sender_wrote_them() -> None:
    good = token(KEY)

    parsed = jws.parse(good.encode())

    signing_input, _, signature = good.rpartition(".")
    assert (parsed.kid, parsed.alg) == (KEY.kid, "ES256")
    assert parsed.signing_input == signing_input.encode()
    assert parsed.payload == compact_json(claims())
    assert parsed.signature == from_base64url(signature)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 8000])
def test_a_token_has_two_dots(count: int) -> None:
    assert reason_of(b"." * count) == Reason.MALFORMED_TOKEN


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("junk", ["=", "!", " ", "\n", "+", "/", "\x00"])
def test_each_part_is_canonical_base64url(part: int, junk: str) -> None:
    parts = token(KEY).split(".")
    parts[part] += junk

    assert reason_of(".".join(parts).encode()) == Reason.MALFORMED_TOKEN


@pytest.mark.parametrize("octets", [b"", b"[]", b'"x"', b'{"alg":"ES256","alg":"none"}', b"\xff"])
def test_the_header_is_a_strict_json_object(octets: bytes) -> None:
    assert reason_of(f"{base64url(octets)}.e30.AA".encode()) == Reason.MALFORMED_TOKEN


def test_the_payload_is_not_parsed_before_the_signature_is_checked() -> None:
    assert jws.parse(f"{base64url(compact_json(header(KEY)))}.{base64url(b'not JSON')}.AA".encode())


@pytest.mark.parametrize(
    "changes", [{"alg": None}, {"alg": ["ES256"]}, {"kid": 1}, {"kid": [KEY.kid]}, {"typ": None}, {"x5t": 1}]
)
def test_header_parameters_have_their_types(changes: dict[str, object]) -> None:
    assert reason_of(with_header(**changes)) == Reason.MALFORMED_TOKEN


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "crit", "b64", "cty", "zip", "enc"])
@pytest.mark.parametrize("value", [None, True, "", [], {}])
def test_forbidden_header_parameters_are_refused_whatever_they_hold(name: str, value: object) -> None:
    assert reason_of(with_header(**{name: value})) == Reason.FORBIDDEN_HEADER


@pytest.mark.parametrize(
    ("typ", "normalised"),
    [
        *((typ, "jwt") for typ in ("JWT", "jwt", "Application/JWT")),
        *((typ, "at+jwt") for typ in ("at+jwt", "AT+JWT", "application/at+jwt")),
        *((typ, typ) for typ in ("", "application/", "dpop+jwt", "jwt ", "text/jwt", "to\N{KELVIN SIGN}en+jwt")),
        ("application/application/jwt", "application/jwt"),
    ],
)
def test_types_are_compared_as_media_types(typ: str, normalised: str) -> None:
    assert jws.parse(with_header(typ=typ)).typ == normalised


def test_no_type_is_the_empty_type() -> None:
    assert jws.parse(token(KEY, token_header={"alg": "ES256", "kid": KEY.kid}).encode()).typ == ""
