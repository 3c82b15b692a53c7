"""KMS in memory, with real keys, as far as ``GetPublicKey`` goes; and a clock that tests advance."""

from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.kms.public_key import KEY_SPECS
from testkit.signers import Signer

ARN = "arn:aws:kms:eu-central-1:123456789012:key"


class FakeKms:
    """The client's one method. ``keys`` is what aliases, ids and ARNs name; ``faults`` is what KMS says instead, and
    ``changes`` what it answers differently.
    """

    def __init__(self, **keys: Signer) -> None:
        self.keys = keys
        self.faults: dict[str, Exception] = {}
        self.changes: dict[str, dict[str, object]] = {}
        self.asked: list[str] = []
        self.seconds_per_call = 0.0
        self.now = 1_000_000.0

    def clock(self) -> float:
        return self.now

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        self.asked.append(KeyId)
        self.now += self.seconds_per_call
        if KeyId in self.faults:
            raise self.faults[KeyId]
        return {**answer_of(self.keys[KeyId]), **self.changes.get(KeyId, {})}

    def refuse(self, key_id: str, code: str) -> None:
        """Answer with an error of KMS."""
        error: Any = {"Error": {"Code": code, "Message": "refused"}}
        self.faults[key_id] = ClientError(error, "GetPublicKey")

    def hang(self) -> None:
        """Do not answer at all."""
        for key_id in self.keys:
            self.faults[key_id] = ConnectTimeoutError(endpoint_url="https://kms.eu-central-1.amazonaws.com")

    def recover(self) -> None:
        """Answer again."""
        self.faults.clear()


def answer_of(signer: Signer) -> dict[str, Any]:
    """KMS's answer to GetPublicKey."""
    public_key = signer.private_key.public_key()
    return {
        "KeyId": f"{ARN}/{signer.kid}",
        "PublicKey": public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "KeyUsage": "SIGN_VERIFY",
        "KeySpec": KEY_SPECS[signer.alg][0],
    }
