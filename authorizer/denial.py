"""The reasons for denying a request, a closed set, for logs, metrics and access logs."""

from enum import StrEnum


class Reason(StrEnum):
    """The closed set of reasons. The values are stable: dashboards and alarms are built on them."""

    MALFORMED_EVENT = "malformed_event"
    """Not an HTTP API authorizer event of payload format 2.0, or one whose identity sources lack the ``Authorization``
    header: API Gateway would cache the response under another key, and return it to other callers."""
    MISSING_TOKEN = "missing_token"  # noqa: S105 - a reason, not a credential
    """No ``Authorization`` header, or nothing in it."""
    UNSUPPORTED_SCHEME = "unsupported_scheme"
    """An authentication scheme other than ``Bearer`` (RFC 6750 section 2.1)."""
    TOKEN_TOO_LARGE = "token_too_large"  # noqa: S105 - a reason, not a credential
    """More bytes than ``max_token_bytes``."""
    MALFORMED_TOKEN = "malformed_token"  # noqa: S105 - a reason, not a credential
    """Not a JWS in compact serialization, with canonical base64url and strict JSON (RFC 7515 section 5.2)."""
    FORBIDDEN_HEADER = "forbidden_header"
    """A header parameter that contains a key, changes the processing, or is critical (``crit``); none is supported."""
    UNEXPECTED_TYPE = "unexpected_type"
    """A ``typ`` that is not configured (RFC 8725 section 3.11)."""
    UNKNOWN_KEY = "unknown_key"
    """No ``kid``, or one that names no trusted key."""
    WRONG_ALGORITHM = "wrong_algorithm"
    """An ``alg`` other than the key's own (RFC 8725 section 3.1)."""
    BAD_SIGNATURE = "bad_signature"
    """The signature does not verify with the key."""
    MISSING_CLAIM = "missing_claim"
    """A required claim is absent, null or empty."""
    MALFORMED_CLAIM = "malformed_claim"
    """A claim of the wrong type, out of range, or with control characters in a value for the backend."""
    WRONG_ISSUER = "wrong_issuer"
    """``iss`` is not exactly one of the configured issuers."""
    WRONG_AUDIENCE = "wrong_audience"
    """No value of ``aud`` is exactly one of the configured audiences."""
    EXPIRED = "expired"
    """``exp`` is now or in the past."""
    NOT_YET_VALID = "not_yet_valid"
    """``nbf`` is in the future, by more than the accepted clock skew."""
    ISSUED_IN_FUTURE = "issued_in_future"
    """``iat`` is in the future, by more than the accepted clock skew."""
    TOO_OLD = "too_old"
    """``iat`` is further back than ``max_token_age_seconds``."""
    LIFETIME_TOO_LONG = "lifetime_too_long"
    """``exp`` minus ``iat`` is more than ``max_token_lifetime_seconds``."""
    UNEXPECTED_VALUE = "unexpected_value"
    """A claim of ``expected_claims`` neither is nor contains any of its expected values."""
    WRONG_CLIENT = "wrong_client"
    """A claim with the client (``azp``, ``client_id``, ``cid`` or ``appid``) has a value that is not configured."""
    UNCHECKED_CONFIRMATION = "unchecked_confirmation"
    """``cnf``: the token is bound to a key of its holder (RFC 7800) in a way that is not checked here, also if another one is.
    """
    UNBOUND_TOKEN = "unbound_token"  # noqa: S105 - a reason, not a credential
    """No ``cnf``, and ``bound_tokens`` is ``required``."""
    MISSING_CERTIFICATE = "missing_certificate"
    """The token is bound to a client certificate (RFC 8705 section 3), and the request has none, or not exactly one."""
    WRONG_CERTIFICATE = "wrong_certificate"
    """The token is bound to another client certificate than that of the request: stolen, or older than a renewed certificate.
    """
    UNKNOWN_ROUTE = "unknown_route"
    """The request's route is not one of the configured routes."""
    INSUFFICIENT_SCOPE = "insufficient_scope"
    """The token lacks a scope that the route requires (RFC 6750 section 3.1)."""
    CONTEXT_TOO_LARGE = "context_too_large"
    """The claims for the backend exceed the size limit of the authorizer's context."""
    KEYS_UNAVAILABLE = "keys_unavailable"
    """KMS, or the URL of the issuer that has this key, has not answered for longer than ``max_stale_seconds``: its keys are too
    old to be trusted."""
    REVOKED_TOKEN = "revoked_token"  # noqa: S105 - a reason, not a credential
    """The denylist has the token, its subject, its client or its key."""
    DENYLIST_UNAVAILABLE = "denylist_unavailable"
    """The denylist could not be read for longer than ``max_stale_seconds``, so that it is not known what is revoked."""
    INTERNAL_ERROR = "internal_error"
    """An unexpected exception in the authorizer. The log line contains its type."""


class Denied(Exception):
    """A token or request is denied.

    ``reason`` says why. ``kid`` is the id of the key if the token names a trusted key, and otherwise ``None``: any other id is
    the sender's text, and is discarded. ``claim`` is the name of the claim that was not accepted, if any.
    """

    def __init__(self, reason: Reason, kid: str | None = None, claim: str | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.kid = kid
        self.claim = claim


class UnknownKeyId(Denied):
    """The token has a ``kid``, and no trusted key has it: an issuer may have a new key."""

    def __init__(self) -> None:
        super().__init__(Reason.UNKNOWN_KEY)
