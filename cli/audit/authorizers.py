"""The authorizers of HTTP APIs: what decides on a request, and for how long its answer is reused."""

from dataclasses import dataclass
from typing import Any

from .resource import Opaque, Resource
from .stack import Stack, function_name
from .tokens import TokenRules, token_rules

DEFAULT_TTL = 300
"""Seconds for which the provider lets API Gateway cache, unless the program says otherwise."""

ROUTE_KEY = "$context.routeKey"
CLIENT_CERTIFICATE = "$context.identity.clientCert.clientCertPem"


@dataclass(frozen=True)
class Authorizer:
    """An authorizer."""

    resource: Resource
    type: Any
    """``REQUEST`` (a Lambda function) or ``JWT``."""
    ttl: Any
    """Seconds for which API Gateway caches an answer."""
    identity_sources: tuple[Any, ...]
    """What is part of the cache key."""
    function: str
    """The name of the Lambda function; empty for ``JWT``."""
    rules: TokenRules | Opaque | None
    """The tokens that this library's authorizer accepts; ``None`` for an authorizer of another kind."""

    @property
    def issuers(self) -> dict[str, tuple[str, ...]]:
        """Issuer -> audiences, as far as they are known."""
        if isinstance(self.rules, TokenRules):
            return dict(self.rules.issuers)
        jwt = self.resource.value("jwtConfiguration")
        if not isinstance(jwt, dict):
            return {}
        return {shown(jwt.get("issuer")): tuple(shown(audience) for audience in listed(jwt.get("audiences")))}

    @property
    def cached(self) -> bool:
        """Whether answers are cached, as far as it is known."""
        return self.type != "JWT" and bool(self.ttl)


def authorizer(stack: Stack, resource: Resource) -> Authorizer:
    """The authorizer that ``resource`` declares."""
    type_ = resource.value("authorizerType")
    function = stack.function(resource, "authorizerUri")
    ttl = resource.value("authorizerResultTtlInSeconds")
    uri = resource.value("authorizerUri")
    return Authorizer(
        resource=resource,
        type=type_,
        ttl=DEFAULT_TTL if ttl is None else ttl,
        identity_sources=tuple(listed(resource.value("identitySources"))),
        function="" if type_ == "JWT" else function.name if function else function_name(uri) or shown(uri),
        rules=token_rules(function) if function else _rules_elsewhere(resource),
    )


def _rules_elsewhere(resource: Resource) -> Opaque | None:
    """For an authorizer whose function is not found: that of this library's component may be unknown yet."""
    return Opaque.UNKNOWN if isinstance(resource.value("authorizerUri"), Opaque) else None


def listed(value: Any) -> list[Any]:
    """``value`` as a list: a list that cannot be read is one value that cannot be read."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def shown(value: Any) -> str:
    """``value`` for a reader: numbers without decimals, since Pulumi has one type of number; no value is a dash."""
    if isinstance(value, Opaque):
        return value.value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "-" if value is None else str(value)
