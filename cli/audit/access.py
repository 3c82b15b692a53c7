"""Who may call a route."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .authorizers import Authorizer, listed, shown
from .resource import Opaque, Resource
from .tokens import Scopes, TokenRules


class Caller(StrEnum):
    """The kinds of callers."""

    ANYBODY = "anybody"
    """Whoever reaches the API."""
    TOKEN = "token"  # noqa: S105 - a kind of caller
    """Whoever has a token that this library's authorizer accepts."""
    JWT = "jwt"
    """Whoever has a token that API Gateway's JWT authorizer accepts."""
    IAM = "iam"
    """Whomever IAM allows to invoke the API."""
    AUTHORIZER = "authorizer"
    """Whomever a Lambda authorizer of another kind allows."""
    NOBODY = "nobody"
    """The authorizer denies every request for this route."""
    UNKNOWN = "unknown"
    """It cannot be determined."""


@dataclass(frozen=True)
class Access:
    """Who may call a route."""

    caller: Caller
    """The kind of callers."""
    text: str
    """For a reader."""
    scopes: Scopes | None = None
    """The scopes of a token, if they are known."""
    accepted: frozenset[tuple[str, str]] = frozenset()
    """Issuer and audience of the tokens that API Gateway's JWT authorizer accepts, as far as they are known."""


def access(route: Resource, route_key: Any, authorizer: Authorizer | None) -> Access:
    """Who may call ``route``, whose authorizer is ``authorizer``."""
    type_ = route.value("authorizationType")
    if type_ is None or type_ == "NONE":
        return Access(Caller.ANYBODY, "anybody")
    if type_ == "AWS_IAM":
        return Access(Caller.IAM, "AWS principals that IAM allows execute-api:Invoke")
    if type_ == "JWT":
        return _jwt(route, authorizer)
    if type_ != "CUSTOM":
        return Access(Caller.UNKNOWN, shown(type_))
    if authorizer is None:
        return Access(Caller.AUTHORIZER, f"whom the authorizer {shown(route.value('authorizerId'))} allows")
    if authorizer.rules is None:
        return Access(Caller.AUTHORIZER, f"whom the function {authorizer.function} allows")
    return _token(authorizer.rules, route_key)


def _token(rules: TokenRules | Opaque, route_key: Any) -> Access:
    if isinstance(rules, Opaque):
        return Access(Caller.TOKEN, f"a token; which one is {rules.value}")
    if rules.routes is None:
        return Access(Caller.TOKEN, str(Scopes()), Scopes())
    if not isinstance(route_key, str):
        return Access(Caller.TOKEN, f"a token; for which route is {shown(route_key)}")
    scopes = rules.routes.get(route_key)
    if scopes is None:
        return Access(Caller.NOBODY, "nobody: the authorizer does not list this route")
    return Access(Caller.TOKEN, str(scopes), scopes)


def _jwt(route: Resource, authorizer: Authorizer | None) -> Access:
    """One of the scopes suffices.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"""
    names = listed(route.value("authorizationScopes"))
    scopes = Scopes(tuple(sorted(shown(name) for name in names)), match_any=True)
    issuers = authorizer.issuers if authorizer else {}
    by = "".join(f" by {issuer} for {' or '.join(sorted(names)) or 'no audience'}" for issuer, names in issuers.items())
    accepted = frozenset((issuer, audience) for issuer, audiences in issuers.items() for audience in audiences)
    return Access(Caller.JWT, f"{scopes}{by} (API Gateway's JWT authorizer)", scopes, accepted)
