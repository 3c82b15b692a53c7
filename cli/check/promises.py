"""What an API promises: the outputs of its stack, or the options of the command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..json_input import Jwk, keys_of, parse_json


@dataclass(frozen=True)
class RoutePromise:
    """Who may call a route."""

    public: bool = False
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Promises:
    """What is known about one API before anything is read or sent. ``None``: not known."""

    name: str = ""
    """Of the API in the outputs."""
    endpoint: str = ""
    key: str = ""
    """The signing key: an alias, a key id or an ARN."""
    issuer: str = ""
    audience: str = ""
    routes: Mapping[str, RoutePromise] | None = None
    """By route key: all of them."""
    api_id: str | None = None
    authorizer_id: str | None = None
    cache_ttl: int | None = None
    access_logs: bool = True
    jwks: Sequence[Jwk] | None = None
    """The keys that the stack publishes as its output."""
    open_routes: frozenset[str] = field(default=frozenset())
    """Route keys that need no token, if ``routes`` is not known."""


def of_outputs(text: str) -> list[Promises]:
    """The APIs in the outputs of a stack, the JSON of ``pulumi stack output --json``: the output ``apis`` of this repository's
    program, or the outputs of a program with one API at the top. Raises ``ValueError``, which says what to export."""
    try:
        outputs = parse_json(text)
    except ValueError as fault:
        raise ValueError(f"--stack-output: not JSON ({fault}): use `pulumi stack output --json`") from None
    if not isinstance(outputs, dict) or not outputs:
        raise ValueError("--stack-output: the stack has no outputs: run `pulumi up`, and `pulumi stack output --json`")
    apis = outputs.get("apis", {"": outputs})
    if not isinstance(apis, dict) or not all(isinstance(api, dict) and _text(api, "endpoint") for api in apis.values()):
        raise ValueError(
            "--stack-output: has no API: export api_endpoint of the AuthorizedHttpApi as endpoint, or several below apis, "
            "by name"
        )
    shared = Promises(key=_text(outputs, "key_alias") or _text(outputs, "key_arn"), jwks=_keys(outputs.get("jwks")))
    return [_of_output(replace(shared, name=name), api) for name, api in apis.items()]


def _of_output(shared: Promises, api: dict[str, Any]) -> Promises:
    audience, routes, ttl = api.get("audience"), api.get("routes"), api.get("cache_ttl")
    return replace(
        shared,
        endpoint=_text(api, "endpoint").rstrip("/"),
        issuer=_text(api, "issuer"),
        audience=str(audience[0]) if isinstance(audience, list) and audience else _text(api, "audience"),
        routes={key: _route(route) for key, route in routes.items()} if isinstance(routes, dict) else None,
        api_id=_text(api, "api_id") or None,
        authorizer_id=_text(api, "authorizer_id") or None,
        cache_ttl=int(ttl) if isinstance(ttl, int | float) else None,
        access_logs=api.get("access_logs") is not False,
    )


def _route(value: object) -> RoutePromise:
    route = value if isinstance(value, dict) else {}
    scopes = route.get("scopes")
    return RoutePromise(
        public=route.get("public") is True,
        scopes=tuple(map(str, scopes)) if isinstance(scopes, list) else (),
    )


def _keys(jwks: object) -> list[Jwk] | None:
    if jwks is None:
        return None
    try:
        return keys_of(parse_json(jwks) if isinstance(jwks, str) else jwks)
    except ValueError as fault:
        raise ValueError(f"--stack-output: the output jwks: {fault}: export the output jwks of SigningKeys") from None


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
