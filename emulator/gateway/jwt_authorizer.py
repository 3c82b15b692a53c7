"""API Gateway's own JWT authorizer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import json
import time
from typing import Any

from . import issuer_keys, rsa_token
from .exchange import Exchange
from .issuer_keys import IssuerError
from .refusal import Refusal
from .rsa_token import TokenError


async def authorize(exchange: Exchange, authorizer: dict[str, Any], identity: str) -> None:
    """Returns if the request may go on. Raises ``Refusal`` otherwise. ``identity`` is the value of the identity source."""
    required: list[str] = exchange.route.get("authorizationScopes") or []
    if not identity:
        exchange.variables["authorizer.error"] = "missing: token not provided"
        raise Refusal(401, "Unauthorized", "UNAUTHORIZED", challenge="Bearer")
    configuration = authorizer.get("jwtConfiguration") or {}
    try:
        token = rsa_token.parse(identity.removeprefix("Bearer "))
        rsa_token.verify(token, await issuer_keys.find(configuration.get("issuer", "")))
        _check_claims(token.claims, configuration)
    except TokenError as error:
        raise _refused(exchange, 401, "invalid_token", str(error), required) from None
    except IssuerError as error:
        told = "OIDC discovery endpoint communication error"
        raise _refused(exchange, 401, "invalid_token", told, required, str(error)) from None
    scopes = _scopes(token.claims)
    if required and not {*required} & {*scopes}:
        raise _refused(exchange, 403, "insufficient_scope", "the token has none of the scopes", required)
    exchange.jwt = {
        "claims": {name: _text(value) for name, value in token.claims.items()},
        "scopes": scopes if required else None,
    }


def _check_claims(claims: dict[str, Any], configuration: dict[str, Any]) -> None:
    """In the order of the page. There is no leeway."""
    if claims.get("iss") != configuration.get("issuer"):
        raise TokenError("issuer does not match")
    given = claims["aud"] if "aud" in claims else claims.get("client_id")
    audiences = given if isinstance(given, list) else [given]
    if not any(audience in (configuration.get("audience") or []) for audience in audiences):
        raise TokenError("the token does not have a valid audience")
    now = time.time()
    if not _number(claims.get("exp")) or claims["exp"] <= now:
        raise TokenError("the token has expired")
    for name in ("nbf", "iat"):
        if name in claims and (not _number(claims[name]) or claims[name] > now):
            raise TokenError(f"the token is not valid before its {name}")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scopes(claims: dict[str, Any]) -> list[str]:
    given = claims["scope"] if "scope" in claims else claims.get("scp")
    if isinstance(given, str):
        return given.split()
    return [scope for scope in given if isinstance(scope, str)] if isinstance(given, list) else []


def _text(value: Any) -> str:
    """A claim as events have it: everything is text, a list ``[a b]``."""
    if isinstance(value, list):
        return f"[{' '.join(map(_text, value))}]"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _refused(
    exchange: Exchange, status: int, error: str, description: str, scopes: list[str], detail: str = ""
) -> Refusal:
    exchange.variables["authorizer.error"] = detail or description
    message, kind = ("Unauthorized", "UNAUTHORIZED") if status == 401 else ("Forbidden", "ACCESS_DENIED")
    challenge = f'Bearer scope="{" ".join(scopes)}" error="{error}" error_description="{description}"'
    return Refusal(status, message, kind, detail, challenge)
