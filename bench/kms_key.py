"""A key in the emulator's KMS, and a signer for tokens that all sides can verify, wherever they read the key."""

from hashlib import sha512
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.algorithms import ECAlgorithm

from emulator.server import MiniStack
from testkit.signers import Signer, raw_ecdsa


def kms_signer(ministack: MiniStack) -> Signer:
    """A new ES512 key. Its private key never leaves KMS."""
    kms: Any = ministack.client("kms")
    kid = kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public_key = load_der_public_key(kms.get_public_key(KeyId=kid)["PublicKey"])
    assert isinstance(public_key, EllipticCurvePublicKey)  # noqa: S101 - as asked for

    def sign(message: bytes) -> bytes:
        answer = kms.sign(
            KeyId=kid, Message=sha512(message).digest(), MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_512"
        )
        return raw_ecdsa(answer["Signature"], 66)

    jwk = {**ECAlgorithm.to_jwk(public_key, as_dict=True), "kid": kid, "alg": "ES512"}
    return Signer("ES512", kid, None, jwk, sign)
