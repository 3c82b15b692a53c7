"""What the authorizer trusts: ``config.json`` of its package, against what is promised and what KMS has."""

from collections.abc import Iterable, Iterator, Mapping, Set

from ..packages.authorizer import Config
from .account import Account
from .function import AuthorizerFunction
from .key_rows import key_fault
from .promises import Promises, RoutePromise
from .row import Row, judged, of_faults


def trust_row(function: AuthorizerFunction, promises: Promises, kid: str, account: Account) -> Iterator[Row]:
    """``kid`` is that of the signing key."""
    yield judged(
        "what the authorizer trusts",
        "as promised",
        lambda: of_faults(list(_faults(function, promises, kid, account)), _summary(function.config)),
    )


def _faults(function: AuthorizerFunction, promises: Promises, kid: str, account: Account) -> Iterator[str]:
    config = function.config
    rules = config.rules.claims
    yield from _differences("the issuer", rules.issuers, {promises.issuer})
    # Only outputs say all audiences.
    audiences = {promises.audience} | (rules.audiences if promises.audiences is None else promises.audiences)
    yield from _differences("the audience", rules.audiences, audiences)
    yield from _differences("the other issuer", _others(config), promises.trusted_issuers)
    own = {key.rpartition("/")[2] for key, _ in config.kms.keys} if config.kms else _pinned(config)
    published = {str(key.get("kid")) for key in promises.jwks} if promises.jwks is not None else own | {kid}
    yield from _differences("the key", own, published)
    document_keys = function.document.get("keys")
    for key in document_keys if isinstance(document_keys, list) else []:
        if fault := key_fault(key, account):
            yield f"trusts a wrong key: {fault}"
    if promises.leeway_seconds not in (None, rules.leeway_seconds or 0):
        yield f"a leeway of {rules.leeway_seconds or 0} s, not {promises.leeway_seconds} s"
    if promises.routes is not None:
        yield from _route_faults(config, promises.routes)


def _differences(what: str, found: Set[str], promised: Set[str]) -> Iterator[str]:
    yield from (f"trusts {what} {name}, which is not promised" for name in sorted(found - promised))
    yield from (f"does not trust {what} {name}" for name in sorted(promised - found))


def _others(config: Config) -> set[str]:
    """Every ``iss`` of other issuers."""
    alone = {issuer for rules in config.trusted_issuer_rules.values() for issuer in rules.claims.issuers}
    return alone.union(*config.shared_keys.values())


def _pinned(config: Config) -> set[str]:
    return set(config.keys) - set(config.trusted_issuer_rules)


def _route_faults(config: Config, promised: Mapping[str, RoutePromise]) -> Iterator[str]:
    """A configuration without routes requires no scopes, and lets a token in on any route."""
    protected = {key: route for key, route in promised.items() if route.takes_tokens}
    if config.routes is None:
        if any(route.scopes for route in protected.values()):
            yield "requires no scopes"
        return
    for key, route in protected.items():
        found = config.routes.get(key)
        if found is None:
            yield f"denies every token at {key}"
        elif set(found.scopes) != set(route.scopes) or (found.match_any != route.match_any and len(found.scopes) > 1):
            yield f"requires {_scopes(found.scopes, found.match_any)} of {key}, not {_scopes(route.scopes, route.match_any)}"
    yield from (
        f"lets tokens in at {key}, which is not promised" for key in sorted(set(config.routes) - set(protected))
    )


def _scopes(scopes: Iterable[str], match_any: bool) -> str:
    return (" or " if match_any else " and ").join(sorted(scopes)) or "no scope"


def _summary(config: Config) -> str:
    rules = config.rules.claims
    keys = len(config.kms.keys) if config.kms else len(_pinned(config))
    trusted = _others(config)
    shown = [f"{keys} key{'s' if keys != 1 else ''}", *sorted(rules.audiences)]
    if trusted:
        shown.append(f"{len(trusted) + 1} issuers")
    return ", ".join([*shown, f"leeway {rules.leeway_seconds or 0} s"])
