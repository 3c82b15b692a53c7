"""The requests to KMS: judged here first, then answered by MiniStack or, for ML-DSA, here."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import kms

from . import key_specs, key_states, messages, ml_dsa
from .errors import KmsError

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Answer]]


def install() -> None:
    """From now on MiniStack answers requests to KMS with these rules."""
    kms.handle_request = _judging(kms.handle_request)


def _judging(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            own = _own(operation, _parsed(body))
        except KmsError as error:
            return error_response_json(error.code, error.message, 400)  # type: ignore[no-any-return]
        if own is None:
            status, fields, content = await original(method, path, headers, body, query)
            if status != 200 or operation not in ("CreateKey", "DescribeKey", "GetPublicKey", "ReplicateKey"):
                return status, fields, content
            own = json.loads(content)
        return json_response(_without_empty_lists(own))  # type: ignore[no-any-return]

    return handle


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise KmsError("SerializationException", "The body is not a JSON object.")
    return request


def _own(operation: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer, or ``None`` if it is MiniStack's to give. Raises ``KmsError``."""
    if operation == "CreateKey":
        spec = request.setdefault("KeySpec", request.get("CustomerMasterKeySpec", "SYMMETRIC_DEFAULT"))
        key_specs.check(spec, request.get("KeyUsage", "ENCRYPT_DECRYPT"))
        return ml_dsa.create(request) if spec in ml_dsa.SPECS else None
    alias = operation in ("CreateAlias", "UpdateAlias")
    key = kms._resolve_key(request.get("TargetKeyId" if alias else "KeyId"))
    if key is None:
        return None
    key_states.check(operation, key["Arn"], key["KeyState"])
    if operation not in ("Sign", "Verify"):
        return None
    algorithm = request.get("SigningAlgorithm")
    if algorithm not in key.get("SigningAlgorithms", ()):
        return None  # MiniStack says so
    messages.message(request)
    if key["KeySpec"] not in ml_dsa.SPECS:
        return None
    return ml_dsa.sign(key, request) if operation == "Sign" else ml_dsa.verify(key, request)


def _without_empty_lists(answer: dict[str, Any]) -> dict[str, Any]:
    """KMS leaves out the algorithms of what a key is not for."""
    return {
        name: _without_empty_lists(value) if isinstance(value, dict) else value
        for name, value in answer.items()
        if value != [] or name not in ("EncryptionAlgorithms", "SigningAlgorithms")
    }
