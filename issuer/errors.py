"""What can go wrong with a signing key, each with what to do about it."""

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError


class IssuerError(Exception):
    """A token could not be issued. The message names the key and what to do."""


class KeyNotFound(IssuerError):
    """KMS knows no such key or alias in this account and region."""


class KeyUnusable(IssuerError):
    """The key is disabled, waiting for deletion, or no key for signing JWTs."""


class MessageTooLong(IssuerError):
    """The token is longer than KMS signs with this algorithm."""


class SigningDenied(IssuerError):
    """The caller lacks a permission; the message names it."""


class Throttled(IssuerError):
    """KMS refused because of too many requests, retries included. Try again later."""


class KmsUnreachable(IssuerError):
    """KMS could not be asked: no credentials, no network, no answer."""


_UNUSABLE: Final = frozenset({"DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"})
_THROTTLING: Final = frozenset({"ThrottlingException", "LimitExceededException", "RequestLimitExceeded"})


def issuer_error(fault: BotoCoreError | ClientError, key: str, action: str) -> IssuerError:
    """The typed error for what KMS, or the way to it, said about ``action`` (such as ``kms:Sign``) on ``key``."""
    if not isinstance(fault, ClientError):
        return KmsUnreachable(f"{key}: KMS cannot be asked: {fault}")
    code, message = fault.response["Error"]["Code"], fault.response["Error"].get("Message", "")
    if code == "NotFoundException":
        return KeyNotFound(f"{key}: no such key or alias in this account and region ({message})")
    if code in _UNUSABLE:
        return KeyUnusable(f"{key}: cannot be used for signing: {message}")
    if code == "AccessDeniedException":
        return SigningDenied(
            f"{key}: {action} is not allowed for you: add it to the key policy or your role ({message})"
        )
    if code in _THROTTLING:
        return Throttled(f"{key}: KMS is throttling: slow down, or ask for a higher request quota ({message})")
    return IssuerError(f"{key}: {action} failed: {code}: {message}")
