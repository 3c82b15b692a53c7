"""What changes for callers, between two declarations of one program and between documents that are changed once."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from cli.audit import Change, audit, read_document
from components import AuthorizedHttpApi, SigningKeys
from tests.components.example import CERTIFICATE, api_args

from .registered import Registered, exported, previewed, register

States = dict[str, dict[str, Any]]
PAGES = {"allow_origins": ["https://app.example.com"]}
URL = {"http_url": "https://status.example.com/"}


def _api(**changes: Any) -> Callable[[], None]:
    generations = changes.pop("generations", None)

    def program() -> None:
        keys = SigningKeys("signing", {"generations": generations, "active": "1"} if generations else {})
        AuthorizedHttpApi("orders", api_args(**{"keys": {"jwks": [keys.jwks]}, **changes}))

    return program


@pytest.fixture(scope="module")
def old() -> Registered:
    return register(_api())


def _changes(old: States, new: States) -> list[tuple[str, str]]:
    document = read_document(json.dumps(previewed(new, old)))
    return _listed(audit(document.after, document.before).changes)


def _listed(changes: tuple[Change, ...] | None) -> list[tuple[str, str]]:
    assert changes is not None
    return [(change.effect.value, change.message) for change in changes]


def test_nothing_changes(old: Registered) -> None:
    assert _changes(old.states, old.states) == []


def test_everything_that_a_program_can_change(old: Registered) -> None:
    routes = {
        "GET /orders": {"scopes": ["orders:read", "orders:list"], "integration": URL},
        "GET /health": {"integration": URL},
        "GET /new": {"public": True, "integration": URL},
    }
    new = register(
        _api(
            routes=routes,
            issuer="https://new.example.com",
            audience=["orders", "invoices"],
            generations=[{"name": "1"}, {"name": "2"}],
            cache_ttl=0,
            identity_sources=["$request.header.X-Tenant"],
            policy={"max_token_age_seconds": 900, "expected_claims": {"tenant": ["a"]}},
            cors=PAGES,
            domain={"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True},
            stage={"throttling_rate_limit": 5, "throttling_burst_limit": 10},
        )
    )

    assert _changes(old.states, new.states) == [
        ("closes", "GET /health was for anybody, and is for any valid token"),
        ("opens", "GET /new is added, for anybody"),
        ("closes", "GET /orders was for a token with orders:read, and is for a token with orders:list and orders:read"),
        ("changes", "GET /orders was answered by Lambda function backend, and is by https://status.example.com/"),
        ("closes", "POST /orders is removed"),
        ("opens", "issuer https://new.example.com is accepted"),
        ("closes", "issuer https://auth.example.com is no longer accepted"),
        ("opens", "key signing-key-2-id is accepted"),
        ("changes", "expected_claims was the default, and is {'tenant': ['a']}"),
        ("changes", "max_token_age_seconds was 3600, and is 900"),
        ("changes", "answers of orders-authorizer-gateway were cached for 60 s, and are for 0 s"),
        ("closes", "the identity source $request.header.X-Tenant is required"),
        ("closes", "the default endpoint is disabled"),
        ("opens", "domain https://api.example.com is added"),
        ("opens", "CORS origin https://app.example.com is accepted"),
        ("changes", "the limit of the stage $default was 1000 requests/s, burst 500, and is 5 requests/s, burst 10"),
    ]
    back = dict(zip(("opens", "closes", "changes"), ("closes", "opens", "changes"), strict=True))
    assert sorted(effect for effect, _ in _changes(new.states, old.states)) == sorted(
        back[effect] for effect, _ in _changes(old.states, new.states)
    )


def test_apis_come_and_go_and_are_the_same_in_another_stack(old: Registered) -> None:
    elsewhere = json.loads(json.dumps(old.states).replace("urn:pulumi:test::shop::", "urn:pulumi:prod::store::"))

    assert _changes(old.states, elsewhere) == []
    assert _changes(old.states, {}) == [("closes", "the API is removed")]
    assert _changes({}, old.states) == [("opens", "the API is added, with 3 routes")]


def _config(states: States) -> dict[str, Any]:
    """The ``config.json`` asset of the authorizer."""
    (code,) = (state["inputs"]["code"] for state in states.values() if "code" in state["inputs"])
    asset: dict[str, Any] = code["assets"]["config.json"]
    return asset


def _trusting(states: States, **changes: Any) -> States:
    """With another issuer, whose entry has ``changes``."""
    changed = copy.deepcopy(states)
    asset = _config(changed)
    config = json.loads(asset["text"])
    keys = [{"kid": "p1", "alg": "ES256"}]
    partner = {"name": "partner", "issuers": ["https://p"], "audiences": ["a"], "keys": keys, **changes}
    asset["text"] = json.dumps({**config, "trusted_issuers": [partner]})
    return changed


def test_what_another_issuer_may_do(old: Registered) -> None:
    narrow = _trusting(old.states, scopes=["orders:read"], client_ids=["web"])
    wide = _trusting(old.states, issuers=["https://p", "https://p/v1"], scopes=["orders:read", "orders:admin"])

    assert _changes(old.states, narrow) == [
        ("opens", "issuer https://p is accepted"),
        ("opens", "key p1 is accepted"),
        ("changes", "client_ids of partner was the default, and is web"),
        ("changes", "scopes of partner was the default, and is orders:read"),
    ]
    assert _changes(narrow, wide) == [
        ("opens", "issuer https://p/v1 is accepted"),
        ("changes", "client_ids of partner was web, and is the default"),
        ("changes", "scopes of partner was orders:read, and is orders:read, orders:admin"),
    ]


def _scoped(states: States, *scopes: str, match: str) -> States:
    changed = copy.deepcopy(states)
    asset = _config(changed)
    config = json.loads(asset["text"])
    config["routes"]["GET /orders"] = {"scopes": scopes, "scopes_match": match}
    asset["text"] = json.dumps(config)
    return changed


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (("a", "all"), ("a", "b", "all"), "closes"),
        (("a", "b", "all"), ("a", "all"), "opens"),
        (("a", "any"), ("a", "b", "any"), "opens"),
        (("a", "b", "any"), ("b", "any"), "closes"),
        (("a", "all"), ("a", "b", "any"), "opens"),
        (("a", "b", "any"), ("a", "b", "all"), "changes"),
        (("a", "all"), ("b", "all"), "changes"),
        (("all",), ("a", "all"), "closes"),
        (("a", "b", "any"), ("any",), "opens"),
    ],
)
def test_scopes_open_and_close(old: Registered, before: tuple[str, ...], after: tuple[str, ...], effect: str) -> None:
    (change,) = _changes(*(_scoped(old.states, *scopes, match=match) for *scopes, match in (before, after)))

    assert change[0] == effect


def test_an_audience_of_an_issuer_that_stays(old: Registered) -> None:
    new = copy.deepcopy(old.states)
    asset = _config(new)
    asset["text"] = json.dumps({**json.loads(asset["text"]), "audiences": ["invoices"]})

    assert _changes(old.states, new) == [
        ("opens", "audience invoices of https://auth.example.com is accepted"),
        ("closes", "audience orders of https://auth.example.com is no longer accepted"),
    ]


def test_what_is_not_known_yet_is_said(old: Registered) -> None:
    """With a new generation, the public key is unknown in the preview, and with it the whole configuration."""
    new = copy.deepcopy(old.states)
    (function,) = (state for state in new.values() if "code" in state["inputs"])
    function["inputs"]["code"] = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    unknown = "a token; which one is known after deployment"

    assert _changes(old.states, new) == [
        ("changes", f"GET /orders was for a token with orders:read, and is for {unknown}"),
        ("changes", f"POST /orders was for any valid token, and is for {unknown}"),
        ("changes", "which tokens are accepted is not known in both states"),
    ]


def test_client_certificates_at_a_domain(old: Registered) -> None:
    domain = {"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True}
    without = register(_api(domain=domain)).states
    required = copy.deepcopy(without)
    (state,) = (state for state in required.values() if state["type"] == "aws:apigatewayv2/domainName:DomainName")
    state["inputs"]["mutualTlsAuthentication"] = {"truststoreUri": "s3://bucket/ca.pem"}

    assert _changes(without, required) == [("closes", "https://api.example.com: client certificates are required")]
    assert _changes(required, without) == [
        ("opens", "https://api.example.com: client certificates are no longer required")
    ]


def test_nothing_is_said_of_client_certificates_at_a_domain_of_another_stack(old: Registered) -> None:
    domain = {"name": "api.example.com", "certificate_arn": CERTIFICATE, "disable_default_endpoint": True}
    own = register(_api(domain=domain)).states
    shared = register(_api(domain={"existing_name": "api.example.com", "disable_default_endpoint": True})).states

    assert _changes(own, shared) == _changes(shared, own) == []


def test_two_documents_are_compared_like_the_two_states_of_a_preview(old: Registered) -> None:
    new = _scoped(old.states, match="all")
    before, after = (read_document(json.dumps(exported(states.values()))).after for states in (old.states, new))

    assert _listed(audit(after, before).changes) == _changes(old.states, new)


X, Y = "https://x.example.com", "https://y.example.com"
BY_TWO = {"p": {"issuer": X, "audience": ["a"]}, "q": {"issuer": X, "audience": ["b"]}}


@pytest.mark.parametrize(
    ("before", "after", "moved", "effect", "was", "is_"),
    [
        (BY_TWO, BY_TWO, "q", "changes", f"{X} for a", f"{X} for b"),
        (BY_TWO, {"p": BY_TWO["q"], "q": BY_TWO["p"]}, "p", "changes", f"{X} for a", f"{X} for b"),
        (BY_TWO, {**BY_TWO, "q": {"issuer": Y, "audience": ["a"]}}, "q", "changes", f"{X} for a", f"{Y} for a"),
        (BY_TWO, {**BY_TWO, "p": {"issuer": X, "audience": ["b", "a"]}}, "p", "opens", f"{X} for a", f"{X} for a or b"),
    ],
    ids=["to another authorizer", "audiences swapped", "another issuer", "what another authorizer has already"],
)
def test_whose_tokens_a_route_with_a_jwt_authorizer_is_for(
    before: dict[str, Any], after: dict[str, Any], moved: str, effect: str, was: str, is_: str
) -> None:
    def state(authorizers: dict[str, Any], name: str) -> Registered:
        routes = {
            f"GET /{key}": {"authorization": "jwt", "jwt_authorizer": used, "integration": URL}
            for key, used in {"moved": name, "p": "p", "q": "q"}.items()
        }
        return register(_api(jwt_authorizers=authorizers, routes=routes))

    changes = _changes(state(before, "p").states, state(after, moved).states)
    (change,) = (change for change in changes if change[1].startswith("GET /moved "))
    theirs = "(API Gateway's JWT authorizer)"
    assert change == (
        effect,
        f"GET /moved was for any valid token by {was} {theirs}, and is for any valid token by {is_} {theirs}",
    )
