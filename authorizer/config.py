"""Reading ``config.json``, the contract with whoever deploys: strictly, so that a mistake stops the init."""

from collections.abc import Mapping
from typing import NamedTuple

from . import strict_json
from .claims import ClaimRules
from .config_fields import ConfigError as ConfigError
from .config_fields import integer, mapping, names, optional_integer
from .jws import media_type
from .keys import Key
from .scopes import Routes, RouteScopes
from .trusted_keys import load_jwks, trust_issuers

VERSION = 1
"""Of the contract. A field that changes its meaning changes the version."""

DEFAULT_TOKEN_TYPES = ("JWT", "at+jwt")
DEFAULT_MAX_TOKEN_BYTES = 8192
"""API Gateway takes 10,240 bytes of request line and headers together."""
LOG_LEVELS = ("INFO", "WARN", "ERROR")

_FIELDS = frozenset(
    {
        "version",
        "keys",
        "issuers",
        "audiences",
        "token_types",
        "required_claims",
        "expected_claims",
        "leeway_seconds",
        "max_token_age_seconds",
        "max_token_lifetime_seconds",
        "max_token_bytes",
        "routes",
        "context_claims",
        "log_level",
        "trusted_issuers",
    }
)


class Config(NamedTuple):
    """``config.json``, read and checked."""

    keys: Mapping[str, Key]
    """By ``kid``: our own, and those of the other trusted issuers."""
    claim_rules: ClaimRules
    """What tokens of our own keys must satisfy."""
    partner_rules: Mapping[str, ClaimRules]
    """``kid`` of another issuer's key -> what its tokens must satisfy: a key never vouches for another issuer."""
    token_types: frozenset[str]
    max_token_bytes: int
    routes: Routes | None
    context_claims: tuple[str, ...]
    log_level: str

    def rules_of(self, kid: str) -> ClaimRules:
        """What tokens of the key ``kid`` must satisfy."""
        return self.partner_rules.get(kid, self.claim_rules)


def read_config(path: str) -> dict[str, object]:
    """The JSON object in the file at ``path``, as strict as a token's. Raises ``ConfigError``."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would cost a millisecond of cold start
            return strict_json.loads(file.read())
    except (OSError, ValueError) as fault:
        raise ConfigError(f"{path}: {fault}") from None


def parse_config(document: Mapping[str, object]) -> Config:
    """Check ``document``, an object with these fields:

    - ``version``: 1
    - ``keys``: public JWKs, each with ``kid`` and ``alg``
    - ``issuers``, ``audiences``: the exact values of ``iss`` and ``aud`` that are taken; at least one each
    - ``token_types``: values of ``typ``, default ``["JWT", "at+jwt"]``; the empty string stands for no ``typ``
    - ``required_claims``: names, default none
    - ``expected_claims``: name -> list of the values taken, default none
    - ``leeway_seconds``: 0 to 300 for every date; default 10 for ``iat`` and ``nbf`` in the future, 0 for ``exp``
    - ``max_token_age_seconds``, ``max_token_lifetime_seconds``: default unlimited
    - ``max_token_bytes``: 256 to 10240, default 8192
    - ``routes``: route key -> ``{"scopes": [...], "match": "all" | "any"}``, a closed list; default any route
    - ``context_claims``: names of the claims given to the backend, default ``["sub"]``
    - ``log_level``: INFO (every decision, the default), WARN (denials) or ERROR (faults)
    - ``trusted_issuers``: others whose tokens are taken, each with ``issuer``, ``audiences``, ``keys`` of its own and, if
      the audience is not in ``aud``, ``audience_claim``; the rest of the rules holds for their tokens too. Default none

    Raises ``ConfigError`` for anything else: an unknown field, an empty issuer, a weak or private key, ...
    """
    for field in document:
        if field not in _FIELDS:
            raise ConfigError(f"{field}: unknown field; the fields are {', '.join(sorted(_FIELDS))}")
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        raise ConfigError(f"version: must be {VERSION}, and is {version!r}")
    claim_rules = ClaimRules(
        issuers=frozenset(names(document, "issuers", at_least=1)),
        audiences=frozenset(names(document, "audiences", at_least=1)),
        required_claims=names(document, "required_claims"),
        expected_claims=_expected_claims(document),
        leeway_seconds=integer(document, "leeway_seconds", 0, 0, 300) if "leeway_seconds" in document else None,
        max_token_age_seconds=optional_integer(document, "max_token_age_seconds"),
        max_token_lifetime_seconds=optional_integer(document, "max_token_lifetime_seconds"),
    )
    keys = dict(load_jwks(document))
    partner_rules = trust_issuers(document, keys, claim_rules)
    token_types = _token_types(document)
    log_level = document.get("log_level", LOG_LEVELS[0])
    if not isinstance(log_level, str) or log_level not in LOG_LEVELS:
        raise ConfigError(f"log_level: must be one of {', '.join(LOG_LEVELS)}, and is {log_level!r}")
    return Config(
        keys=keys,
        claim_rules=claim_rules,
        partner_rules=partner_rules,
        token_types=token_types,
        max_token_bytes=integer(document, "max_token_bytes", DEFAULT_MAX_TOKEN_BYTES, 256, 10240),
        routes=_routes(document),
        context_claims=names(document, "context_claims", default=("sub",)),
        log_level=log_level,
    )


def _token_types(document: Mapping[str, object]) -> frozenset[str]:
    types = document.get("token_types", list(DEFAULT_TOKEN_TYPES))
    if not isinstance(types, list) or not types or not all(isinstance(typ, str) for typ in types):
        raise ConfigError(f"token_types: must be a list of at least one media type, and is {types!r}")
    return frozenset(media_type(typ) for typ in types)


def _expected_claims(document: Mapping[str, object]) -> Mapping[str, tuple[object, ...]]:
    return {
        name: _values(f"expected_claims.{name}", values)
        for name, values in mapping(document, "expected_claims").items()
    }


def _values(path: str, values: object) -> tuple[object, ...]:
    if not isinstance(values, list) or not values or not all(isinstance(value, str | int | bool) for value in values):
        raise ConfigError(f"{path}: must be a list of at least one string, integer or boolean, and is {values!r}")
    return tuple(values)


def _routes(document: Mapping[str, object]) -> Routes | None:
    if "routes" not in document:
        return None
    return {
        route_key: _route(f"routes[{route_key!r}]", route) for route_key, route in mapping(document, "routes").items()
    }


def _route(path: str, route: object) -> RouteScopes:
    if not isinstance(route, dict) or not route.keys() <= {"scopes", "match"}:
        raise ConfigError(f'{path}: must be an object with "scopes" and "match" only, and is {route!r}')
    match = route.get("match", "all")
    if match not in ("all", "any"):
        raise ConfigError(f"{path}.match: must be all or any, and is {match!r}")
    scopes = names(route, "scopes", path=f"{path}.")
    for scope in scopes:
        if " " in scope:
            raise ConfigError(f"{path}.scopes: {scope!r} has a space: give each scope an entry of its own")
    return RouteScopes(frozenset(scopes), match_any=match == "any")
