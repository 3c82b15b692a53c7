"""The claims: each rule at its edge, and each type that is not the right one."""

from collections.abc import Mapping

import pytest

from authorizer.claims import CHECKS, CLOCK_TOLERANCE_SECONDS, ClaimRules, check_claims
from authorizer.denial import Denied, Reason
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, claims

RULES = ClaimRules(frozenset({ISSUER}), frozenset({AUDIENCE}), (), {}, 0, None, None)

NOT_STRINGS: tuple[object, ...] = (None, 0, 1.5, True, [], ["x"], {}, {"x": 1})
NOT_DATES: tuple[object, ...] = (
    *(None, True, False, "", str(NOW + 600), [], [NOW], {}, {"$date": NOW}),
    *(-1, -0.5, float("inf"), float("-inf"), 253402300800, 1e300, 10**400, NOW * 1000),
)


def verdict(payload: Mapping[str, object], rules: ClaimRules = RULES, now: float = NOW) -> Reason | None:
    try:
        check_claims(payload, rules, now)
    except Denied as denied:
        return denied.reason
    return None


def test_good_claims() -> None:
    assert verdict(claims()) is None


def test_claims_that_nobody_asks_for_are_not_judged() -> None:
    assert verdict(claims(azp=None, groups=[{"a": []}], scope=7, **{"": "", "ISS": 1, "Exp": 0})) is None


@pytest.mark.parametrize("name", ["iss", "aud", "exp"])
def test_required_by_rule(name: str) -> None:
    assert verdict(claims(**{name: ABSENT})) == Reason.MISSING_CLAIM


class TestIssuer:
    @pytest.mark.parametrize(
        "issuer",
        [
            *(
                "",
                "https://auth.example.com/",
                "https://auth.example.co",
                "https://auth.example.comm",
                "auth.example.com",
            ),
            *(
                "HTTPS://auth.example.com",
                "https://AUTH.example.com",
                "http://auth.example.com",
                " https://auth.example.com",
            ),
            *(
                "https://auth.example.com\0",
                "https://auth.example.com\n",
                "https://auth.example.com#",
                "https://auth.examp1e.com",
            ),
        ],
    )
    def test_it_is_compared_exactly(self, issuer: str) -> None:
        assert verdict(claims(iss=issuer)) == Reason.WRONG_ISSUER

    @pytest.mark.parametrize("issuer", [*NOT_STRINGS, [ISSUER]])
    def test_it_is_a_string(self, issuer: object) -> None:
        assert verdict(claims(iss=issuer)) == Reason.MALFORMED_CLAIM

    def test_it_is_one_of_several(self) -> None:
        rules = RULES.replaced(issuers=frozenset({ISSUER, "https://new.example.com"}))

        assert verdict(claims(), rules) is None
        assert verdict(claims(iss="https://new.example.com"), rules) is None


class TestAudience:
    @pytest.mark.parametrize(
        "audience", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE], [AUDIENCE, AUDIENCE], ["", AUDIENCE]]
    )
    def test_one_that_is_configured_is_enough(self, audience: object) -> None:
        assert verdict(claims(aud=audience)) is None

    @pytest.mark.parametrize(
        "audience", ["", "order", "orderss", "Orders", "orders ", "orders,other", [], [""], ["other"]]
    )
    def test_it_is_compared_exactly(self, audience: object) -> None:
        assert verdict(claims(aud=audience)) == Reason.WRONG_AUDIENCE

    @pytest.mark.parametrize(
        "audience", [None, 0, True, {}, {AUDIENCE: 1}, [AUDIENCE, 1], [AUDIENCE, None], [[AUDIENCE]], [{}, AUDIENCE]]
    )
    def test_it_is_a_string_or_strings(self, audience: object) -> None:
        assert verdict(claims(aud=audience)) == Reason.MALFORMED_CLAIM


