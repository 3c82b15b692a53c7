"""KMS API reference, CreateAlias, UpdateAlias and EnableKeyRotation; developer guide, testing-permissions."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.server import MiniStack


@pytest.fixture(scope="module")
def kms(ministack: MiniStack) -> Any:
    """Untyped: the stubs list the names as literals."""
    return ministack.region("eu-west-1").kms


def _key(kms: Any, spec: str, usage: str = "SIGN_VERIFY") -> str:
    return str(kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"])


def _refused(call: Callable[..., object], **parameters: Any) -> str:
    """The code of the error."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


def test_an_alias_stays_with_keys_of_its_kind_and_usage(kms: Any) -> None:
    signing = _key(kms, "ECC_NIST_P256")
    kms.create_alias(AliasName="alias/of-a-kind", TargetKeyId=signing)

    kms.update_alias(AliasName="alias/of-a-kind", TargetKeyId=_key(kms, "ECC_NIST_P384"))
    for other in (_key(kms, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), _key(kms, "ECC_NIST_P256", "KEY_AGREEMENT")):
        assert _refused(kms.update_alias, AliasName="alias/of-a-kind", TargetKeyId=other) == "ValidationException"


def test_names_of_aws_are_reserved(kms: Any) -> None:
    code = _refused(kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=_key(kms, "ECC_NIST_P256"))

    assert code == "InvalidAliasNameException"


def test_asymmetric_keys_are_not_rotated(kms: Any) -> None:
    key, symmetric = _key(kms, "ECC_NIST_P256"), _key(kms, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")

    kms.enable_key_rotation(KeyId=symmetric)
    assert _refused(kms.enable_key_rotation, KeyId=key) == "UnsupportedOperationException"
    assert _refused(kms.disable_key_rotation, KeyId=key) == "UnsupportedOperationException"


@pytest.mark.parametrize(("spec", "algorithm"), [("ECC_NIST_P256", "ECDSA_SHA_256"), ("ML_DSA_44", "ML_DSA_SHAKE_256")])
def test_a_dry_run_does_not_sign(kms: Any, spec: str, algorithm: str) -> None:
    key, other = _key(kms, spec), "RSASSA_PSS_SHA_256"

    names = {"KeyId": key, "Message": b"m"}
    assert _refused(kms.sign, SigningAlgorithm=algorithm, DryRun=True, **names) == "DryRunOperationException"
    assert _refused(kms.sign, SigningAlgorithm=other, DryRun=True, **names) == "InvalidKeyUsageException"
    signature = kms.sign(SigningAlgorithm=algorithm, DryRun=False, **names)["Signature"]
    dry: dict[str, Any] = {"SigningAlgorithm": algorithm, "Signature": signature, "DryRun": True, "KeyId": key}
    assert _refused(kms.verify, Message=b"m", **dry) == "DryRunOperationException"
    assert _refused(kms.verify, Message=b"n", **dry) == "KMSInvalidSignatureException"
