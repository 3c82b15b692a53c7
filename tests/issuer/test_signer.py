"""KmsSigner against the emulator's KMS: what it signs, PyJWT and joserfc verify with the published key."""

import base64
import json
import uuid
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.loaders import create_loader
from botocore.stub import Stubber
from cryptography.hazmat.primitives.serialization import load_der_public_key
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt

from components.kms.jwk import public_jwk
from issuer import IssuerError, KmsAlgorithm, KmsSigner, SigningKey
from issuer.errors import (
    KeyNotFound,
    KeyUnusable,
    KmsUnreachable,
    MessageTooLong,
    SigningDenied,
    Throttled,
    issuer_error,
)
from issuer.signer import kms_client

SPECS = {
    "ES256": "ECC_NIST_P256",
    "ES384": "ECC_NIST_P384",
    "ES512": "ECC_NIST_P521",
    "ES256K": "ECC_SECG_P256K1",
    "RS256": "RSA_2048",
    "PS256": "RSA_2048",
    "EdDSA": "ECC_NIST_EDWARDS25519",
}


def _create(kms: Any, spec: str = "ECC_NIST_P521") -> str:
    return str(kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated via RFC 9864")  # joserfc; KMS keys are known by the older name
@pytest.mark.parametrize("alg", SPECS)
def test_others_verify_what_it_signs(kms: Any, alg: str) -> None:
    key_id = _create(kms, SPECS[alg])
    token = KmsSigner(key_id, kms, alg=alg).sign({"sub": "alice"}, {"typ": "at+jwt"})

    header = jwt.get_unverified_header(token)
    assert header == {"alg": alg, "kid": key_id, "typ": "at+jwt"}
    der = kms.get_public_key(KeyId=key_id)["PublicKey"]
    pem = _pem(der)
    jwk = public_jwk(pem, f"arn:aws:kms:eu-west-1:123456789012:key/{key_id}", alg)
    assert jwt.decode(token, jwt.PyJWK(jwk), [alg]) == {"sub": "alice"}
    assert joserfc_jwt.decode(token, joserfc_jwk.import_key(jwk), algorithms=[alg]).claims == {"sub": "alice"}


def test_kid_and_signature_are_of_the_same_key_while_the_alias_moves(kms: Any) -> None:
    alias, old, new = f"alias/{uuid.uuid4()}", _create(kms), _create(kms)
    kms.create_alias(AliasName=alias, TargetKeyId=old)
    now = 0.0
    signer = KmsSigner(alias, kms, clock=lambda: now)

    kids = [jwt.get_unverified_header(signer.sign({}))["kid"]]
    kms.update_alias(AliasName=alias, TargetKeyId=new)
    for now in (10.0, 299.0, 301.0):  # noqa: B007 - the signer's clock reads it
        token = signer.sign({})
        kid = jwt.get_unverified_header(token)["kid"]
        kids.append(kid)
        jwt.decode(token, load_der_public_key(kms.get_public_key(KeyId=kid)["PublicKey"]), ["ES512"])  # type: ignore[arg-type]

    assert kids == [old, old, old, new]


def test_it_is_a_pyjwt_algorithm(kms: Any) -> None:
    jws = jwt.PyJWS(algorithms=[])
    jws.register_algorithm("ES512", KmsAlgorithm(kms, "ES512"))
    key_id = _create(kms)
    arn = kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]
    token = jws.encode(b"payload", SigningKey(arn, "ES512"), "ES512")  # type: ignore[arg-type]

    public_key: Any = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert jwt.PyJWS().decode(token, public_key, ["ES512"]) == b"payload"
    with pytest.raises(TypeError, match="must be a SigningKey, and is str"):
        jws.encode(b"payload", "secret", "ES512")


@pytest.mark.parametrize("name", ["alg", "kid"])
def test_headers_that_are_not_the_callers_to_choose(kms: Any, name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: set by the signing key"):
        KmsSigner(_create(kms), kms).sign({}, {name: "x"})


def test_keys_that_cannot_sign(kms: Any) -> None:
    disabled, encrypting = _create(kms), kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=disabled)
    deleted = _create(kms)
    kms.schedule_key_deletion(KeyId=deleted, PendingWindowInDays=7)

    for key_id, error, message in (
        ("alias/nobody", KeyNotFound, "alias/nobody: no such key or alias"),
        (disabled, KeyUnusable, f"{disabled}: the key is Disabled"),
        (deleted, KeyUnusable, f"{deleted}: the key is PendingDeletion"),
        (encrypting, KeyUnusable, f"{encrypting}: the key usage must be SIGN_VERIFY, and is ENCRYPT_DECRYPT"),
    ):
        with pytest.raises(error, match=message):
            KmsSigner(key_id, kms).sign({})