class TestTimes:
    @pytest.mark.parametrize(
        ("exp", "allowed"), [(NOW - 1, False), (NOW, False), (NOW + 0.999, False), (NOW + 1, True)]
    )
    def test_at_exp_a_token_is_expired(self, exp: float, allowed: bool) -> None:
        assert verdict(claims(exp=exp)) == (None if allowed else Reason.EXPIRED)

    def test_the_present_has_fractions(self) -> None:
        assert verdict(claims(exp=NOW), now=NOW - 0.001) is None
        assert verdict(claims(exp=NOW), now=NOW + 0.999) == Reason.EXPIRED
        assert verdict(claims(), now=float("nan")) == Reason.EXPIRED

    @pytest.mark.parametrize(("nbf", "allowed"), [(0, True), (NOW, True), (NOW + 0.001, False), (NOW + 1, False)])
    def test_from_nbf_on_a_token_is_valid(self, nbf: float, allowed: bool) -> None:
        assert verdict(claims(nbf=nbf)) == (None if allowed else Reason.NOT_YET_VALID)

    @pytest.mark.parametrize(("iat", "allowed"), [(0, True), (NOW, True), (NOW + 0.001, False), (NOW + 1, False)])
    def test_a_token_is_not_issued_in_the_future(self, iat: float, allowed: bool) -> None:
        assert verdict(claims(iat=iat)) == (None if allowed else Reason.ISSUED_IN_FUTURE)

    @pytest.mark.parametrize("name", ["nbf", "iat"])
    def test_nbf_and_iat_are_optional(self, name: str) -> None:
        assert verdict(claims(**{name: ABSENT})) is None

    @pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
    @pytest.mark.parametrize("value", NOT_DATES)
    def test_dates_are_numbers_of_this_era(self, name: str, value: object) -> None:
        assert verdict(claims(**{name: value})) == Reason.MALFORMED_CLAIM

    def test_the_last_date_is_in_the_year_9999(self) -> None:
        assert verdict(claims(exp=253402300799)) is None

    @pytest.mark.parametrize(
        ("name", "edge", "reason"),
        [("exp", -30, Reason.EXPIRED), ("nbf", 30, Reason.NOT_YET_VALID), ("iat", 30, Reason.ISSUED_IN_FUTURE)],
    )
    def test_leeway_forgives_in_the_sender_s_favour_and_no_more(self, name: str, edge: int, reason: Reason) -> None:
        rules = RULES.replaced(leeway_seconds=30)
        inwards = 1 if name == "exp" else -1

        assert verdict(claims(**{name: NOW + edge + inwards}), rules) is None
        assert verdict(claims(**{name: NOW + edge - inwards}), rules) == reason
        # At the edge itself: exp is exclusive, nbf and iat are inclusive.
        assert verdict(claims(**{name: NOW + edge}), rules) == (reason if name == "exp" else None)

    @pytest.mark.parametrize(("name", "reason"), [("nbf", Reason.NOT_YET_VALID), ("iat", Reason.ISSUED_IN_FUTURE)])
    def test_by_default_a_clock_may_be_ten_seconds_fast(self, name: str, reason: Reason) -> None:
        """FAPI 2.0 Security Profile section 5.3.2.1: accept up to 10 seconds in the future."""
        rules = RULES.replaced(leeway_seconds=None)

        assert CLOCK_TOLERANCE_SECONDS == 10
        for ahead in (0, 0.3, 1, 10):
            assert verdict(claims(**{name: NOW + ahead}), rules) is None
        for ahead in (10.001, 11, 60):
            assert verdict(claims(**{name: NOW + ahead}), rules) == reason

    def test_by_default_what_has_expired_is_not_forgiven(self) -> None:
        rules = RULES.replaced(leeway_seconds=None, max_token_age_seconds=100)

        assert verdict(claims(exp=NOW), rules) == Reason.EXPIRED
        assert verdict(claims(exp=NOW + 1), rules) is None
        assert verdict(claims(iat=NOW - 100), rules) is None
        assert verdict(claims(iat=NOW - 100.001), rules) == Reason.TOO_OLD

    def test_max_age_counts_from_iat(self) -> None:
        rules = RULES.replaced(max_token_age_seconds=100)

        assert verdict(claims(iat=NOW - 100), rules) is None
        assert verdict(claims(iat=NOW - 100.001), rules) == Reason.TOO_OLD
        assert verdict(claims(iat=NOW - 110), rules.replaced(leeway_seconds=10)) is None
        assert verdict(claims(iat=NOW - 111), rules.replaced(leeway_seconds=10)) == Reason.TOO_OLD

    def test_max_lifetime_counts_from_iat_to_exp_whatever_the_leeway(self) -> None:
        rules = RULES.replaced(max_token_lifetime_seconds=100, leeway_seconds=10)

        assert verdict(claims(iat=NOW - 50, exp=NOW + 50), rules) is None
        assert verdict(claims(iat=NOW - 50, exp=NOW + 51), rules) == Reason.LIFETIME_TOO_LONG

    @pytest.mark.parametrize(
        "rules", [RULES.replaced(max_token_age_seconds=3600), RULES.replaced(max_token_lifetime_seconds=3600)]
    )
    def test_where_iat_counts_it_is_required(self, rules: ClaimRules) -> None:
        assert verdict(claims(iat=ABSENT), rules) == Reason.MISSING_CLAIM
        assert verdict(claims(iat=None), rules) == Reason.MALFORMED_CLAIM
        assert verdict(claims(), rules) is None


@pytest.mark.parametrize("name", ["sub", "jti"])
def test_sub_and_jti_are_strings_if_they_are_there(name: str) -> None:
    assert verdict(claims(**{name: ABSENT})) is None
    for value in NOT_STRINGS:
        assert verdict(claims(**{name: value})) == Reason.MALFORMED_CLAIM


class TestRequiredClaims:
    RULES = RULES.replaced(required_claims=("client_id",))

    @pytest.mark.parametrize("value", [ABSENT, None, "", [], {}])
    def test_nothing_does_not_count(self, value: object) -> None:
        assert verdict(claims(client_id=value), self.RULES) == Reason.MISSING_CLAIM

    @pytest.mark.parametrize("value", ["web", " ", 0, False, 0.0, [None], {"": None}])
    def test_anything_else_does(self, value: object) -> None:
        assert verdict(claims(client_id=value), self.RULES) is None


