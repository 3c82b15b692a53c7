"""RSA: keys that are strong enough, and each padding scheme exactly as JOSE has it."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from authorizer.algorithms import InvalidKey
from authorizer.keys import load_key
from testkit.encoding import base64url, from_base64url
from testkit.signers import HASHES, signer

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
MESSAGE = b"what is signed"


def jwk_of(modulus: int, exponent: int = 65537) -> dict[str, object]:
    return {"kid": "1", "alg": "RS256", "kty": "RSA", "n": uint(modulus), "e": uint(exponent)}


def uint(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def refused(alg: str, signature: bytes) -> bool:
    try:
        load_key(signer(alg).jwk).verify(MESSAGE, signature)
    except InvalidSignature:
        return True
    return False


@pytest.mark.parametrize("bits", [512, 1024, 1536, 2047, 4097, 8192, 16384])
def test_the_modulus_has_2048_to_4096_bits(bits: int) -> None:
    with pytest.raises(InvalidKey, match=f"2048 to 4096 bits, and has {bits}"):
        load_key(jwk_of(2 ** (bits - 1) + 1))


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_the_sizes_of_kms_are_taken(bits: int) -> None:
    assert load_key(jwk_of(2 ** (bits - 1) + 1))


def test_an_even_modulus_is_refused() -> None:
    with pytest.raises(InvalidKey, match="even"):
        load_key(jwk_of(2**2047))


@pytest.mark.parametrize("exponent", [1, 2, 3, 17, 257, 65535, 65536, 65538, 2**32, 2**32 + 1, 2**64 + 1])
def test_exponents_that_are_small_even_or_huge_are_refused(exponent: int) -> None:
    with pytest.raises(InvalidKey, match=r"^e must be odd"):
        load_key(jwk_of(2**2047 + 1, exponent))


@pytest.mark.parametrize("exponent", [65537, 65539, 2**32 - 1])
def test_other_exponents_are_taken(exponent: int) -> None:
    assert load_key(jwk_of(2**2047 + 1, exponent))


@pytest.mark.parametrize("member", ["n", "e"])
def test_numbers_are_written_the_shortest_way(member: str) -> None:
    jwk = signer("RS256").jwk
    padded = base64url(b"\0" + from_base64url(str(jwk[member])))

    with pytest.raises(InvalidKey, match=rf"^{member} has a leading zero"):
        load_key({**jwk, member: padded})


@pytest.mark.parametrize("member", ["n", "e"])
@pytest.mark.parametrize("value", [None, "", 65537, "AQ=", "A", ["AQAB"], "65 537"])
def test_numbers_are_base64url(member: str, value: object) -> None:
    with pytest.raises(InvalidKey, match=rf"^{member} "):
        load_key({**signer("RS256").jwk, member: value})


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_other_scheme_and_the_other_hashes_are_refused(alg: str) -> None:
    private_key: Any = signer(alg).private_key
    schemes: list[padding.AsymmetricPadding] = [padding.PKCS1v15()]
    schemes += [
        padding.PSS(padding.MGF1(mgf1), salt)
        for mgf1 in (hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512())  # noqa: S303
        for salt in (0, 20, 32, 48, 64, padding.PSS.MAX_LENGTH)
    ]

    accepted = [
        (scheme, algorithm)
        for scheme in schemes
        for algorithm in (hashes.SHA224(), *{type(hash_): hash_ for hash_ in HASHES.values()}.values())
        if not refused(alg, private_key.sign(MESSAGE, scheme, algorithm))
    ]

    # Of all combinations one holds: the scheme and the hash of the name, MGF1 with that hash, the salt as long.
    ((scheme, algorithm),) = accepted
    assert algorithm.name == HASHES[alg].name
    assert isinstance(scheme, padding.PSS) == alg.startswith("PS")


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_signature_is_below_the_modulus(alg: str) -> None:
    modulus = signer(alg).private_key.public_key().public_numbers().n
    number = int.from_bytes(signer(alg).sign(MESSAGE))

    for candidate in (number + modulus, modulus - number, modulus, modulus - 1, 1):
        if candidate.bit_length() <= 2048:
            assert refused(alg, candidate.to_bytes(256))
        assert refused(alg, candidate.to_bytes(257))


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_signature_is_as_long_as_the_modulus(alg: str) -> None:
    """One in 256 begins with a zero octet; OpenSSL accepts it without, and the token had two spellings."""
    key = load_key(signer(alg).jwk)
    signatures = ((str(number).encode(), signer(alg).sign(str(number).encode())) for number in range(10_000))
    message, signature = next(signed for signed in signatures if signed[1][0] == 0)

    key.verify(message, signature)
    for candidate in (signature[1:], b"\0" + signature, signature[1:] + b"\0"):
        with pytest.raises(InvalidSignature):
            key.verify(message, candidate)


def test_a_signature_of_a_weak_padding_is_refused() -> None:
    """Bleichenbacher's forgery of 2006: the digest not at the end, something after it; here with the private key."""
    private_key: rsa.RSAPrivateKey = signer("RS256").private_key
    numbers = private_key.private_numbers()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(MESSAGE)
    prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    info = prefix + digest.finalize()

    good = b"\0\1" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info
    for encoded in (
        good,
        b"\0\1" + b"\xff" * 8 + b"\0" + info + b"\0" * (256 - 11 - len(info)),
        b"\0\2" + good[2:],
        b"\0\1" + b"\xfe" + good[3:],
        good[:-32] + b"\0" * 32,
    ):
        signature = pow(int.from_bytes(encoded), numbers.d, numbers.public_numbers.n).to_bytes(256)
        assert refused("RS256", signature) == (encoded != good)
