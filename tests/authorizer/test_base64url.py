"""Base64url: one spelling of each octet string."""

import base64
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorizer import base64url


@pytest.mark.parametrize(
    ("segment", "octets"),
    [
        (b"", b""),
        (b"AA", b"\0"),
        (b"AAA", b"\0\0"),
        (b"AAAA", b"\0\0\0"),
        (b"-_-_", b"\xfb\xff\xbf"),
        (b"Zm9v", b"foo"),
    ],
)
def test_canonical_segments(segment: bytes, octets: bytes) -> None:
    assert base64url.decode(segment) == octets


@pytest.mark.parametrize(
    "segment",
    [
        *(b"A", b"AAAAA"),  # no octet string has this length
        *(b"AA==", b"AAA=", b"AA=", b"AAAA=", b"=", b"=AAA", b"A=AA"),
        *(b"+/+/", b"AA+A", b"AAA/"),  # the other alphabet
        *(b"AB", b"AAB", b"AP", b"AAD"),  # trailing bits that are not zero
        *(b" AAA", b"AAAA ", b"AA AA", b"AAAA\n", b"\tAAAA", b"AA\r\nAA"),
        *(b"AA.A", b"AA!A", b"AA%3D", b"\0AAA", b"AA\xffA", b"AA\x80", "ÄA".encode()),
    ],
)
def test_other_spellings_are_refused(segment: bytes) -> None:
    with pytest.raises(ValueError, match=r"canonical|base64"):
        base64url.decode(segment)


def test_every_pair_of_characters_either_is_canonical_or_is_refused() -> None:
    for pair in product(range(256), repeat=2):
        segment = bytes(pair)
        try:
            octets = base64url.decode(segment)
        except ValueError:
            continue
        assert base64.urlsafe_b64encode(octets) == segment + b"=="


@given(st.binary())
def test_what_an_encoder_writes_comes_back(octets: bytes) -> None:
    assert base64url.decode(base64.urlsafe_b64encode(octets).rstrip(b"=")) == octets


@given(st.binary())
def test_whatever_is_accepted_is_what_an_encoder_writes(segment: bytes) -> None:
    try:
        octets = base64url.decode(segment)
    except ValueError:
        return
    assert base64.urlsafe_b64encode(octets).rstrip(b"=") == segment
