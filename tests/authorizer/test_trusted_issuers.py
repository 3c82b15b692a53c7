"""Other trusted issuers: each with keys of its own, good for itself and for its own audiences."""

from typing import Any

import pytest

from authorizer.config import ConfigError
from authorizer.denial import Denied, Reason
from authorizer.verifier import Verifier
from testkit.signers import signer
from testkit.tokens import ABSENT, ISSUER, NOW, claims, header, token

from .documents import document

OWN, PARTNER, THIRD = signer("ES256"), signer("RS256", "partner"), signer("EdDSA", "third")
PARTNER_ISSUER, THIRD_ISSUER = "https://partner.example.com", "https://third.example.com"

TRUSTED: list[dict[str, Any]] = [
    {
        "name": "partner",
        "issuers": [PARTNER_ISSUER],
        "audiences": ["partner-orders"],
        "keys": [PARTNER.jwk],
        "scopes": ["orders:read", "orders:write"],
    },
    {
        "name": "third",
        "issuers": [THIRD_ISSUER],
        "audiences": ["app"],
        "audience_claim": "client_id",
        "keys": [THIRD.jwk],
        "scopes": ["orders:read", "orders:write"],
    },
]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(document(OWN, trusted_issuers=TRUSTED, required_claims=["sub"]))


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (OWN, {}),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}),
        (THIRD, {"iss": THIRD_ISSUER, "aud": ABSENT, "client_id": "app"}),
    ],
)
def test_each_issuer_with_its_own_key_and_audience(verifier: Verifier, key: Any, changes: dict[str, object]) -> None:
    assert verifier.verify(token(key, claims(**changes)), now=NOW) == claims(**changes)


@pytest.mark.parametrize(
    ("key", "changes", "reason"),
    [
        (PARTNER, {}, Reason.WRONG_ISSUER),  # our issuer, signed by the partner
        (OWN, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}, Reason.WRONG_ISSUER),  # the partner, signed by us
        (THIRD, {"iss": PARTNER_ISSUER, "aud": "partner-orders"}, Reason.WRONG_ISSUER),
        (PARTNER, {"iss": PARTNER_ISSUER}, Reason.WRONG_AUDIENCE),  # our audience
        (OWN, {"aud": "partner-orders"}, Reason.WRONG_AUDIENCE),
        (THIRD, {"iss": THIRD_ISSUER, "aud": "app"}, Reason.MISSING_CLAIM),  # not in client_id
        (THIRD, {"iss": THIRD_ISSUER, "client_id": ["app", 1]}, Reason.MALFORMED_CLAIM),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders", "sub": ""}, Reason.MISSING_CLAIM),
        (PARTNER, {"iss": PARTNER_ISSUER, "aud": "partner-orders", "exp": NOW}, Reason.EXPIRED),
    ],
)
def test_a_key_is_never_trusted_for_another_issuer(
    verifier: Verifier, key: Any, changes: dict[str, object], reason: Reason
) -> None:
    with pytest.raises(Denied) as denied:
        verifier.verify(token(key, claims(**changes)), now=NOW)
    assert denied.value.reason == reason
    assert denied.value.kid == key.kid


def test_a_key_has_one_algorithm_whoever_it_belongs_to(verifier: Verifier) -> None:
    partner = claims(iss=PARTNER_ISSUER, aud="partner-orders")
    with pytest.raises(Denied) as denied:
        verifier.verify(token(PARTNER, partner, header(PARTNER, alg="PS256")), now=NOW)
    assert denied.value.reason == Reason.WRONG_ALGORITHM


def verdict(sent: str, *entries: dict[str, Any], **changes: object) -> Reason | None:
    try:
        Verifier(document(OWN, trusted_issuers=[*entries], **changes)).verify(sent, now=NOW)
    except Denied as denied:
        return denied.reason
    return None


def by_partner(**changes: object) -> str:
    return token(PARTNER, claims(**{"iss": PARTNER_ISSUER, "aud": "partner-orders", **changes}))


def test_one_issuer_may_have_several_spellings() -> None:
    google = {**TRUSTED[0], "issuers": ["https://accounts.google.com", "accounts.google.com"]}

    assert verdict(by_partner(iss="accounts.google.com"), google) is None
    assert verdict(by_partner(iss="https://accounts.google.com"), google) is None
    assert verdict(by_partner(iss="http://accounts.google.com"), google) == Reason.WRONG_ISSUER


