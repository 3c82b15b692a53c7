"""What changes for the callers of the APIs between two states of a stack."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .access import Access, Caller
from .api_rules import stage_name
from .apis import Api
from .authorizers import Authorizer, listed, shown
from .tokens import Scopes, TokenRules


class Effect(StrEnum):
    """What a change means for callers."""

    OPENS = "opens"
    """Requests are answered that were not."""
    CLOSES = "closes"
    """Requests are refused that were answered."""
    CHANGES = "changes"
    """Neither, both, or not known before the deployment."""


@dataclass(frozen=True)
class Change:
    """A change for callers."""

    api: str
    """The API's name."""
    effect: Effect
    """What it means for callers."""
    message: str
    """What was, and what is."""


def changes(before: Iterable[Api], after: Iterable[Api]) -> Iterator[Change]:
    """The changes, API by API. An API is the same if it has the same type and name, whatever the project and the stack."""
    old, new = ({_key(api): api for api in apis} for apis in (before, after))
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            yield Change(old[key].name, Effect.CLOSES, "the API is removed")
        elif key not in old:
            yield Change(new[key].name, Effect.OPENS, f"the API is added, with {len(new[key].routes)} routes")
        else:
            for effect, message in _of_api(old[key], new[key]):
                yield Change(new[key].name, effect, message)


def _key(api: Api) -> str:
    return api.resource.key if api.resource else api.name


_Changes = Iterator[tuple[Effect, str]]


def _of_api(old: Api, new: Api) -> _Changes:
    yield from _routes(old, new)
    yield from _tokens(old, new)
    yield from _authorizers(old, new)
    if (old.default_endpoint, new.default_endpoint) in ((True, False), (False, True)):
        effect = Effect.OPENS if new.default_endpoint else Effect.CLOSES
        yield effect, f"the default endpoint is {'enabled' if new.default_endpoint else 'disabled'}"
    yield from _sets("domain", (item.url for item in old.domains), (item.url for item in new.domains))
    tls = {domain.url: domain.mutual_tls for domain in old.domains}
    for domain in new.domains:
        before = tls.get(domain.url, domain.mutual_tls)
        if None not in (before, domain.mutual_tls) and before is not domain.mutual_tls:
            word = "required" if domain.mutual_tls else "no longer required"
            yield Effect.CLOSES if domain.mutual_tls else Effect.OPENS, f"{domain.url}: client certificates are {word}"
    yield from _sets("CORS origin", _origins(old), _origins(new))
    yield from _throttling(old, new)


def _routes(old: Api, new: Api) -> _Changes:
    before, after = ({route.key: route for route in api.routes} for api in (old, new))
    for key in sorted({*before, *after}, key=lambda key: key.partition(" ")[::-1]):
        if key not in after:
            yield Effect.CLOSES, f"{key} is removed"
        elif key not in before:
            yield Effect.OPENS, f"{key} is added, for {after[key].access.text}"
        else:
            if (effect := _effect(before[key].access, after[key].access)) is not None:
                yield effect, f"{key} was for {before[key].access.text}, and is for {after[key].access.text}"
            if before[key].backend != after[key].backend:
                yield Effect.CHANGES, f"{key} was answered by {before[key].backend}, and is by {after[key].backend}"


def _effect(old: Access, new: Access) -> Effect | None:
    if old == new:
        return None
    for caller, when_old, when_new in (
        (Caller.ANYBODY, Effect.CLOSES, Effect.OPENS),
        (Caller.NOBODY, Effect.OPENS, Effect.CLOSES),
    ):
        if caller in (old.caller, new.caller):
            return when_old if old.caller is caller else when_new
    if old.caller is not new.caller or old.scopes is None or new.scopes is None:
        return Effect.CHANGES
    if old.accepted == new.accepted:
        return _effect_of_scopes(old.scopes, new.scopes)
    if old.scopes != new.scopes:
        return Effect.CHANGES
    if old.accepted < new.accepted:
        return Effect.OPENS
    return Effect.CLOSES if new.accepted < old.accepted else Effect.CHANGES


