"""The requests to KMS: judged here first, then answered by MiniStack or, for ML-DSA, here."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import kms

from . import aliases, grants, key_policy, key_specs, key_states, messages, ml_dsa, principals
from .errors import KmsError

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Answer]]


def install() -> None:
    """From now on MiniStack answers requests to KMS with these rules."""
    kms.handle_request = _judging(kms.handle_request)
    grants.install()


def _judging(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            request = _parsed(body)
            own = _own(operation, request)
        except KmsError as error:
            return error_response_json(error.code, error.message, 400)  # type: ignore[no-any-return]
        if own is None:
            answer = await original(method, path, headers, json.dumps(request).encode(), query)
            if answer[0] != 200:
                return answer
            own = json.loads(answer[2])
        if operation in ("Sign", "Verify") and request.get("DryRun"):
            return error_response_json(  # type: ignore[no-any-return]
                "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", 400
            )
        return json_response(_without_empty_lists(_with_arns(own)))  # type: ignore[no-any-return]

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
        _store_policy(request)
        return ml_dsa.create(request) if spec in ml_dsa.SPECS else None
    alias = operation in ("CreateAlias", "UpdateAlias")
    key = kms._resolve_key(request.get("TargetKeyId" if alias else "KeyId"))
    if key is None:
        return None
    key_states.check(operation, key["Arn"], key["KeyState"])
    if operation in ("PutKeyPolicy", "ReplicateKey"):
        _store_policy(request)
    elif operation in ("CreateGrant", "ListGrants"):
        if operation == "CreateGrant":
            grants.check(request)
        grants.store_grantee(request)
    elif operation in ("EnableKeyRotation", "DisableKeyRotation"):
        key_specs.check_rotation(key)
    elif alias:
        aliases.check(operation, request, key)
    elif operation in ("Sign", "Verify"):
        return _signature(operation, request, key)
    return None


def _signature(operation: str, request: dict[str, Any], key: dict[str, Any]) -> dict[str, Any] | None:
    algorithm = request.get("SigningAlgorithm")
    if algorithm not in key.get("SigningAlgorithms", ()):
        return None  # MiniStack says so
    messages.message(request)
    if key["KeySpec"] not in ml_dsa.SPECS:
        return None
    return ml_dsa.sign(key, request) if operation == "Sign" else ml_dsa.verify(key, request)


def _store_policy(request: dict[str, Any]) -> None:
    if "Policy" in request:
        request["Policy"] = key_policy.stored(request["Policy"])


def _with_arns(answer: dict[str, Any]) -> dict[str, Any]:
    """Principals are kept by their unique IDs and returned by their ARNs."""
    for name in answer.keys() & {"Policy", "ReplicaPolicy"}:
        answer[name] = key_policy.shown(answer[name])
    for grant in answer.get("Grants", ()):
        grant["GranteePrincipal"] = principals.shown(grant["GranteePrincipal"])
    return answer


def _without_empty_lists(answer: dict[str, Any]) -> dict[str, Any]:
    """KMS leaves out the algorithms of what a key is not for."""
    return {
        name: _without_empty_lists(value) if isinstance(value, dict) else value
        for name, value in answer.items()
        if value != [] or name not in ("EncryptionAlgorithms", "SigningAlgorithms")
    }
