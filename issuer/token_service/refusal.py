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
    WRONG_CERTIFICATE = "wrong_certificate"
    """The client certificate does not have the client's name."""
    MALFORMED_CERTIFICATE = "malformed_certificate"
    """The client certificate is not exactly one certificate in PEM format (RFC 7468), or its names cannot be read."""
    MISSING_CERTIFICATE = "missing_certificate"
    """The client's tokens are bound to its certificate, and the request has none."""
    INCOMPLETE_ASSERTION = "incomplete_assertion"
    """Only one of ``client_assertion`` and ``client_assertion_type``."""
    WRONG_ASSERTION_TYPE = "wrong_assertion_type"
    """A ``client_assertion_type`` other than that of JWTs (RFC 7523 section 2.2)."""
    ASSERTION_TOO_LARGE = "assertion_too_large"
    """A client assertion of more than 8192 bytes."""
    MALFORMED_ASSERTION = "malformed_assertion"
    """Not a JWS in compact serialization, with canonical base64url and strict JSON (RFC 7515 section 5.2)."""
    FORBIDDEN_HEADER = "forbidden_header"
    """A header parameter that contains a key, changes the processing, or is critical (``crit``); none is supported."""
    UNEXPECTED_TYPE = "unexpected_type"
    """A ``typ`` that client assertions do not have, such as that of access tokens (RFC 8725 section 3.11)."""
    UNKNOWN_KEY = "unknown_key"
    """A ``kid`` that is none of the client's, or of AWS STS; or none, and several keys are for this ``alg``."""
    WRONG_ALGORITHM = "wrong_algorithm"
    """An ``alg`` other than the key's own (RFC 8725 section 3.1)."""
    BAD_SIGNATURE = "bad_signature"
    """The signature does not verify with the key."""
    MISSING_CLAIM = "missing_claim"
    """``jti`` or another claim that is required is absent, null or empty."""
    MALFORMED_CLAIM = "malformed_claim"
    """A claim of the wrong type or out of range, or a ``jti`` of more than 256 characters."""
    WRONG_AUDIENCE = "wrong_audience"
    """``aud`` is not the issuer alone; or, where the client may address the token endpoint, that alone."""
    EXPIRED = "expired"
    """``exp`` is now or in the past."""
    NOT_YET_VALID = "not_yet_valid"
    """``nbf`` is more than 10 seconds in the future."""
    ISSUED_IN_FUTURE = "issued_in_future"
    """``iat`` is more than 10 seconds in the future."""
    TOO_OLD = "too_old"
    """``iat`` is more than 60 seconds in the past."""
    LIFETIME_TOO_LONG = "lifetime_too_long"
    """``exp`` is more than an hour after ``iat``; or, without ``iat``, more than 70 seconds in the future."""
    UNEXPECTED_VALUE = "unexpected_value"
    """``sub`` is not the client; or, in a token of AWS STS, not the role that asked for it, or not of the account."""
    UNCHECKED_CONFIRMATION = "unchecked_confirmation"
    """The assertion is bound to another key (``cnf``), whose possession is not checked here."""
    UNKNOWN_ROLE = "unknown_role"
    """AWS STS signed for a principal that is no client."""
    REPLAYED_ASSERTION = "replayed_assertion"
    """The assertion, or another one with its ``jti``, was used before."""
    TOO_MANY_ASSERTIONS = "too_many_assertions"
    """So many assertions were used in the last minute that no other one can be remembered."""
    KEYS_UNAVAILABLE = "keys_unavailable"
    """The keys of AWS STS have not been read yet, or not for a day."""
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
_ASSERTION_DATES = ErrorResponse(
    Error.INVALID_CLIENT, "the assertion must be new: iat is now, and exp at most an hour later; without iat, a minute"
)
_ASSERTION_CLAIMS = ErrorResponse(
    Error.INVALID_CLIENT, "the assertion must have sub, aud, exp, and a jti of at most 256 characters"
)
"""Whoever is told about claims has signed them."""
_CLIENT_UNKNOWN_YET = ErrorResponse(
    Error.TEMPORARILY_UNAVAILABLE, "the client cannot be authenticated at present: try again later"
)
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
    Reason.WRONG_CERTIFICATE: _NOT_AUTHENTICATED,
    Reason.MALFORMED_CERTIFICATE: ErrorResponse(Error.INVALID_CLIENT, "the client certificate cannot be read"),
    Reason.MISSING_CERTIFICATE: ErrorResponse(
        Error.INVALID_REQUEST, "the client must present its certificate, which its tokens are bound to"
    ),
    Reason.INCOMPLETE_ASSERTION: ErrorResponse(
        Error.INVALID_REQUEST, "client_assertion and client_assertion_type belong together"
    ),
    Reason.WRONG_ASSERTION_TYPE: ErrorResponse(
        Error.INVALID_CLIENT, "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ),
    **dict.fromkeys(
        (
            Reason.ASSERTION_TOO_LARGE,
            Reason.MALFORMED_ASSERTION,
            Reason.FORBIDDEN_HEADER,
            Reason.UNEXPECTED_TYPE,
            Reason.UNKNOWN_KEY,
            Reason.WRONG_ALGORITHM,
            Reason.BAD_SIGNATURE,
            Reason.UNKNOWN_ROLE,
        ),
        _NOT_AUTHENTICATED,
    ),
    **dict.fromkeys(
        (Reason.MISSING_CLAIM, Reason.MALFORMED_CLAIM, Reason.UNEXPECTED_VALUE, Reason.UNCHECKED_CONFIRMATION),
        _ASSERTION_CLAIMS,
    ),
    **dict.fromkeys(
        (Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.ISSUED_IN_FUTURE, Reason.TOO_OLD, Reason.LIFETIME_TOO_LONG),
        _ASSERTION_DATES,
    ),
    Reason.WRONG_AUDIENCE: ErrorResponse(Error.INVALID_CLIENT, "aud of the assertion must be the issuer alone"),
    Reason.REPLAYED_ASSERTION: ErrorResponse(Error.INVALID_CLIENT, "the assertion was used before: make a new one"),
    Reason.TOO_MANY_ASSERTIONS: _CLIENT_UNKNOWN_YET,
    Reason.KEYS_UNAVAILABLE: _CLIENT_UNKNOWN_YET,
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