def _effect_of_scopes(old: Scopes, new: Scopes) -> Effect:
    """More scopes of which all are required close a route, more of which one suffices open it."""
    if not old.names or not new.names:
        return Effect.CLOSES if new.names else Effect.OPENS
    if old.match_any is not new.match_any and len(old.names) > 1 < len(new.names):
        return Effect.CHANGES
    match_any = old.match_any if len(old.names) > 1 else new.match_any
    if set(old.names) < set(new.names):
        return Effect.OPENS if match_any else Effect.CLOSES
    if set(new.names) < set(old.names):
        return Effect.CLOSES if match_any else Effect.OPENS
    return Effect.CHANGES


def _tokens(old: Api, new: Api) -> _Changes:
    before, after = ([item.rules for item in api.authorizers if item.rules is not None] for api in (old, new))
    if not all(isinstance(rules, TokenRules) for rules in [*before, *after]):
        if before != after:
            yield Effect.CHANGES, "which tokens are accepted is not known in both states"
        return
    issuers = [
        {(issuer, name) for item in api.authorizers for issuer, names in item.issuers.items() for name in names}
        for api in (old, new)
    ]
    yield from _sets("issuer", (issuer for issuer, _ in issuers[0]), (issuer for issuer, _ in issuers[1]))
    for issuer in sorted({issuer for issuer, _ in issuers[0]} & {issuer for issuer, _ in issuers[1]}):
        names = [[f"{name} of {issuer}" for known, name in pairs if known == issuer] for pairs in issuers]
        yield from _sets("audience", *names)
    keys = [{kid: alg for rules in of for kid, alg in rules.keys.items()} for of in _rules(old, new)]
    yield from _sets("key", keys[0], keys[1])
    limits: list[dict[str, Any]] = [{k: v for rules in of for k, v in rules.limits.items()} for of in _rules(old, new)]
    for name in sorted({*limits[0], *limits[1]}):
        was, is_ = limits[0].get(name), limits[1].get(name)
        if was != is_:
            yield Effect.CHANGES, f"{name} was {_value(was)}, and is {_value(is_)}"


def _rules(*apis: Api) -> list[list[TokenRules]]:
    return [[item.rules for item in api.authorizers if isinstance(item.rules, TokenRules)] for api in apis]


def _authorizers(old: Api, new: Api) -> _Changes:
    before: Mapping[str, Authorizer] = {item.resource.key: item for item in old.authorizers}
    for after in new.authorizers:
        found = before.get(after.resource.key)
        if found is None:
            continue
        if found.ttl != after.ttl:
            text = f"answers of {after.resource.name} were cached for {shown(found.ttl)} s, and are for {shown(after.ttl)} s"
            yield Effect.CHANGES, text
        required, no_longer = (
            [shown(item) for item in one.identity_sources if item not in other.identity_sources]
            for one, other in ((after, found), (found, after))
        )
        for sources, effect, words in (
            (required, Effect.CLOSES, "is required"),
            (no_longer, Effect.OPENS, "is no longer required"),
        ):
            for source in sources:
                yield effect, f"the identity source {source} {words}"


def _sets(what: str, old: Iterable[str], new: Iterable[str]) -> _Changes:
    before, after = set(old), set(new)
    for name in sorted(after - before):
        yield Effect.OPENS, f"{what} {name} is accepted" if what != "domain" else f"domain {name} is added"
    for name in sorted(before - after):
        yield Effect.CLOSES, f"{what} {name} is no longer accepted" if what != "domain" else f"domain {name} is removed"


def _origins(api: Api) -> list[str]:
    return [shown(origin) for origin in listed((api.cors or {}).get("allowOrigins"))]


def _throttling(old: Api, new: Api) -> _Changes:
    before = {stage_name(stage): stage for stage in old.stages}
    for stage in new.stages:
        name = stage_name(stage)
        if name not in before:
            continue
        was, is_ = (
            throttling(before[name].value("defaultRouteSettings")),
            throttling(stage.value("defaultRouteSettings")),
        )
        if was != is_:
            yield Effect.CHANGES, f"the limit of the stage {name} was {was}, and is {is_}"


def throttling(settings: Any) -> str:
    """The throttling limits of a stage, for a reader."""
    if not isinstance(settings, dict):
        return "that of the account" if settings is None else shown(settings)
    rate, burst = (shown(settings.get(name)) for name in ("throttlingRateLimit", "throttlingBurstLimit"))
    return f"{rate} requests/s, burst {burst}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(shown, value)) or "none"
    return "the default" if value is None else shown(value)
