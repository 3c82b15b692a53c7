"""RSA: RS256, RS384, RS512 (PKCS #1 v1.5) and PS256, PS384, PS512 (PSS) (RFC 7518 sections 3.3 and 3.5)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from . import InvalidKey, Jwk, SignatureCheck
from .members import expect, positive_integer

_MODULUS_BITS = range(2048, 4096 + 1)
"""RFC 7518 section 3.3 requires 2048 or more. KMS supports up to 4096; a larger modulus would slow down every request."""

_HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def signature_check(alg: str, jwk: Jwk) -> SignatureCheck:
    """Verify ``alg`` signatures with the RSA key ``jwk``. Raises ``InvalidKey``, also for a weak key."""
    expect(jwk, "kty", "RSA")
    modulus = positive_integer(jwk, "n")
    exponent = positive_integer(jwk, "e")
    if modulus.bit_length() not in _MODULUS_BITS:
        raise InvalidKey(f"n must have 2048 to 4096 bits, and has {modulus.bit_length()}")
    if modulus % 2 == 0:
        raise InvalidKey("n is even, so it is not a product of two large primes")
    # FIPS 186-5 section A.1.1: odd and greater than 2^16. KMS keys have 65537.
    if exponent % 2 == 0 or not 2**16 < exponent < 2**32:
        raise InvalidKey("e must be odd and from 65537 to 2^32")
    verify = rsa.RSAPublicNumbers(exponent, modulus).public_key().verify
    size = (modulus.bit_length() + 7) // 8
    hash_algorithm = _HASHES[alg[2:]]
    scheme: padding.AsymmetricPadding
    if alg.startswith("PS"):
        # RFC 7518 section 3.5: the salt is as long as the hash, and MGF1 uses the same hash.
        scheme = padding.PSS(padding.MGF1(hash_algorithm), salt_length=hash_algorithm.digest_size)
    else:
        scheme = padding.PKCS1v15()

    def check(signing_input: bytes, signature: bytes) -> None:
        # RFC 8017 section 8.1.2. OpenSSL also accepts a PSS signature without its leading zeros.
        if len(signature) != size:
            raise InvalidSignature
        verify(signature, signing_input, scheme, hash_algorithm)

    return check
