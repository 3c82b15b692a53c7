"""The errors of issuing a token; each message says what to do."""

from http import HTTPStatus
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError


class IssuerError(Exception):
    """A token could not be issued. The message names the key and what to do."""


class KeyNotFound(IssuerError):
    """The key or alias does not exist in this account and region."""


class KeyUnusable(IssuerError):
    """The key is disabled, pending deletion, or not a key for signing JWTs."""


class MessageTooLong(IssuerError):
    """The token is longer than the maximum message that KMS signs with this algorithm."""


class SigningDenied(IssuerError):
    """The caller lacks a permission; the message names it."""


class Throttled(IssuerError):
    """KMS throttled the requests, retries included. Try again later."""


class KmsUnreachable(IssuerError):
    """KMS could not be reached or failed: no credentials, no network, an internal error of KMS. Try again later."""


class InvalidToken(IssuerError, ValueError):
    """The claims or headers are not valid in a JWT. The message names each invalid one, and says what to write."""


_UNUSABLE: Final = frozenset({"DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"})
_THROTTLING: Final = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
    }
)
_NO_ANSWER: Final = frozenset(
    {
        # Server faults in KMS's API model. The first two also occur if a custom key store does not respond.
        "DependencyTimeoutException",
        "KeyUnavailableException",
        "KMSInternalException",
        # Common to all AWS APIs: https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
        "InternalFailure",
        "InternalError",
        "InternalServerError",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "RequestTimeout",
        "RequestTimeoutException",
        # The credentials have expired, and may be about to be renewed.
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
    }
)


def issuer_error(fault: BotoCoreError | ClientError, key: str, action: str) -> IssuerError:
    """The typed error for ``fault``, which ``action`` (such as ``kms:Sign``) on ``key`` has raised."""
    if not isinstance(fault, ClientError):
        return KmsUnreachable(f"{key}: KMS cannot be called: {fault}")
    code, message = fault.response["Error"]["Code"], fault.response["Error"].get("Message", "")
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "NotFoundException":
        return KeyNotFound(f"{key}: no such key or alias in this account and region ({message})")
    if code in _UNUSABLE:
        return KeyUnusable(f"{key}: cannot be used for signing: {message}")
    if code == "AccessDeniedException":
        return SigningDenied(
            f"{key}: you are not allowed to call {action}: add it to the key policy or to your role ({message})"
        )
    if code in _THROTTLING or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(f"{key}: KMS throttles the requests: send fewer, or request a higher quota ({message})")
    if code in _NO_ANSWER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return KmsUnreachable(f"{key}: {action} failed in KMS: try again later ({code}: {message})")
    return IssuerError(f"{key}: {action} failed: {code}: {message}")