def test_two_issuers_may_have_the_same_key() -> None:
    """Microsoft Entra ID signs v1.0 and v2.0 tokens with one set; each version has an audience of its own."""
    entries = [
        {**TRUSTED[0], "name": "v1", "issuers": ["https://sts.example.com/t/"], "audiences": ["api://orders"]},
        {**TRUSTED[0], "name": "v2", "issuers": ["https://login.example.com/t/v2.0"], "audiences": ["orders-id"]},
    ]
    verifier = Verifier(document(OWN, trusted_issuers=entries))
    v1 = by_partner(iss="https://sts.example.com/t/", aud="api://orders")

    for _ in range(2):  # the second time from the signature cache, and by the same rules
        assert verifier.authenticate(v1).rules.name == "v1"
        assert verifier.verify(v1, now=NOW)["aud"] == "api://orders"
    assert verdict(by_partner(iss="https://login.example.com/t/v2.0", aud="orders-id"), *entries) is None
    assert verdict(by_partner(iss="https://sts.example.com/t/", aud="orders-id"), *entries) == Reason.WRONG_AUDIENCE
    assert verdict(by_partner(iss="https://sts.example.com/other/"), *entries) == Reason.UNKNOWN_KEY
    assert verdict(by_partner(iss=["https://sts.example.com/t/"]), *entries) == Reason.UNKNOWN_KEY
    assert verdict(token(PARTNER, b"not JSON"), *entries) == Reason.UNKNOWN_KEY


def test_a_payload_is_parsed_before_the_signature_only_where_a_kid_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def noted(payload: bytes) -> str:
        parsed.append(payload)
        return PARTNER_ISSUER

    monkeypatch.setattr("authorizer.verifier._unverified_issuer", noted)
    second = {**TRUSTED[0], "name": "second", "issuers": ["https://second.example.com"]}

    assert verdict(by_partner(), *TRUSTED) is None
    assert verdict(token(OWN), TRUSTED[0], second) is None
    assert parsed == []
    assert verdict(by_partner(), TRUSTED[0], second) is None
    assert len(parsed) == 1


STRICT: dict[str, Any] = {
    "token_types": ["at+jwt"],
    "required_claims": ["jti"],
    "expected_claims": {"token_use": ["access"]},
    "leeway_seconds": 60,
    "max_token_age_seconds": 60,
    "max_token_lifetime_seconds": 600,
}


def test_rules_are_inherited_except_the_maximum_age() -> None:
    config = Verifier(document(OWN, trusted_issuers=TRUSTED, **STRICT)).config
    theirs, ours = config.rules_of(PARTNER.kid), config.rules_of(OWN.kid)

    assert theirs.token_types == ours.token_types == {"at+jwt"}
    assert ours.claims.max_token_age_seconds == 60
    assert theirs.claims == ours.claims.replaced(
        issuers=frozenset({PARTNER_ISSUER}), audiences=frozenset({"partner-orders"}), max_token_age_seconds=None
    )


def test_what_an_issuer_says_replaces_what_it_would_inherit() -> None:
    rules: dict[str, Any] = {
        "token_types": [""],
        "required_claims": [],
        "expected_claims": {},
        "leeway_seconds": 0,
        "max_token_age_seconds": 7200,
        "max_token_lifetime_seconds": 9000,
    }
    config = Verifier(document(OWN, trusted_issuers=[{**TRUSTED[0], **rules}], **STRICT)).config
    theirs, ours = config.rules_of(PARTNER.kid), config.rules_of(OWN.kid)

    assert theirs.token_types == {""}
    assert (theirs.claims.required_claims, theirs.claims.leeway_seconds) == ((), 0)
    assert theirs.claims.expected_claims == {}
    assert (theirs.claims.max_token_age_seconds, theirs.claims.max_token_lifetime_seconds) == (7200, 9000)
    assert ours.token_types == {"at+jwt"}
    assert ours.claims.expected_claims == {"token_use": ("access",)}


