"""The report as text and as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from .api_rules import stage_name
from .apis import Api
from .authorizers import Authorizer, listed, shown
from .changes import Effect, throttling
from .finding import Finding
from .report import Report
from .resource import Opaque
from .tokens import TokenRules

_SIGNS = {Effect.OPENS: "+", Effect.CLOSES: "-", Effect.CHANGES: "~"}


def as_text(report: Report) -> Iterator[str]:
    """The lines for a reader."""
    for api in report.apis:
        yield from (api.name, *(f"  {line}" for line in _api(api)), "")
    if not report.apis:
        yield from ("There is no HTTP API.", "")
    if report.changes is not None:
        yield f"Changes for callers: {len(report.changes) or 'none'}"
        yield from (f"  {_SIGNS[change.effect]} {change.api}: {change.message}" for change in report.changes)
        yield ""
    noted = [found for found in report.findings if found.noted]
    for title, findings in (("Findings", report.failures), ("Noted", noted)):
        yield f"{title}: {len(findings) or 'none'}"
        yield from (f"  {line}" for line in _findings(findings))


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for found in findings:
        yield f"{found.rule}  {found.message}"
        if found.urn:
            yield f"    {found.urn}"


def _api(api: Api) -> Iterator[str]:
    endpoint = {
        True: ["the default endpoint"],
        False: [],
        None: ["its endpoints, which are in another stack"],
    }
    enabled = api.default_endpoint
    reached = [f"the default endpoint: {enabled.value}"] if isinstance(enabled, Opaque) else endpoint[enabled]
    for domain in api.domains:
        reached.append(f"{domain.url} (mutual TLS)" if domain.mutual_tls else domain.url)
    yield f"reached at  {', '.join(reached)}"
    for authorizer in api.authorizers:
        yield from _authorizer(authorizer)
    for stage in api.stages:
        log = "access log" if stage.value("accessLogSettings") is not None else "no access log"
        yield f"stage       {stage_name(stage)}: {throttling(stage.value('defaultRouteSettings'))}, {log}"
    if api.cors is not None:
        yield f"CORS        {', '.join(map(shown, listed(api.cors.get('allowOrigins'))))}"
    yield from _table(
        ("route", "who may call it", "what answers"),
        [(route.key, route.access.text, route.backend) for route in api.routes],
    )


def _authorizer(authorizer: Authorizer) -> Iterator[str]:
    issuers = [f"{issuer} for {', '.join(audiences)}" for issuer, audiences in authorizer.issuers.items()]
    if authorizer.rules is None and authorizer.type != "JWT":
        issuers = [f"whatever the function {authorizer.function} accepts"]
    elif not issuers:
        issuers = [shown(authorizer.rules)]
    yield f"tokens      {'; '.join(issuers)}"
    if isinstance(authorizer.rules, TokenRules):
        keys = [f"{kid} ({alg})" if alg else kid for kid, alg in authorizer.rules.keys.items()]
        yield f"keys        {', '.join(keys) or 'none'}"
    if authorizer.type != "JWT":
        sources = ", ".join(map(shown, authorizer.identity_sources)) or "nothing"
        yield f"cache       {shown(authorizer.ttl)} s by {sources}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        yield "no routes"
        return
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def as_json(report: Report) -> dict[str, Any]:
    """The report as a JSON object."""
    return {
        "apis": [_api_object(api) for api in report.apis],
        "changes": None
        if report.changes is None
        else [{"api": change.api, "effect": change.effect, "message": change.message} for change in report.changes],
        "findings": [
            {
                "rule": found.rule,
                "level": "noted" if found.noted else "finding",
                "urn": found.urn,
                "message": found.message,
            }
            for found in report.findings
        ],
    }


def _api_object(api: Api) -> dict[str, Any]:
    enabled = api.default_endpoint
    return {
        "name": api.name,
        "urn": api.resource.urn if api.resource else None,
        "default_endpoint": enabled.value if isinstance(enabled, Opaque) else enabled,
        "domains": [{"url": domain.url, "mutual_tls": domain.mutual_tls} for domain in api.domains],
        "authorizers": [_authorizer_object(authorizer) for authorizer in api.authorizers],
        "routes": [
            {
                "route_key": route.key,
                "caller": route.access.caller,
                "who": route.access.text,
                "scopes": None if route.access.scopes is None else list(route.access.scopes.names),
                "backend": route.backend,
                "urn": route.resource.urn,
            }
            for route in api.routes
        ],
    }


def _authorizer_object(authorizer: Authorizer) -> dict[str, Any]:
    rules = authorizer.rules if isinstance(authorizer.rules, TokenRules) else None
    return {
        "urn": authorizer.resource.urn,
        "type": shown(authorizer.type),
        "function": authorizer.function,
        "issuers": {issuer: list(audiences) for issuer, audiences in authorizer.issuers.items()},
        "keys": dict(rules.keys) if rules else None,
        "cache_ttl": authorizer.ttl if isinstance(authorizer.ttl, int | float) else shown(authorizer.ttl),
        "identity_sources": [shown(source) for source in authorizer.identity_sources],
    }