@pytest.mark.parametrize(
    ("spec", "alg", "message"),
    [
        ("ECC_NIST_P256", "ES512", "the key spec must be ECC_NIST_P521 for ES512, and is ECC_NIST_P256"),
        ("RSA_2048", "HS256", "HS256 cannot sign JWTs: use one of ES256"),
    ],
)
def test_algorithms_that_do_not_fit_the_key(kms: Any, spec: str, alg: str, message: str) -> None:
    with pytest.raises(KeyUnusable, match=message):
        KmsSigner(_create(kms, spec), kms, alg=alg).sign({})


def test_what_is_signed_raw_is_bounded(kms: Any) -> None:
    with pytest.raises(MessageTooLong, match="EdDSA signs at most 4096 bytes"):
        KmsSigner(_create(kms, SPECS["EdDSA"]), kms).sign({"note": "x" * 4096})


@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        ("AccessDeniedException", SigningDenied, "you are not allowed to call kms:Sign"),
        ("ThrottlingException", Throttled, "KMS throttles the requests"),
        ("DisabledException", KeyUnusable, "cannot be used for signing"),
        ("NotFoundException", KeyNotFound, "no such key"),
        ("LimitExceededException", Throttled, "KMS throttles the requests"),
        ("TooManyRequestsException", Throttled, "KMS throttles the requests"),
        (
            "KMSInternalException",
            KmsUnreachable,
            "kms:Sign failed in KMS: try again later (KMSInternalException",
        ),
        ("DependencyTimeoutException", KmsUnreachable, "try again later"),
        ("KeyUnavailableException", KmsUnreachable, "try again later"),
        ("ServiceUnavailable", KmsUnreachable, "try again later"),
        ("ServiceUnavailableException", KmsUnreachable, "try again later"),
        ("InternalFailure", KmsUnreachable, "try again later"),
        ("ExpiredTokenException", KmsUnreachable, "try again later"),
        ("InvalidGrantTokenException", IssuerError, "kms:Sign failed: InvalidGrantTokenException"),
    ],
)
def test_what_kms_says_becomes_a_typed_error(code: str, error: type[IssuerError], message: str) -> None:
    fault = ClientError({"Error": {"Code": code, "Message": "so it is"}}, "Sign")

    assert type(issuer_error(fault, "key", "kms:Sign")) is error
    assert message in str(issuer_error(fault, "key", "kms:Sign"))


@pytest.mark.parametrize(
    ("status", "error"), [(400, IssuerError), (429, Throttled), (500, KmsUnreachable), (503, KmsUnreachable)]
)
def test_the_status_tells_where_the_code_is_unknown(status: int, error: type[IssuerError]) -> None:
    response: Any = {"Error": {"Code": "New", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}

    assert type(issuer_error(ClientError(response, "Sign"), "key", "kms:Sign")) is error


def test_every_fault_that_kms_calls_its_own_is_passing() -> None:
    """botocore's model of the API marks them: https://smithy.io/2.0/spec/type-refinement-traits.html#error-trait"""
    shapes = create_loader().load_service_model("kms", "service-2")["shapes"]
    faults = [name for name, shape in shapes.items() if shape.get("fault")]

    assert "KMSInternalException" in faults
    for code in faults:
        fault = ClientError({"Error": {"Code": code, "Message": ""}}, "DescribeKey")
        assert isinstance(issuer_error(fault, "key", "kms:DescribeKey"), KmsUnreachable), code


def test_no_way_to_kms() -> None:
    error = issuer_error(EndpointConnectionError(endpoint_url="https://kms"), "key", "kms:Sign")

    assert isinstance(error, KmsUnreachable)


def test_a_refused_signature_is_a_typed_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    client = kms_client()
    metadata = {
        "KeyId": "1",
        "Arn": "arn:aws:kms:eu-west-1:123456789012:key/1",
        "KeyUsage": "SIGN_VERIFY",
        "KeyState": "Enabled",
        "KeySpec": "ECC_NIST_P521",
    }
    with Stubber(client) as stub:
        stub.add_response("describe_key", {"KeyMetadata": metadata})
        stub.add_client_error("sign", "AccessDeniedException", "not you")
        with pytest.raises(SigningDenied, match="key/1: you are not allowed to call kms:Sign"):
            KmsSigner("alias/x", client).sign({})


def _pem(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n"


def test_claims_are_signed_as_they_are(kms: Any) -> None:
    claims = {"sub": "alice", "nested": {"list": [1, 2.5, None, True]}, "exp": 1}
    token = KmsSigner(_create(kms), kms).sign(claims)

    payload = jwt.decode(token, options={"verify_signature": False})
    assert json.dumps(payload) == json.dumps(claims)
