"""Which tokens an authorizer of this library accepts: read from ``config.json`` in its package.

The document is not validated here, as it may be that of an older release. The deployment and the authorizer do that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .resource import Opaque, Resource

HANDLER = "authorizer.handler.handler"
"""The handler of this library's authorizer."""


@dataclass(frozen=True)
class Scopes:
    """The scopes that a route requires."""

    names: tuple[str, ...] = ()
    match_any: bool = False
    """Whether one of them suffices."""

    def __str__(self) -> str:
        if not self.names:
            return "any valid token"
        return f"a token with {(' or ' if self.match_any else ' and ').join(self.names)}"


@dataclass(frozen=True)
class TokenRules:
    """The tokens that an authorizer accepts."""

    issuers: Mapping[str, tuple[str, ...]]
    """Issuer -> its audiences."""
    keys: Mapping[str, str]
    """``kid`` -> algorithm."""
    routes: Mapping[str, Scopes] | None
    """Route key -> scopes, a closed list; ``None`` stands for any route, without scopes."""
    limits: Mapping[str, Any]
    """Every other field of ``config.json``, such as ``max_token_age_seconds``, and of other issuers: ``scopes of partner``."""

    @property
    def bound(self) -> bool:
        """Whether tokens of any issuer may be bound to a client certificate."""
        return any(name.partition(" of ")[0] == "bound_tokens" for name in self.limits)


def token_rules(function: Resource) -> TokenRules | Opaque | None:
    """The rules of an authorizer's function, ``Opaque`` if they cannot be read; ``None`` for a function of another kind."""
    if function.value("handler") != HANDLER:
        return None
    code = function.value("code")
    asset = code["assets"].get("config.json") if isinstance(code, dict) and "assets" in code else code
    text: Any = asset.get("text") if isinstance(asset, dict) else asset
    if isinstance(text, Opaque):
        return text
    try:
        return _rules(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Opaque.UNKNOWN


def _rules(document: dict[str, Any]) -> TokenRules:
    others = document.get("trusted_issuers", [])
    own = {str(issuer): tuple(map(str, document["audiences"])) for issuer in document["issuers"]}
    keys = [*document.get("keys", []), *(key for other in others for key in other.get("keys", []))]
    in_kms = document.get("kms", {}).get("keys", [])
    routes = document.get("routes")
    named = {"issuers", "audiences", "keys", "kms", "routes", "trusted_issuers", "version"}
    theirs = {
        str(issuer): tuple(map(str, other.get("audiences", ())))
        for other in others
        for issuer in other.get("issuers", [other.get("issuer")])  # one issuer in older releases
    }
    return TokenRules(
        issuers={**own, **theirs},
        keys={
            **{str(key["kid"]): str(key.get("alg", "")) for key in keys},
            **{key["key_id"].rpartition("/")[2]: str(key.get("alg") or "") for key in in_kms},
        },
        routes=None
        if routes is None
        else {
            route_key: Scopes(tuple(sorted(map(str, route.get("scopes", [])))), route.get("scopes_match") == "any")
            for route_key, route in routes.items()
        },
        limits={
            **{name: value for name, value in sorted(document.items()) if name not in named},
            **{
                f"{name} of {other.get('name', other.get('issuer'))}": value
                for other in others
                for name, value in sorted(other.items())
                if name not in {*named, "name", "issuer"}
            },
        },
    )