def test_tokens_without_typ_are_one_issuers_own_affair() -> None:
    """Access tokens of Cognito and Okta have none."""
    untyped = header(PARTNER)
    del untyped["typ"]
    partner = claims(iss=PARTNER_ISSUER, aud="partner-orders")
    entry = {**TRUSTED[0], "token_types": [""]}

    assert verdict(token(PARTNER, partner, untyped), entry) is None
    assert verdict(token(PARTNER, partner), entry) == Reason.UNEXPECTED_TYPE
    assert verdict(token(OWN, token_header={"alg": OWN.alg, "kid": OWN.kid}), entry) == Reason.UNEXPECTED_TYPE
    assert verdict(token(OWN), entry) is None


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ("access", None),
        (["id", "access"], None),
        ([1, True, "access"], None),
        (1, None),
        ([1], None),
        (True, Reason.UNEXPECTED_VALUE),
        ([True], Reason.UNEXPECTED_VALUE),
        ([1.0], Reason.UNEXPECTED_VALUE),
        ([["access"]], Reason.UNEXPECTED_VALUE),
        ({"access": 1}, Reason.UNEXPECTED_VALUE),
        ([], Reason.UNEXPECTED_VALUE),
        ("access id", Reason.UNEXPECTED_VALUE),
    ],
)
def test_an_expected_value_may_be_in_a_list(found: object, reason: Reason | None) -> None:
    entry = {**TRUSTED[0], "expected_claims": {"use": ["access", 1]}}

    assert verdict(by_partner(use=found), entry) == reason


def test_names_of_issuers_are_plain() -> None:
    for name in ("a", "auth.example.com", "Tenant_1-eu", "x" * 64, "Own"):
        Verifier(document(OWN, trusted_issuers=[{**TRUSTED[0], "name": name}]))


@pytest.mark.parametrize(
    "name", ["own", "x" * 65, "a b", "a/b", 'a"', "é", "https://a.example.com", "a\u2028", " a", 1, ""]
)
def test_other_names_are_refused(name: object) -> None:
    with pytest.raises(ConfigError, match=r"^trusted_issuers\[0\]\.name: must "):
        Verifier(document(OWN, trusted_issuers=[{**TRUSTED[0], "name": name}]))


@pytest.mark.parametrize(
    ("changes", "asked", "ceiling"),
    [
        ({"scopes": ["orders:read"]}, True, {"orders:read"}),
        ({"scopes": []}, True, set()),
        ({}, False, set()),
        ({"scope_mapping": {"a": ["orders:read"], "b": []}}, True, {"orders:read"}),
        ({"scope_mapping": {"a": ["orders:read"]}, "scopes": ["x", "orders:read"]}, True, {"x", "orders:read"}),
    ],
)
def test_the_ceiling_of_an_issuer(changes: dict[str, object], asked: bool, ceiling: set[str]) -> None:
    entry = {name: value for name, value in TRUSTED[0].items() if name != "scopes"}
    routes = {"GET /orders": {"scopes": ["orders:read"] if asked else []}}

    rules = Verifier(document(OWN, routes=routes, trusted_issuers=[{**entry, **changes}])).config.rules_of(PARTNER.kid)

    assert rules.scopes is not None
    assert rules.scopes.ceiling == ceiling


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scopes": ["a b"]}, r"scopes\[0\]: must be one scope"),
        ({"scopes": "orders:read"}, r"scopes: must be a list"),
        ({"scope_mapping": {"a": ["a b"]}}, r"scope_mapping\.a\[0\]: must be one scope"),
        ({"scope_mapping": {"a": "x"}}, r"scope_mapping\.a: must be a list"),
        ({"scope_mapping": ["a"]}, r"scope_mapping: must be an object"),
        (
            {"scope_mapping": {"a": ["y", "x"]}, "scopes": ["z"]},
            r"scopes: does not contain x, y, which scope_mapping gives",
        ),
        ({"scope_claims": []}, r"scope_claims: must be a list of at least one"),
        ({"scope_claims": ["scope"]}, r"scope_claims\[0\]: must be a list of the names of members, and is 'scope'"),
        ({"scope_claims": [["a"], []]}, r"scope_claims\[1\]: must be a list of the names"),
        ({"scope_claims": [["a", ""]]}, r"scope_claims\[0\]: must be a list of the names"),
        ({"scope_claims": [["a", 1]]}, r"scope_claims\[0\]: must be a list of the names"),
        ({"client_ids": []}, r"client_ids: must be a list of at least one"),
        ({"client_ids": [""]}, r"client_ids\[0\]: must be a string"),
        ({"token_types": []}, r"token_types: must be a list of at least one"),
        ({"max_token_age_seconds": 0}, r"max_token_age_seconds: must be an integer"),
        ({"leeway_seconds": 301}, r"leeway_seconds: must be an integer"),
        ({"expected_claims": {"a": []}}, r"expected_claims\.a: must be a list of at least one"),
    ],
)
def test_bad_rules_are_named(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigError, match=rf"^trusted_issuers\[0\]\.{fault}"):
        Verifier(document(OWN, trusted_issuers=[{**TRUSTED[0], **changes}]))


