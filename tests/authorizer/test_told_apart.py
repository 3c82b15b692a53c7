"""Where there are other issuers, logs, metrics, access logs and the backend can tell whose token it was."""

from typing import Any

import pytest

from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, NOW, claims, header, token

from .documents import document
from .gateway_events import bearer
from .observing import Observation, ObservedAuthorizer

OWN, PARTNER = signer("ES256"), signer("ES384", "partner")
PARTNER_ISSUER = "https://partner.example.com"
TRUSTED: dict[str, object] = {
    "name": "partner-1",
    "issuers": [PARTNER_ISSUER],
    "audiences": ["orders"],
    "keys": [PARTNER.jwk],
    "scopes": ["orders:read"],
}


def observed(sent: str, **changes: Any) -> Observation:
    configured = document(OWN, **{"trusted_issuers": [TRUSTED], "context_claims": ["sub", "scope"], **changes})
    return ObservedAuthorizer(configured).decide(bearer(sent))


def by_partner(**changes: object) -> str:
    return token(PARTNER, claims(iss=PARTNER_ISSUER, **changes))


def test_the_backend_gets_the_issuer_with_the_user() -> None:
    """``sub`` is unique within ``iss`` only (RFC 7519 section 4.1.2)."""
    own, partner = observed(token(OWN)), observed(by_partner())

    assert own.response["context"] == {
        "sub": "user-1",
        "scope": "orders:read orders:write",
        "iss": ISSUER,
        "issuer": "own",
    }
    assert partner.response["context"] == {
        "sub": "user-1",
        "scope": "orders:read",
        "iss": PARTNER_ISSUER,
        "issuer": "partner-1",
    }


@pytest.mark.parametrize("names", [[], ["iss"], ["iss", "sub"]])
def test_always_and_once(names: list[str]) -> None:
    context = observed(by_partner(), context_claims=names).response["context"]

    assert [*context] == [*dict.fromkeys([*names, "iss", "issuer"])]


def test_a_claim_cannot_pass_for_the_name() -> None:
    assert observed(by_partner(issuer="own")).response["context"]["issuer"] == "partner-1"


def test_without_other_issuers_nothing_is_added() -> None:
    allowed = observed(token(OWN), trusted_issuers=[])

    assert allowed.response["context"].keys() == {"sub", "scope"}
    assert "issuer" not in allowed.record
    assert allowed.record["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["FunctionName", "Reason"]]


def test_iss_counts_towards_the_size_of_the_context() -> None:
    fits = "x" * (4096 - len("sub") - len("iss") - len(PARTNER_ISSUER))

    assert observed(by_partner(sub=fits, scope=ABSENT)).reason == "allowed"
    assert observed(by_partner(sub=fits + "x", scope=ABSENT)).reason == "context_too_large"


@pytest.mark.parametrize(
    ("sent", "reason", "name"),
    [
        (by_partner(), "allowed", "partner-1"),
        (token(OWN), "allowed", "own"),
        (by_partner(exp=NOW), "expired", "partner-1"),
        (by_partner(sub="\n"), "malformed_claim", "partner-1"),
        (by_partner(scope=1), "malformed_claim", "partner-1"),
        (token(PARTNER), "wrong_issuer", "partner-1"),
        (token(OWN, claims(iss=PARTNER_ISSUER)), "wrong_issuer", "own"),
        (token(OWN, claims(iss=PARTNER_ISSUER), header(PARTNER, alg="ES256")), "wrong_algorithm", None),
        (token(signer("ES384"), claims(iss=PARTNER_ISSUER), header(PARTNER)), "bad_signature", None),
        (token(PARTNER, b"[]"), "malformed_token", None),
        (token(signer("ES512"), claims(iss=PARTNER_ISSUER)), "unknown_key", None),
    ],
)
def test_logs_and_metrics_say_whose_token_it_was_once_that_is_certain(sent: str, reason: str, name: str | None) -> None:
    seen = observed(sent)

    assert seen.reason == reason
    assert seen.record.get("issuer") == seen.response["context"].get("issuer") == name
    (metrics,) = seen.record["_aws"]["CloudWatchMetrics"]
    by_reason, *by_issuer = metrics["Dimensions"]
    assert by_reason == ["FunctionName", "Reason"]
    assert by_issuer == ([["FunctionName", "Reason", "issuer"]] if name else [])
    assert PARTNER_ISSUER not in seen.output
