"""ECDSA: coordinates, points, and the form of signatures."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from authorizer.algorithms import InvalidKey
from authorizer.keys import load_key
from testkit.encoding import base64url
from testkit.signers import CURVES, HASHES, ORDERS, raw_ecdsa, signer

MESSAGE = b"what is signed"

P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


@pytest.mark.parametrize("alg", CURVES)
@pytest.mark.parametrize("member", ["x", "y"])
@pytest.mark.parametrize(
    "fault", ["absent", "empty", "number", "not ASCII", "padded", "short", "long", "off the curve"]
)
def test_a_coordinate_is_of_full_width_and_on_the_curve(alg: str, member: str, fault: str) -> None:
    jwk = signer(alg).jwk
    good, size = str(jwk[member]), signer(alg).coordinate_size
    bad: object = {
        "absent": None,
        "empty": "",
        "number": 5,
        "not ASCII": "é" + good[1:],
        "padded": good + "=",
        "short": base64url(b"\1" * (size - 1)),
        "long": base64url(b"\0" + b"\1" * size),
        "off the curve": base64url(b"\0" * (size - 1) + b"\1"),
    }[fault]

    with pytest.raises(InvalidKey, match=member):
        load_key({**jwk, member: bad})


@pytest.mark.parametrize("alg", CURVES)
def test_the_point_at_infinity_has_no_coordinates(alg: str) -> None:
    zero = base64url(b"\0" * signer(alg).coordinate_size)

    with pytest.raises(InvalidKey, match="point"):
        load_key({**signer(alg).jwk, "x": zero, "y": zero})


def test_a_coordinate_is_below_the_prime() -> None:
    # (5, y) is on P-256, and so would be (5 + p, y), the same point by another name.
    x, y = 5, 0x459243B9AA581806FE913BCE99817ADE11CA503C64D9A3C533415C083248FBCC
    jwk = {**signer("ES256").jwk, "y": base64url(y.to_bytes(32))}

    assert load_key({**jwk, "x": base64url(x.to_bytes(32))})
    with pytest.raises(InvalidKey, match="too large"):
        load_key({**jwk, "x": base64url((x + P256_PRIME).to_bytes(32))})


@pytest.mark.parametrize("alg", CURVES)
def test_signatures_in_der_are_refused(alg: str) -> None:
    der = signer(alg).private_key.sign(MESSAGE, ec.ECDSA(HASHES[alg]))
    key = load_key(signer(alg).jwk)

    key.verify(MESSAGE, raw_ecdsa(der, signer(alg).coordinate_size))
    with pytest.raises(InvalidSignature):
        key.verify(MESSAGE, der)


@pytest.mark.parametrize("alg", CURVES)
def test_der_as_long_as_a_raw_signature_is_refused_too(alg: str) -> None:
    size = signer(alg).coordinate_size
    der = encode_dss_signature(1, 1)

    with pytest.raises(InvalidSignature):
        load_key(signer(alg).jwk).verify(MESSAGE, der.ljust(2 * size, b"\0"))


@pytest.mark.parametrize("alg", CURVES)
def test_r_and_s_are_in_range(alg: str) -> None:
    size, order = signer(alg).coordinate_size, ORDERS[alg]
    key, signature = load_key(signer(alg).jwk), signer(alg).sign(MESSAGE)
    r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])

    out_of_range = [n for n in (0, order, order + 1, order + r, order + s, 256**size - 1) if n < 256**size]
    for n in out_of_range:
        for pair in ((n, s), (r, n), (n, n)):
            with pytest.raises(InvalidSignature):
                key.verify(MESSAGE, pair[0].to_bytes(size) + pair[1].to_bytes(size))


@pytest.mark.parametrize("alg", CURVES)
def test_the_twin_of_a_signature_holds_too(alg: str) -> None:
    """ECDSA is like that; docs/security.md says what follows from it."""
    size, signature = signer(alg).coordinate_size, signer(alg).sign(MESSAGE)
    twin = (ORDERS[alg] - int.from_bytes(signature[size:])).to_bytes(size)

    load_key(signer(alg).jwk).verify(MESSAGE, signature[:size] + twin)


@pytest.mark.parametrize("alg", CURVES)
def test_small_numbers_keep_their_width(alg: str) -> None:
    """One half in 256 begins with a zero octet; of P-521's every other one."""
    size, key = signer(alg).coordinate_size, load_key(signer(alg).jwk)

    for number in range(10_000):
        message = str(number).encode()
        signature = signer(alg).sign(message)
        if signature[size] == 0:
            key.verify(message, signature)
            for other in (signature[:size] + signature[size + 1 :], signature[:size] + b"\0" + signature[size:]):
                with pytest.raises(InvalidSignature):
                    key.verify(message, other)
            return
    pytest.fail("no such signature in ten thousand")
