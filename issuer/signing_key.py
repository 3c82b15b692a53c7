"""A KMS key for signing JWTs, identified by key id, ARN or alias, as a PyJWT algorithm."""

import hashlib
from typing import TYPE_CHECKING, Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.algorithms import Algorithm

from .algorithms import ALGORITHMS, default_algorithm, external_mu, jws_signature, public_key_hash
from .errors import KeyUnusable, MessageTooLong, issuer_error
from .kms_key import SigningKey as SigningKey

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.literals import MessageTypeType

MAX_RAW_BYTES = 4096
"""The maximum size of a message that is sent to KMS undigested."""


def resolve_signing_key(client: "KMSClient", key_id: str, alg: str | None = None) -> SigningKey:
    """The key that ``key_id`` (key id, key ARN, alias or alias ARN) refers to at present.

    ``alg`` is required only for an algorithm other than the default of the key spec, such as PS256 with an RSA key. Requires
    ``kms:DescribeKey``. Raises ``IssuerError``: no such key, not allowed, disabled, not for signing, wrong ``alg``.
    """
    try:
        key = client.describe_key(KeyId=key_id)["KeyMetadata"]
    except (BotoCoreError, ClientError) as fault:
        raise issuer_error(fault, key_id, "kms:DescribeKey") from fault
    usage, state, spec = key.get("KeyUsage"), key.get("KeyState"), key.get("KeySpec", "")
    if usage != "SIGN_VERIFY":
        raise KeyUnusable(f"{key_id}: the key usage must be SIGN_VERIFY, and is {usage}")
    if state != "Enabled":
        raise KeyUnusable(f"{key_id}: the key is {state}: enable it, or point the alias to an enabled key")
    alg = alg or default_algorithm(spec)
    if alg not in ALGORITHMS:
        raise KeyUnusable(
            f"{key_id}: {alg or f'a key of spec {spec}'} cannot sign JWTs: use one of {', '.join(ALGORITHMS)}"
        )
    if spec not in ALGORITHMS[alg].key_specs:
        raise KeyUnusable(
            f"{key_id}: the key spec must be {' or '.join(ALGORITHMS[alg].key_specs)} for {alg}, and is {spec}"
        )
    return SigningKey(key["Arn"], alg)


def read_public_key(client: "KMSClient", key_id: str) -> bytes:
    """The public key as DER (SubjectPublicKeyInfo). Requires ``kms:GetPublicKey``. Raises ``IssuerError``."""
    try:
        return client.get_public_key(KeyId=key_id)["PublicKey"]
    except (BotoCoreError, ClientError) as fault:
        raise issuer_error(fault, key_id, "kms:GetPublicKey") from fault


class KmsAlgorithm(Algorithm):
    """A PyJWT algorithm that signs with KMS; its keys are of type ``SigningKey``. May be shared between threads.

    ``PyJWS(algorithms=[]).register_algorithm("ES512", KmsAlgorithm(client, "ES512"))`` makes PyJWT sign with KMS.
    """

    def __init__(self, client: "KMSClient", alg: str) -> None:
        self._client = client
        self._algorithm = ALGORITHMS[alg]
        self._public_key_hashes: dict[str, bytes] = {}

    def prepare_key(self, key: Any) -> SigningKey:
        if not isinstance(key, SigningKey):
            raise TypeError(f"the key must be a SigningKey, and is {type(key).__name__}")
        return key

    def sign(self, msg: bytes, key: SigningKey) -> bytes:
        """The JWS signature of ``msg``. Requires ``kms:Sign``, and ``kms:GetPublicKey`` for ML-DSA with more than 4096 bytes.
        Raises ``IssuerError``."""
        message, message_type = self._message(msg, key)
        try:
            response = self._client.sign(
                KeyId=key.arn,
                Message=message,
                MessageType=message_type,
                SigningAlgorithm=self._algorithm.kms_name,  # type: ignore[arg-type] # the stubs list the names as literals
            )
        except (BotoCoreError, ClientError) as fault:
            raise issuer_error(fault, key.arn, "kms:Sign") from fault
        return jws_signature(self._algorithm, response["Signature"])

    def _message(self, msg: bytes, key: SigningKey) -> "tuple[bytes, MessageTypeType]":
        """What is sent to KMS for signing: the digest, the message itself, or ML-DSA's mu, whose signature verifies for it."""
        if self._algorithm.digest is not None:
            return hashlib.new(self._algorithm.digest, msg).digest(), "DIGEST"
        if len(msg) <= MAX_RAW_BYTES:
            return msg, "RAW"
        if self._algorithm.external_mu:
            return external_mu(self._public_key_hash(key.arn), msg), "EXTERNAL_MU"
        raise MessageTooLong(f"{key.arn}: {key.alg} signs at most {MAX_RAW_BYTES} bytes, and the token has {len(msg)}")

    def _public_key_hash(self, arn: str) -> bytes:
        if arn not in self._public_key_hashes:
            public_key: Any = load_der_public_key(read_public_key(self._client, arn))
            self._public_key_hashes[arn] = public_key_hash(public_key.public_bytes_raw())
        return self._public_key_hashes[arn]

    def verify(self, msg: bytes, key: SigningKey, sig: bytes) -> NoReturn:
        raise NotImplementedError("verify with the public key in the JWKS: no call to KMS is needed")

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:
        raise NotImplementedError("use the public key in the JWKS")

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:
        raise NotImplementedError("private keys never leave KMS")
