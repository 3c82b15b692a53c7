"""A key pair for each algorithm, and as many more as a test asks for by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha512
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from .encoding import base64url
from .rsa_keys import rsa_key

ALGORITHMS = (
    *("ES256", "ES384", "ES512", "ES256K"),
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("EdDSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"),
)

HASHES: dict[str, hashes.HashAlgorithm] = {
    alg: {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[alg.removesuffix("K")[2:]]
    for alg in ALGORITHMS
    if alg[:2] in ("ES", "RS", "PS")
}

CURVES: dict[str, ec.EllipticCurve] = {
    "ES256": ec.SECP256R1(),
    "ES384": ec.SECP384R1(),
    "ES512": ec.SECP521R1(),
    "ES256K": ec.SECP256K1(),
}

ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    "ES512": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
    "ES256K": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}
"""How many points the curve has (SEC 2): r and s of a signature are below it."""

_ML_DSA: dict[str, Any] = {
    "ML-DSA-44": mldsa.MLDSA44PrivateKey,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey,
    "ML-DSA-87": mldsa.MLDSA87PrivateKey,
}


@dataclass(frozen=True)
class Signer:
    """A key pair that signs tokens of one algorithm."""

    alg: str
    kid: str
    private_key: Any
    jwk: dict[str, object]
    """The public half, with ``kid`` and ``alg``."""
    sign: Callable[[bytes], bytes]

    @property
    def coordinate_size(self) -> int:
        """Octets of each half of an ECDSA signature."""
        return (CURVES[self.alg].key_size + 7) // 8


def signer(alg: str, name: str = "first") -> Signer:
    """The key pair for ``alg`` called ``name``: always the same one; RSA keys are those of this checkout."""
    return _signer(alg, name)


def kid(alg: str, name: str = "first") -> str:
    """That of ``signer(alg, name)``."""
    return str(uuid5(NAMESPACE_URL, f"{alg}/{name}"))


@cache
def _signer(alg: str, name: str) -> Signer:
    private_key = _private_key(alg, f"{alg}/{name}")
    jwk = {**_public_jwk(private_key), "kid": kid(alg, name), "alg": alg}
    return Signer(alg, kid(alg, name), private_key, jwk, _signing(alg, private_key))


def raw_ecdsa(der: bytes, size: int) -> bytes:
    """The JWS form of an ECDSA signature: r and s, ``size`` octets each."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(size) + s.to_bytes(size)


def _private_key(alg: str, name: str) -> Any:
    seed = sha512(name.encode()).digest()
    if alg in CURVES:
        return ec.derive_private_key(int.from_bytes(seed) % (ORDERS[alg] - 1) + 1, CURVES[alg])
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    if alg in _ML_DSA:
        return _ML_DSA[alg].from_seed_bytes(seed[:32])
    return rsa_key(name)


def _public_jwk(private_key: Any) -> dict[str, object]:
    public_key = private_key.public_key()
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        return dict(ECAlgorithm.to_jwk(public_key, as_dict=True))
    if isinstance(private_key, rsa.RSAPrivateKey):
        jwk = RSAAlgorithm.to_jwk(public_key, as_dict=True)
        return {member: jwk[member] for member in ("kty", "n", "e")}
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return dict(OKPAlgorithm.to_jwk(public_key, as_dict=True))
    return {"kty": "AKP", "pub": base64url(public_key.public_bytes_raw())}


def _signing(alg: str, private_key: Any) -> Callable[[bytes], bytes]:
    if alg in CURVES:
        size = (CURVES[alg].key_size + 7) // 8
        return lambda message: raw_ecdsa(private_key.sign(message, ec.ECDSA(HASHES[alg])), size)
    if alg.startswith("RS"):
        return lambda message: private_key.sign(message, padding.PKCS1v15(), HASHES[alg])
    if alg.startswith("PS"):
        pss = padding.PSS(padding.MGF1(HASHES[alg]), HASHES[alg].digest_size)
        return lambda message: private_key.sign(message, pss, HASHES[alg])
    sign: Callable[[bytes], bytes] = private_key.sign
    return sign