class TestExpectedClaims:
    RULES = RULES.replaced(expected_claims={"tier": ("gold", 1, True)})

    @pytest.mark.parametrize("value", ["gold", 1, True, ["gold"], ["x", 1], [None, True]])
    def test_one_of_the_values_is_enough(self, value: object) -> None:
        assert verdict(claims(tier=value), self.RULES) is None

    @pytest.mark.parametrize(
        "value",
        ["Gold", "gold ", "gol", "", "1", "true", 0, 1.0, 2, False, None, [], ["Gold", 1.0], [["gold"]], {"gold": 1}],
    )
    def test_other_values_and_other_types_are_not(self, value: object) -> None:
        assert verdict(claims(tier=value), self.RULES) == Reason.UNEXPECTED_VALUE

    def test_1_is_not_true(self) -> None:
        assert verdict(claims(tier=True), RULES.replaced(expected_claims={"tier": (1,)})) == Reason.UNEXPECTED_VALUE
        assert verdict(claims(tier=1), RULES.replaced(expected_claims={"tier": (True,)})) == Reason.UNEXPECTED_VALUE

    def test_it_must_be_there(self) -> None:
        assert verdict(claims(), self.RULES) == Reason.MISSING_CLAIM

    def test_all_of_several_claims_count(self) -> None:
        rules = RULES.replaced(expected_claims={"tier": ("gold",), "region": ("eu",)})

        assert verdict(claims(tier="gold", region="eu"), rules) is None
        assert verdict(claims(tier="gold", region="us"), rules) == Reason.UNEXPECTED_VALUE
        assert verdict(claims(tier="gold"), rules) == Reason.MISSING_CLAIM


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"iss": ABSENT}, "iss"),
        ({"iss": 1}, "iss"),
        ({"iss": "x"}, "iss"),
        ({"aud": 1}, "aud"),
        ({"aud": "x"}, "aud"),
        ({"exp": ABSENT}, "exp"),
        ({"exp": "x"}, "exp"),
        ({"exp": NOW}, "exp"),
        ({"nbf": NOW + 1}, "nbf"),
        ({"iat": NOW + 1}, "iat"),
        ({"iat": NOW - 101}, "iat"),
        ({"iat": NOW - 90, "exp": NOW + 901}, "exp"),
        ({"sub": 1}, "sub"),
        ({"jti": 1}, "jti"),
        ({"azp": ""}, "azp"),
        ({"tier": "silver"}, "tier"),
        ({"tier": ABSENT}, "tier"),
        ({"cnf": {"jkt": "x"}}, "cnf"),
    ],
)
def test_the_claim_that_breaks_a_rule_is_named(changes: dict[str, object], claim: str) -> None:
    rules = RULES.replaced(
        required_claims=("azp",),
        expected_claims={"tier": ("gold",)},
        max_token_age_seconds=100,
        max_token_lifetime_seconds=990,
    )
    good = claims(azp="web", tier="gold")
    check_claims(good, rules, NOW)

    changed = {name: value for name, value in {**good, **changes}.items() if value is not ABSENT}
    with pytest.raises(Denied) as denied:
        check_claims(changed, rules, NOW)
    assert denied.value.claim == claim


def test_an_audience_elsewhere_is_named_too() -> None:
    with pytest.raises(Denied) as denied:
        check_claims(claims(client_id="x"), RULES.replaced(audience_claim="client_id"), NOW)
    assert denied.value.claim == "client_id"


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"iss": "x"}, "issuer"), ({"aud": "x"}, "audience"), ({"exp": 0}, "times"), ({"sub": 1}, "claims")],
)
def test_each_check_of_the_table_is_about_its_own_claims(changes: dict[str, object], name: str) -> None:
    """``check_claims`` walks the table, as does who tells how each check went."""
    denied_by = []
    for check_name, check in CHECKS:
        try:
            check(claims(**changes), RULES, NOW)
        except Denied:
            denied_by.append(check_name)

    assert denied_by == [name]


class TestClient:
    RULES = RULES.replaced(client_ids=frozenset({"web", "batch"}))

    @pytest.mark.parametrize("name", ["azp", "client_id", "cid", "appid"])
    def test_each_claim_that_names_the_client_counts(self, name: str) -> None:
        assert verdict(claims(**{name: "web"}), self.RULES) is None
        assert verdict(claims(**{name: "other"}), self.RULES) == Reason.WRONG_CLIENT

    def test_all_of_them_must_be_accepted(self) -> None:
        assert verdict(claims(azp="web", client_id="batch"), self.RULES) is None
        assert verdict(claims(azp="web", client_id="other"), self.RULES) == Reason.WRONG_CLIENT

    def test_without_any_the_client_is_unknown(self) -> None:
        assert verdict(claims(), self.RULES) == Reason.MISSING_CLAIM

    def test_a_client_is_a_string(self) -> None:
        assert verdict(claims(azp=["web"]), self.RULES) == Reason.MALFORMED_CLAIM
