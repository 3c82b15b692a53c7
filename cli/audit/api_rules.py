"""The settings of an HTTP API that decide about its callers, beside its routes."""

from collections.abc import Iterator

from .apis import Api
from .authorizers import CLIENT_CERTIFICATE, ROUTE_KEY, Authorizer, listed, shown
from .finding import Finding, finding
from .resource import Opaque, Resource
from .tokens import TokenRules

LONG_CACHE_SECONDS = 300
"""A longer cache is noted: for that long a token is accepted after it has expired, or its key was retired."""

_ANY_ORIGIN = {"*", "https://*", "http://*"}


def api_findings(api: Api) -> Iterator[Finding]:
    """CORS, the default endpoint, the caches of the authorizers, the settings of the stages."""
    yield from _cors(api)
    yield from _default_endpoint(api)
    for authorizer in api.authorizers:
        yield from _cache(api, authorizer)
    for stage in api.stages:
        yield from _throttling(api, stage)
        if stage.value("accessLogSettings") is None:
            asked_for = stage.made_by("AuthorizedHttpApi") or stage.made_by("TokenService")
            text = f"{api.name}: the stage {stage_name(stage)} writes no access log"
            advice = ", as the program says (access_logs: false)" if asked_for else ": add accessLogSettings"
            yield finding("no-access-log", stage, text + advice, noted=asked_for)


def _cors(api: Api) -> Iterator[Finding]:
    cors = api.cors or {}
    origins = [
        origin for origin in listed(cors.get("allowOrigins")) if isinstance(origin, str) and origin in _ANY_ORIGIN
    ]
    if not origins:
        return
    text = f"{api.name}: CORS allows the pages of any origin ({', '.join(origins)})"
    if cors.get("allowCredentials") is True:
        yield finding("cors-any-origin", api.resource, f"{text} with credentials: list the origins of your pages")
    elif api.by_component:
        yield finding("cors-any-origin", api.resource, f"{text}, as the program says (cors)", noted=True)
    else:
        yield finding("cors-any-origin", api.resource, f"{text}: list the origins of your pages")


def _default_endpoint(api: Api) -> Iterator[Finding]:
    if not api.domains or api.default_endpoint is not True:
        return
    urls = ", ".join(domain.url for domain in api.domains)
    text = f"{api.name}: the default endpoint is reachable beside {urls}"
    if any(domain.mutual_tls for domain in api.domains):
        text += ", and requires no client certificate: disable it"
        yield finding("default-endpoint", api.resource, text)
    else:
        text += ": disable it when its callers use the domain"
        if any(domain.mutual_tls is None for domain in api.domains):
            text += "; at once, if the domain, which is that of another stack, requires client certificates"
        yield finding("default-endpoint", api.resource, text, noted=True)


def _cache(api: Api, authorizer: Authorizer) -> Iterator[Finding]:
    if not authorizer.cached:
        return
    resource, ttl = authorizer.resource, shown(authorizer.ttl)
    if isinstance(authorizer.ttl, int | float) and authorizer.ttl > LONG_CACHE_SECONDS:
        text = f"{api.name}: answers are cached for {ttl} s: that long a token outlives its exp and its key"
        yield finding("long-cache", resource, text, noted=True)
    if not any(isinstance(source, Opaque) for source in authorizer.identity_sources):
        yield from _cache_key(api, authorizer)


def _cache_key(api: Api, authorizer: Authorizer) -> Iterator[Finding]:
    resource, sources, rules = authorizer.resource, authorizer.identity_sources, authorizer.rules
    text = f"{api.name}: the cache key of the authorizer {resource.name} lacks"
    advice = "add it to identitySources, or set the TTL to 0"
    if ROUTE_KEY not in sources:
        text_of_route = f"{text} {ROUTE_KEY}, so that the answer for one route"
        if rules is None:
            yield finding("route-not-in-cache-key", resource, f"{text_of_route} is used for the others: {advice}")
        elif isinstance(rules, TokenRules) and rules.routes is not None:
            others = f"{text_of_route}, whose scopes are others, is used for the others: {advice}"
            yield finding("route-not-in-cache-key", resource, others)
    if CLIENT_CERTIFICATE not in sources and isinstance(rules, TokenRules) and rules.bound:
        stolen = f"{text} {CLIENT_CERTIFICATE}, so that a stolen token is let in with any certificate: {advice}"
        yield finding("certificate-not-in-cache-key", resource, stolen)


def _throttling(api: Api, stage: Resource) -> Iterator[Finding]:
    settings = stage.value("defaultRouteSettings")
    if isinstance(settings, Opaque):
        return
    given = settings if isinstance(settings, dict) else {}
    limits = [given.get(name) for name in ("throttlingRateLimit", "throttlingBurstLimit")]
    if any(limit is None for limit in limits):
        text = f"{api.name}: the stage {stage_name(stage)} has no throttling limits: add defaultRouteSettings with both"
        yield finding("no-throttling", stage, text)


def stage_name(stage: Resource) -> str:
    """The name of a stage."""
    return shown(stage.value("name") or stage.name)
