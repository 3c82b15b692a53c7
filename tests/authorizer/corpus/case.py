"""What an attack is: a request, and the one reason it must be denied for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from authorizer.denial import Reason
from testkit import tokens
from testkit.signers import ALGORITHMS, Signer, signer

from ..documents import document
from ..gateway_events import bearer

MARKER = "m4rk3r"
"""In whatever a sender chooses: a log that holds it holds what it must not."""

ROUTE = "GET /orders"

OTHER_ISSUER = "https://new.example.com"

LIMIT = 8192
"""``max_token_bytes``."""

POLICY: Mapping[str, object] = {
    "issuers": [tokens.ISSUER, OTHER_ISSUER],
    "audiences": [tokens.AUDIENCE, "invoices"],
    "required_claims": ["sub"],
    "expected_claims": {"client_id": ["web", "app"]},
    "max_token_age_seconds": 3600,
    "max_token_lifetime_seconds": 86400,
    "routes": {
        ROUTE: {"scopes": ["orders:read"]},
        "PUT /orders": {"scopes": ["orders:read", "orders:write"]},
        "POST /orders": {"scopes": ["orders:write", "admin"], "scopes_match": "any"},
        "GET /ping": {},
    },
    "context_claims": ["sub", "client_id", "note"],
}


class Keys(NamedTuple):
    """The key pairs of one algorithm."""

    alg: str
    key: Signer
    """Trusted, and what a case uses unless it says otherwise."""
    second: Signer
    """Trusted as well."""
    stranger: Signer
    """Not trusted: the attacker's own, or one that was retired."""


class Case(NamedTuple):
    """A request and what must come of it."""

    name: str
    expected: Reason | None
    """``None``: allowed."""
    event: object
    token: str | None
    """Where the case is about a token, and not about how it got here: what other libraries are asked to judge."""


Generate = Callable[[Keys], Iterator[Case]]


class Group(NamedTuple):
    """A class of attacks."""

    name: str
    generate: Generate
    algorithms: tuple[str, ...]
    """Those that the class applies to."""
    at_least: int
    """Cases for each algorithm: fewer, and some have got lost."""


def group(name: str, at_least: int, algorithms: Collection[str] = ALGORITHMS) -> Callable[[Generate], Group]:
    """Make a class of attacks of a function that generates its cases."""

    def decorate(generate: Generate) -> Group:
        return Group(name, generate, tuple(alg for alg in ALGORITHMS if alg in algorithms), at_least)

    return decorate


def keys(alg: str) -> Keys:
    """The key pairs for ``alg``."""
    return Keys(alg, signer(alg), signer(alg, "second"), signer(alg, "stranger"))


def configuration() -> dict[str, object]:
    """One configuration for the whole corpus: it trusts two keys of every algorithm, the better to mix them up."""
    trusted = [signer(alg, name) for name in ("first", "second") for alg in ALGORITHMS]
    return document(*trusted, **POLICY)


def case(name: str, expected: Reason | None, token: str, route: str = ROUTE) -> Case:
    """``token``, sent as it should be."""
    if expected is not None and len(token) > LIMIT:
        expected = Reason.TOKEN_TOO_LARGE  # with the signatures of ML-DSA it comes to that, and size is judged first
    return Case(name, expected, bearer(token, route), token)


def claims(**changes: object) -> dict[str, object]:
    """Good claims, with ``changes``."""
    marked = {"sub": f"{MARKER}-sub", "jti": f"{MARKER}-jti", "client_id": "web"}
    return tokens.claims(**{**marked, **changes})


def signed(keys: Keys, **changes: object) -> str:
    """A token with good claims but for ``changes``."""
    return tokens.token(keys.key, claims(**changes))


def headed(keys: Keys, **changes: object) -> str:
    """A token with a good header but for ``changes``."""
    return tokens.token(keys.key, claims(), tokens.header(keys.key, **changes))
