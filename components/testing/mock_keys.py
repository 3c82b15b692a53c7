"""The key pairs of a mocked KMS: real ones, each generated when it is first needed and kept for the process."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..kms.algorithms import ALGORITHMS

GENERATORS: dict[str, Callable[[], Any]] = {
    "ECC_NIST_P256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ECC_NIST_P384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ECC_NIST_P521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ECC_SECG_P256K1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "ECC_NIST_EDWARDS25519": ed25519.Ed25519PrivateKey.generate,
    "RSA_2048": lambda: rsa.generate_private_key(65537, 2048),
    "RSA_3072": lambda: rsa.generate_private_key(65537, 3072),
    "RSA_4096": lambda: rsa.generate_private_key(65537, 4096),
    "ML_DSA_44": mldsa.MLDSA44PrivateKey.generate,
    "ML_DSA_65": mldsa.MLDSA65PrivateKey.generate,
    "ML_DSA_87": mldsa.MLDSA87PrivateKey.generate,
}
"""KMS key spec -> a new private key."""


@cache
def key_pair(spec: str, number: int) -> Any:
    """Key pair ``number`` of this spec, the same in the whole process: generating RSA_4096 keys takes seconds."""
    return GENERATORS[spec]()


class KeyPairs:
    """Assigns key pairs to the keys of one program: the first key of a spec that is requested gets number 0, and so on."""

    def __init__(self) -> None:
        self._owners: dict[str, list[str]] = {}
        self._lock = Lock()

    def of(self, key_id: str, spec: str) -> Any:
        """The private key of this key, whose spec must be one for signing JWTs."""
        with self._lock:
            owners = self._owners.setdefault(spec, [])
            if key_id not in owners:
                owners.append(key_id)
            return key_pair(spec, owners.index(key_id))


def public_key_answer(private_key: Any, spec: str) -> dict[str, Any]:
    """The part of the result of ``aws.kms.get_public_key`` that depends on the key pair."""
    public_key = private_key.public_key()
    form = PublicFormat.SubjectPublicKeyInfo
    signing_algorithms = {
        algorithm.signing_algorithm
        for algorithm in ALGORITHMS.values()
        if algorithm.key_spec == spec or (spec.startswith("RSA") and algorithm.key_spec.startswith("RSA"))
    }
    return {
        "customerMasterKeySpec": spec,
        "keyUsage": "SIGN_VERIFY",
        "publicKey": b64encode(public_key.public_bytes(Encoding.DER, form)).decode(),
        "publicKeyPem": public_key.public_bytes(Encoding.PEM, form).decode(),
        "signingAlgorithms": sorted(signing_algorithms),
    }
