"""``kms-jwt explain``: it names the check that the verifier fails, and says what was found and what is accepted."""

import json
from collections.abc import Callable

import pytest

from authorizer.denial import Reason
from authorizer.request_authorizer import RequestAuthorizer
from authorizer.verifier import Verifier
from cli.explanation import explain
from testkit.tokens import ABSENT, NOW, claims, token
from tests.authorizer import corpus
from tests.authorizer.corpus import issuers
from tests.authorizer.corpus.case import keys
from tests.authorizer.documents import document

from .cases import BOUND_CASES, CASES
from .judged import CONFIG, KEY, ROUTE, Always, NoLog, good


@pytest.mark.parametrize(("authorization", "name", "reason", "detail"), CASES)
def test_the_check_that_denies_is_named_with_what_it_found(
    authorization: str, name: str, reason: Reason, detail: str
) -> None:
    verifier = Verifier({**CONFIG, "max_token_bytes": 8192})
    checks = explain(verifier, authorization, ROUTE, NOW)

    failed = next(check for check in checks if not check.passed)
    assert (failed.name, failed.passed, failed.reason) == (name, False, reason)
    assert detail in failed.detail
    index = checks.index(failed)
    assert all(check.passed and check.reason is None for check in checks[:index])
    assert all(check.passed is None and check.reason is None for check in checks[index + 1 :])
    assert "\n" not in "".join(check.detail for check in checks)

    event = {"version": "2.0", "routeKey": ROUTE, "headers": {"authorization": authorization}}
    authorizer = RequestAuthorizer(Always(verifier), NoLog())  # type: ignore[arg-type]
    response = authorizer.decide(event, NOW)
    assert not response["isAuthorized"]
    assert response["context"]["reason"] == reason


def test_the_checks_and_their_order() -> None:
    checks = explain(Verifier(CONFIG), f"Bearer {good()}", ROUTE, NOW)

    names = "header size form key type algorithm signature payload issuer audience times claims route context"
    assert [check.name for check in checks] == names.split()
    assert all(check.passed for check in checks)


@pytest.mark.parametrize(
    ("changes", "name", "claim"),
    [
        ({"exp": "soon"}, "times", "exp"),
        ({"exp": ABSENT}, "times", "exp"),
        ({"exp": NOW - 1}, "times", "exp"),
        ({"iat": NOW + 60}, "times", "iat"),
        ({"nbf": NOW + 60}, "times", "nbf"),
        ({"sub": ABSENT}, "claims", "sub"),
        ({"jti": 7}, "claims", "jti"),
        ({"tenant": "c"}, "claims", "tenant"),
        ({"scope": 7}, "route", "scope"),
        ({"scp": 7}, "route", "scp"),
        ({"note": "\n"}, "context", "note"),
    ],
)
def test_the_claim_that_denies_is_named(changes: dict[str, object], name: str, claim: str) -> None:
    checks = explain(Verifier(CONFIG), token(KEY, claims(**{"tenant": "a", **changes})), ROUTE, NOW)

    failed = next(check for check in checks if not check.passed)
    assert failed.name == name
    assert failed.detail.startswith(f"because of {claim}")


def test_the_context_is_shown_as_the_backend_gets_it() -> None:
    """Value by value, and without what is left out."""
    names = ["sub", "groups", "admin", "age", "address", "nothing", "tel"]
    verifier = Verifier(document(KEY, context_claims=names))
    good = token(
        KEY, claims(sub="山田\u3000太郎", groups=["admins", "ops"], admin=True, age=7, address={"x": "y"}, nothing=None)
    )

    context = explain(verifier, good, None, NOW)[-1]
    response = RequestAuthorizer(Always(verifier), NoLog()).decide(  # type: ignore[arg-type]
        {"version": "2.0", "headers": {"authorization": good}}, NOW
    )

    assert context.detail == (
        'passed to the backend: {"sub": "山田\u3000太郎", "groups": ["admins", "ops"], "admin": true, "age": 7}'
    )
    assert json.loads(context.detail.removeprefix("passed to the backend: ")) == response["context"]


def test_every_reason_that_a_token_can_have_is_explained() -> None:
    of_the_event_and_ourselves = {Reason.MALFORMED_EVENT, Reason.KEYS_UNAVAILABLE, Reason.INTERNAL_ERROR}
    of_the_event_and_ourselves |= {Reason.DENYLIST_UNAVAILABLE}

    elsewhere = {Reason.UNKNOWN_ROUTE, Reason.REVOKED_TOKEN, *(case[3] for case in BOUND_CASES if case[3] is not None)}
    assert {case[2] for case in CASES} | elsewhere == set(Reason) - of_the_event_and_ourselves


@pytest.mark.parametrize(
    ("changes", "route", "detail"),
    [
        ({"routes": {"GET /orders": {}}}, "GET /orders", "GET /orders requires no scope"),
        (
            {"routes": {"GET /orders": {"scopes": ["orders:read", "x"], "scopes_match": "any"}}},
            "GET /orders",
            "requires one of",
        ),
        ({}, None, "any route"),
    ],
)
def test_what_a_route_takes(changes: dict[str, object], route: str | None, detail: str) -> None:
    checks = explain(Verifier(document(KEY, **changes)), token(KEY), route, NOW)

    assert detail in next(check.detail for check in checks if check.name == "route")


@pytest.mark.parametrize(
    ("configuration", "groups", "at_least"),
    [(corpus.configuration, corpus.GROUPS, 1000), (corpus.issuer_configuration, corpus.ISSUER_GROUPS, 100)],
)
def test_the_whole_attack_corpus_is_explained_as_it_is_judged(
    configuration: Callable[[], dict[str, object]], groups: tuple[corpus.Group, ...], at_least: int
) -> None:
    """The checks are gone through one by one here; they must not come to another end."""
    verifier = Verifier(configuration())
    explained = 0
    for group in groups:
        for case in corpus.cases(group, "ES256") if "ES256" in group.algorithms else ():
            if case.token is None or not isinstance(case.event, dict):
                continue
            checks = explain(verifier, f"Bearer {case.token}", case.event["routeKey"], NOW)
            assert next((check.reason for check in checks if check.passed is False), None) == case.expected, case.name
            explained += 1

    assert explained > at_least


def test_with_several_issuers_it_says_whose_token_it_is_and_what_it_gives() -> None:
    verifier = Verifier(corpus.issuer_configuration())
    names = {"partner": issuers.by_partner, "tenant": issuers.by_tenant}
    for name, by in names.items():
        details = {check.name: check.detail for check in explain(verifier, by(keys("ES256")), corpus.ROUTE, NOW)}
        assert f"', of the issuer '{name}'; trusted: " in details["key"]
        assert details["key"].endswith("; the iss says whose key it is") == (name == "tenant")
        assert "given by " in details["route"]
        assert '"scope": "orders:read"' in details["context"]
        assert f'"issuer": "{name}"' in details["context"]
