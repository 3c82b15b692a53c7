"""Ed25519: points that are keys, and signatures with one spelling."""

from hashlib import sha512

import pytest
from cryptography.exceptions import InvalidSignature

from authorizer.algorithms import InvalidKey
from authorizer.keys import load_key
from testkit.encoding import base64url
from testkit.signers import signer

MESSAGE = b"what is signed"
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7


def with_point(encoded: bytes) -> dict[str, object]:
    return {**signer("EdDSA").jwk, "x": base64url(encoded)}


def little_endian(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize("size", [0, 1, 31, 33, 56, 57])
def test_a_key_has_32_octets(size: int) -> None:
    with pytest.raises(InvalidKey, match=r"^x "):
        load_key(with_point(b"\2" * size))


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", [0, 1, PRIME - 1, ORDER_8_Y, PRIME - ORDER_8_Y])
def test_points_of_small_order_are_refused(y: int, sign: int) -> None:
    with pytest.raises(InvalidKey, match="small order"):
        load_key(with_point(little_endian(y, sign)))


@pytest.mark.parametrize("y", [PRIME, PRIME + 1, PRIME + 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_coordinate_is_below_the_prime(y: int, sign: int) -> None:
    with pytest.raises(InvalidKey, match="canonical"):
        load_key(with_point(little_endian(y, sign)))


def test_a_point_is_on_the_curve() -> None:
    def fault(y: int) -> str | None:
        try:
            load_key(with_point(little_endian(y)))
        except InvalidKey as refusal:
            return str(refusal)
        return None

    # About half of all numbers are the y of a point.
    assert {fault(y) for y in range(2, 40)} == {None, "x is not a point on Ed25519"}


@pytest.mark.parametrize("crv", ["Ed448", "X25519", "ed25519", None, ""])
def test_other_curves_are_refused(crv: object) -> None:
    with pytest.raises(InvalidKey, match=r"^crv must be Ed25519"):
        load_key({**signer("EdDSA").jwk, "crv": crv})


def test_s_is_below_the_order() -> None:
    """RFC 8032 section 5.1.7; with s + order the equation holds as well, and a signature had two spellings."""
    key, signature = load_key(signer("EdDSA").jwk), signer("EdDSA").sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")

    key.verify(MESSAGE, signature)
    for twin in (s + ORDER, s + 2 * ORDER, ORDER - s, ORDER, 0):
        with pytest.raises(InvalidSignature):
            key.verify(MESSAGE, signature[:32] + twin.to_bytes(32, "little"))


def test_the_prehashed_variant_and_a_context_are_other_algorithms() -> None:
    """KMS's ED25519_PH_SHA_512 signs a digest; JOSE has no name for it."""
    signature = signer("EdDSA").sign(sha512(MESSAGE).digest())

    with pytest.raises(InvalidSignature):
        load_key(signer("EdDSA").jwk).verify(MESSAGE, signature)