def test_where_a_route_asks_for_scopes_an_issuer_says_which_it_may_give() -> None:
    entry = {name: value for name, value in TRUSTED[0].items() if name != "scopes"}
    routes = {"GET /orders": {"scopes": ["orders:read"]}, "PUT /orders": {"scopes": ["orders:write", "orders:read"]}}

    with pytest.raises(
        ConfigError,
        match=r"^trusted_issuers\[0\]\.scopes: missing: list those of orders:read, orders:write that the issuer may give, or "
        r"\[\] for none$",
    ):
        Verifier(document(OWN, trusted_issuers=[entry], routes=routes))


def test_a_claim_named_issuer_is_not_for_the_backend() -> None:
    with pytest.raises(ConfigError, match=r"^context_claims\[0\]: 'issuer' is reserved"):
        Verifier(document(OWN, trusted_issuers=TRUSTED, context_claims=["issuer"]))


@pytest.mark.parametrize(
    ("trusted", "fault"),
    [
        ({}, r"trusted_issuers: must be a list"),
        ([[]], r"trusted_issuers\[0\]: must be an object"),
        (
            [{**TRUSTED[0], "algorithms": []}],
            r"trusted_issuers\[0\]\.algorithms: unknown field; .* audience_claim, audiences",
        ),
        ([{**TRUSTED[0], "issuers": [""]}], r"trusted_issuers\[0\]\.issuers\[0\]: must be a string that is not empty"),
        ([{**TRUSTED[0], "issuers": [ISSUER]}], r"trusted_issuers\[0\]\.issuers\[0\]: .* is already trusted"),
        (
            [TRUSTED[0], {**TRUSTED[1], "issuers": [THIRD_ISSUER, PARTNER_ISSUER]}],
            r"trusted_issuers\[1\]\.issuers\[1\]: .* is already trusted",
        ),
        ([TRUSTED[0], {**TRUSTED[1], "name": "partner"}], r"trusted_issuers\[1\]\.name: 'partner' is used twice"),
        ([{**TRUSTED[0], "issuers": []}], r"trusted_issuers\[0\]\.issuers: must be a list of at least one"),
        ([{**TRUSTED[0], "audiences": []}], r"trusted_issuers\[0\]\.audiences: must be a list of at least one"),
        ([{**TRUSTED[0], "audience_claim": ""}], r"trusted_issuers\[0\]\.audience_claim: must be a string"),
        ([{**TRUSTED[0], "keys": []}], r"trusted_issuers\[0\]\.keys: must be a list of at least one object"),
        ([{**TRUSTED[0], "keys": {}}], r"trusted_issuers\[0\]\.keys: must be a list of at least one object"),
        (
            [{**TRUSTED[0], "keys": [{**PARTNER.jwk, "kid": OWN.kid}]}],
            r"trusted_issuers\[0\]\.keys\[0\]: kid .* is used twice",
        ),
        # The same key by another name is the same key.
        (
            [{**TRUSTED[0], "keys": [OWN.jwk]}],
            r"trusted_issuers\[0\]\.keys\[0\]: this key is one of the own keys",
        ),
        (
            [{**TRUSTED[0], "keys": [{**PARTNER.jwk, "alg": "none"}]}],
            r"trusted_issuers\[0\]\.keys\[0\]: alg must be one of",
        ),
    ],
)
def test_bad_configuration_stops_the_init(trusted: object, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        Verifier(document(OWN, trusted_issuers=trusted))
