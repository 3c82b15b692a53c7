"""What holds for every token of another issuer, whatever is in it: whoever lets it in, its issuer said no more than it may."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authorizer.verifier import Verifier
from testkit.signers import signer
from testkit.tokens import AUDIENCE, ISSUER, NOW, claims, token

from ..authorizer.documents import document
from ..authorizer.gateway_events import bearer
from ..authorizer.inputs import JSON
from ..authorizer.observing import ObservedAuthorizer
from ..oracles import JoserfcOracle, Oracle, Outcome, PyJwtOracle

pytestmark = pytest.mark.slow

OWN = signer("ES256")
KEYS = {name: [signer("ES256", f"{name} {number}") for number in (0, 1)] for name in ("one", "two")}
ISSUERS = {"own": ISSUER, "one": "https://one.example.com", "two": "https://two.example.com"}
AUDIENCES = {"own": AUDIENCE, "one": "orders-of-one", "two": "orders-of-two"}
CEILINGS = {"one": {"orders:read"}, "two": {"orders:read", "orders:write"}}
JWKS: dict[str, list[dict[str, Any]]] = {
    "own": [dict(OWN.jwk)],
    # The second key has the same kid at both.
    **{name: [dict(first.jwk), {**second.jwk, "kid": "shared"}] for name, (first, second) in KEYS.items()},
}
ROUTES = {
    "GET /orders": {"scopes": ["orders:read"]},
    "PUT /orders": {"scopes": ["orders:write"]},
    "DELETE /orders": {"scopes": ["orders:admin"]},
    "GET /ping": {},
}
DOCUMENT = document(
    OWN,
    leeway_seconds=0,
    routes=ROUTES,
    context_claims=["sub", "scope", "scp", "permissions"],
    trusted_issuers=[
        {
            "name": "one",
            "issuers": [ISSUERS["one"]],
            "audiences": [AUDIENCES["one"]],
            "keys": JWKS["one"],
            "scope_claims": [["scope"], ["scp"], ["permissions"]],
            "scopes": sorted(CEILINGS["one"]),
        },
        {
            "name": "two",
            "issuers": [ISSUERS["two"]],
            "audiences": [AUDIENCES["two"]],
            "keys": JWKS["two"],
            "scope_claims": [["scope"], ["a", "roles"]],
            "scope_mapping": {"reader": ["orders:read"], "orders:admin": ["orders:write"], "orders:read": []},
        },
    ],
)

_WORDS = st.sampled_from(["orders:read", "orders:write", "orders:admin", "reader", "openid", "", "a b"])
_LISTS = st.lists(_WORDS, max_size=4)
_SCOPES = st.one_of(*[_LISTS, _LISTS.map(" ".join), st.just("orders:read"), st.just("reader")] * 4, JSON)
_CLAIMS = st.fixed_dictionaries(
    {"scope": _SCOPES},
    optional={
        **dict.fromkeys(("scp", "permissions", "roles"), _SCOPES),
        "a": st.one_of(*[st.fixed_dictionaries({}, optional={"roles": _LISTS})] * 8, JSON),
    },
)


@st.composite
def tokens(draw: st.DrawFn) -> tuple[str, str]:
    """A token, and the name of who signed it; mostly with its own name on it, and else with another's."""
    signing = draw(st.sampled_from(["own", "one", "two"]))
    said = draw(st.sampled_from([signing] * 8 + [*ISSUERS]))
    number = draw(st.integers(0, 1))
    key, kid = (OWN, OWN.kid) if signing == "own" else (KEYS[signing][number], JWKS[signing][number]["kid"])
    kid = draw(st.sampled_from([kid] * 9 + ["shared", OWN.kid, JWKS["one"][0]["kid"]]))
    payload = claims(**{**draw(_CLAIMS), "iss": ISSUERS[said], "aud": AUDIENCES[said]})
    return token(key, payload, {"alg": "ES256", "typ": "JWT", "kid": kid}), signing


def test_an_issuer_speaks_for_itself_and_gives_no_more_than_it_may() -> None:
    authorizer, verifier = ObservedAuthorizer(DOCUMENT), Verifier(DOCUMENT)
    oracles: dict[str, list[Oracle]] = {
        name: [oracle(JWKS[name], [ISSUERS[name]], [AUDIENCES[name]]) for oracle in (PyJwtOracle, JoserfcOracle)]
        for name in ISSUERS
    }
    outcomes: Counter[tuple[str, bool]] = Counter()

    @settings(derandomize=True, database=None, deadline=None, max_examples=500, suppress_health_check=list(HealthCheck))
    @given(drawn=tokens(), route=st.sampled_from([*ROUTES, "GET /ping"]))
    def check(drawn: tuple[str, str], route: str) -> None:
        sent, signing = drawn
        observed = authorizer.decide(bearer(sent, route))
        assert observed.reason != "internal_error"
        outcomes[signing, observed.response["isAuthorized"]] += 1
        if not observed.response["isAuthorized"]:
            return
        context = observed.response["context"]
        assert context["issuer"] == observed.record["issuer"] == signing
        assert context["iss"] == ISSUERS[signing]
        authenticated = verifier.authenticate(sent)
        for oracle in oracles[signing]:
            verdict = oracle.judge(sent, NOW)
            assert verdict.outcome == Outcome.ALLOWED, type(oracle).__name__
            assert verdict.claims == authenticated.claims
        if signing == "own":
            return
        given = set(str(context.get("scope", "")).split())
        assert given <= CEILINGS[signing]
        assert set(ROUTES[route].get("scopes", [])) <= given
        if signing == "one":
            for name in ("scp", "permissions"):
                value: Any = context.get(name, "")
                assert set(value.split(" ") if isinstance(value, str) else value) <= {"", *given}
        else:
            assert "scp" not in context

    check()
    assert all(outcomes[name, allowed] >= 10 for name in ISSUERS for allowed in (True, False)), outcomes
