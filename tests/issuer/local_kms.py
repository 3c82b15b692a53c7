"""A KMS in this process: local keys behind the calls that the signer makes, with KMS's own rules and real signatures.

For bulk (the emulator's KMS costs a request a signature), and for permissions and aliases that change from one call to the
next.
"""

from collections import Counter
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from components.testing.mock_keys import key_pair
from issuer.algorithms import ALGORITHMS

ARN = "arn:aws:kms:eu-west-1:123456789012:key/"

_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


class LocalKms:
    """A stand-in for the boto3 client. ``refuse`` names the key ids that may not sign, each with the error code."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, Any]] = {}
        self._created: Counter[str] = Counter()
        self.aliases: dict[str, str] = {}
        self.refuse: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.signed: list[tuple[str, bytes]] = []
        """(message type, signature as KMS returns it) of every Sign call."""

    def create(self, key_id: str, spec: str = "ECC_NIST_P256") -> None:
        """A key that no other of this KMS has had; generating one of RSA_4096 takes a second, so the next KMS has it too."""
        self._created[spec] += 1
        self.keys[key_id] = spec, key_pair(spec, self._created[spec])

    def public_key(self, key_id: str) -> Any:
        return self.keys[key_id][1].public_key()

    def describe_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.calls["DescribeKey"] += 1
        key_id = self._find(KeyId, "DescribeKey")
        metadata = {
            "Arn": ARN + key_id,
            "KeyUsage": "SIGN_VERIFY",
            "KeyState": "Enabled",
            "KeySpec": self.keys[key_id][0],
        }
        return {"KeyMetadata": metadata}

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        self.calls["GetPublicKey"] += 1
        public_key = self.public_key(self._find(KeyId, "GetPublicKey"))
        return {"PublicKey": public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803
        self.calls["Sign"] += 1
        key_id = self._find(KeyId, "Sign")
        if key_id in self.refuse:
            raise ClientError({"Error": {"Code": self.refuse[key_id], "Message": "no"}}, "Sign")
        spec, key = self.keys[key_id]
        assert any(SigningAlgorithm == known.kms_name and spec in known.key_specs for known in ALGORITHMS.values())
        assert 1 <= len(Message) <= 4096
        signature = _sign(key, Message, MessageType, SigningAlgorithm)
        self.signed.append((MessageType, signature))
        return {"Signature": signature}

    def _find(self, key_id: str, operation: str) -> str:
        found = self.aliases.get(key_id, key_id.removeprefix(ARN))
        if found not in self.keys:
            raise ClientError({"Error": {"Code": "NotFoundException", "Message": key_id}}, operation)
        return found


def _sign(key: Any, message: bytes, message_type: str, algorithm: str) -> bytes:
    if algorithm == "ML_DSA_SHAKE_256":
        sign = {"RAW": key.sign, "EXTERNAL_MU": key.sign_mu}[message_type]
        signature: bytes = sign(message)
        return signature
    if algorithm == "ED25519_SHA_512":
        assert message_type == "RAW"
        return bytes(key.sign(message))
    assert message_type == "DIGEST"
    function = _HASHES[algorithm[-3:]]
    assert len(message) == function.digest_size
    if algorithm.startswith("ECDSA"):
        return bytes(key.sign(message, ec.ECDSA(Prehashed(function))))
    pss = padding.PSS(padding.MGF1(function), salt_length=function.digest_size)
    return bytes(key.sign(message, pss if "PSS" in algorithm else padding.PKCS1v15(), Prehashed(function)))
