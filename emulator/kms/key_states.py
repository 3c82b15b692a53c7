"""Which operations a key allows in its state.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html

For the use of a key that is pending deletion, the table there names two errors, DisabledException and
KMSInvalidStateException. Here it is the latter. ReplicateKey is taken to be such a use: its API reference lists both errors.
"""

from .errors import KmsError

_INVALID = "KMSInvalidStateException"
_DELETED = {
    "PendingDeletion": (_INVALID, "is pending deletion."),
    "PendingReplicaDeletion": (_INVALID, "is pending replica deletion."),
}
_NOT_IMPORTED = {"PendingImport": (_INVALID, "is pending import.")}
_NOT_DELETED = dict.fromkeys(
    ("Enabled", "Disabled", "PendingImport"), (_INVALID, "is not pending deletion (or pending replica deletion).")
)

_Row = dict[str, tuple[str, str]]
"""Key state -> error code and message. In other states the operation succeeds."""

_USE: _Row = {"Disabled": ("DisabledException", "is disabled."), **_DELETED, **_NOT_IMPORTED}
_CHANGE: _Row = _DELETED
_SWITCH: _Row = {**_DELETED, **_NOT_IMPORTED}

_TABLE: dict[str, _Row] = {
    "CancelKeyDeletion": _NOT_DELETED,
    "CreateAlias": _CHANGE,
    "CreateGrant": _USE,
    "Decrypt": _USE,
    "DisableKey": _SWITCH,
    "EnableKey": _SWITCH,
    "Encrypt": _USE,
    "GenerateDataKey": _USE,
    "GenerateDataKeyPair": _USE,
    "GenerateDataKeyPairWithoutPlaintext": _USE,
    "GenerateDataKeyWithoutPlaintext": _USE,
    "GenerateMac": _USE,
    "GetPublicKey": _USE,
    "ReplicateKey": _USE,
    "ScheduleKeyDeletion": _CHANGE,
    "Sign": _USE,
    "TagResource": _CHANGE,
    "UntagResource": _CHANGE,
    "UpdateAlias": _CHANGE,  # of the key that the alias will have; the one that it has does not matter
    "UpdateKeyDescription": _CHANGE,
    "Verify": _USE,
    "VerifyMac": _USE,
}
"""Operation -> row. The others that take a key succeed in every state."""


def check(operation: str, key_arn: str, state: str) -> None:
    """Raises ``KmsError`` if the key's state does not allow the operation."""
    if error := _TABLE.get(operation, {}).get(state):
        code, what = error
        raise KmsError(code, f"{key_arn} {what}")
