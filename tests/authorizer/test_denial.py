"""The reasons: a closed set, whose values dashboards and alarms are built on."""

from authorizer.denial import Denied, Reason


def test_the_reasons_are_stable() -> None:
    """A change here breaks somebody's alarm: it belongs into the changelog."""
    assert [reason.value for reason in Reason] == [
        "malformed_event",
        "missing_token",
        "unsupported_scheme",
        "token_too_large",
        "malformed_token",
        "forbidden_header",
        "unexpected_type",
        "unknown_key",
        "wrong_algorithm",
        "bad_signature",
        "missing_claim",
        "malformed_claim",
        "wrong_issuer",
        "wrong_audience",
        "expired",
        "not_yet_valid",
        "issued_in_future",
        "too_old",
        "lifetime_too_long",
        "unexpected_value",
        "wrong_client",
        "unchecked_confirmation",
        "unbound_token",
        "missing_certificate",
        "wrong_certificate",
        "unknown_route",
        "insufficient_scope",
        "context_too_large",
        "keys_unavailable",
        "revoked_token",
        "denylist_unavailable",
        "internal_error",
    ]


def test_a_denial_says_no_more_than_its_reason() -> None:
    denied = Denied(Reason.EXPIRED, "key-1")

    assert (denied.reason, denied.kid, str(denied)) == (Reason.EXPIRED, "key-1", "expired")
    assert Denied(Reason.UNKNOWN_KEY).kid is None
