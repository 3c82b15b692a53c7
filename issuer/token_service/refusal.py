"""Why a request gets no token: the reasons, a closed set, for logs and metrics, and the error that each is for the client."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Error(StrEnum):
    """The values of ``error`` in responses: RFC 6749 section 5.2, RFC 8707 section 2, and two for faults of the service, which
    RFC 6749 section 4.1.2.1 has for another endpoint."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_SCOPE = "invalid_scope"
    INVALID_TARGET = "invalid_target"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    SERVER_ERROR = "server_error"


class Reason(StrEnum):
    """The closed set of reasons. The values are stable: dashboards and alarms are built on them."""

    MALFORMED_EVENT = "malformed_event"
    """Not an event of an HTTP API in payload format 2.0."""
    WRONG_HTTP_METHOD = "wrong_http_method"
    """Not POST (RFC 6749 section 3.2)."""
    WRONG_CONTENT_TYPE = "wrong_content_type"
    """Not a form."""
    BODY_TOO_LARGE = "body_too_large"
    """More bytes or parameters than any client needs."""
    UNREADABLE_BODY = "unreadable_body"
    """Not UTF-8 (RFC 6749 appendix B)."""
    REPEATED_PARAMETER = "repeated_parameter"
    """A parameter other than ``resource`` is there more than once (RFC 6749 section 3.2)."""
    SEVERAL_METHODS = "several_methods"
    """The client authenticates in more than one way (RFC 6749 section 2.3)."""
    DIFFERENT_CLIENT_ID = "different_client_id"
    """The parameter ``client_id`` is not the client that has authenticated."""
    MISSING_GRANT_TYPE = "missing_grant_type"
    """No ``grant_type``."""
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    """A ``grant_type`` other than ``client_credentials``."""
    NO_CREDENTIALS = "no_credentials"
    """The client does not authenticate."""
    MALFORMED_AUTHORIZATION = "malformed_authorization"
    """The ``Authorization`` header is not Basic with an id and a secret (RFC 7617 section 2)."""
    UNKNOWN_CLIENT = "unknown_client"
    """No client of the configuration has this id."""
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason, not a credential
    """The secret is none of the client's."""
    WRONG_CLIENT_METHOD = "wrong_client_method"
    """The client is configured to authenticate in another way, or no client in this way."""
    INVALID_SCOPE = "invalid_scope"
    """A scope that is malformed, or that the client may not have."""
    INVALID_TARGET = "invalid_target"
    """A ``resource`` that is not one of the client's audiences (RFC 8707 section 2)."""
    THROTTLED = "throttled"
    """KMS throttles the requests, retries included."""
    KMS_UNREACHABLE = "kms_unreachable"
    """KMS does not respond, or failed."""
    KEY_UNUSABLE = "key_unusable"
    """The signing keys are disabled, being deleted, or gone."""
    SIGNING_DENIED = "signing_denied"
    """The function's role may not sign with the keys."""
    INTERNAL_ERROR = "internal_error"
    """An unexpected exception. The log line contains its type."""


class ErrorResponse(NamedTuple):
    """What the client is told: as little as it needs, in the characters of RFC 6749 section 5.2."""

    error: Error
    description: str


_NOT_AUTHENTICATED = ErrorResponse(Error.INVALID_CLIENT, "unknown client, or wrong credentials")
"""The same for every reason that would tell which ids exist."""
_UNAVAILABLE = ErrorResponse(Error.TEMPORARILY_UNAVAILABLE, "no token can be signed at present: try again later")

RESPONSES: Mapping[Reason, ErrorResponse] = {
    Reason.MALFORMED_EVENT: ErrorResponse(Error.INVALID_REQUEST, "the request cannot be read"),
    Reason.WRONG_HTTP_METHOD: ErrorResponse(Error.INVALID_REQUEST, "the method must be POST"),
    Reason.WRONG_CONTENT_TYPE: ErrorResponse(
        Error.INVALID_REQUEST, "the body must be application/x-www-form-urlencoded"
    ),
    Reason.BODY_TOO_LARGE: ErrorResponse(Error.INVALID_REQUEST, "the body is too large"),
    Reason.UNREADABLE_BODY: ErrorResponse(Error.INVALID_REQUEST, "the body is not a form in UTF-8"),
    Reason.REPEATED_PARAMETER: ErrorResponse(Error.INVALID_REQUEST, "a parameter other than resource is repeated"),
    Reason.SEVERAL_METHODS: ErrorResponse(Error.INVALID_REQUEST, "the client authenticates in more than one way"),
    Reason.DIFFERENT_CLIENT_ID: ErrorResponse(
        Error.INVALID_REQUEST, "client_id is not the client that has authenticated"
    ),
    Reason.MISSING_GRANT_TYPE: ErrorResponse(Error.INVALID_REQUEST, "grant_type is missing"),
    Reason.UNSUPPORTED_GRANT_TYPE: ErrorResponse(Error.UNSUPPORTED_GRANT_TYPE, "grant_type must be client_credentials"),
    Reason.NO_CREDENTIALS: ErrorResponse(Error.INVALID_CLIENT, "the client must authenticate"),
    Reason.MALFORMED_AUTHORIZATION: ErrorResponse(
        Error.INVALID_CLIENT, "the header Authorization must be Basic, with the id and the secret of the client"
    ),
    Reason.UNKNOWN_CLIENT: _NOT_AUTHENTICATED,
    Reason.WRONG_SECRET: _NOT_AUTHENTICATED,
    Reason.WRONG_CLIENT_METHOD: _NOT_AUTHENTICATED,
    Reason.INVALID_SCOPE: ErrorResponse(Error.INVALID_SCOPE, "the client may not have all of these scopes"),
    Reason.INVALID_TARGET: ErrorResponse(
        Error.INVALID_TARGET, "the client may not have tokens for all of these resources"
    ),
    Reason.THROTTLED: _UNAVAILABLE,
    Reason.KMS_UNREACHABLE: _UNAVAILABLE,
    Reason.KEY_UNUSABLE: _UNAVAILABLE,
    Reason.SIGNING_DENIED: _UNAVAILABLE,
    Reason.INTERNAL_ERROR: ErrorResponse(Error.SERVER_ERROR, "the request failed in the token service"),
}
"""What the client is told for each reason."""


class Refused(Exception):
    """The request gets no token.

    ``reason`` says why. ``client_id`` is the client, if it is one of the configuration, and otherwise ``None``: any other id is
    the sender's text, and is discarded.
    """

    def __init__(self, reason: Reason, client_id: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.client_id = client_id
