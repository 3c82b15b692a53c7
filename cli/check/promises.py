"""What an API promises: the outputs of its stack, or the options of the command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..json_input import Jwk, keys_of, parse_json


@dataclass(frozen=True)
class RoutePromise:
    """Who may call a route."""

    public: bool = False
    scopes: tuple[str, ...] = ()
    match_any: bool = False
    """Whether one of the scopes is enough."""
    authorization: str = ""
    """``iam`` or ``jwt``, if another authorization than this library's is promised."""

    @property
    def takes_tokens(self) -> bool:
        """Whether this library's authorizer is promised."""
        return not self.public and not self.authorization


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
    audiences: frozenset[str] | None = None
    """All of them."""
    trusted_issuers: frozenset[str] = frozenset()
    """Other issuers whose tokens are accepted."""
    routes: Mapping[str, RoutePromise] | None = None
    """By route key: all of them."""
    api_id: str | None = None
    authorizer_id: str | None = None
    cache_ttl: int | None = None
    leeway_seconds: int | None = None
    access_logs: bool = True
    disable_default_endpoint: bool | None = None
    role_actions: frozenset[str] = frozenset()
    """Actions that the authorizer's role may call besides those that kms-jwt needs."""
    key_users: frozenset[str] = frozenset()
    """ARNs of other accounts that the policies of the signing keys may name."""
    jwks: Sequence[Jwk] | None = None
    """The keys that the stack publishes as its output."""
    open_routes: frozenset[str] = frozenset()
    """Route keys that need no token, if ``routes`` is not known."""
    skipped_routes: frozenset[str] = frozenset()
    """Route keys that are somebody else's, such as those with another authorizer."""


def check_route_key(key: str) -> str:
    """``key``, if it is one. Raises ``ValueError``: in a URL, what is no path could continue the name of the host."""
    method, space, path = key.partition(" ")
    if key == "$default" or (method.isalpha() and method.isupper() and space and path.startswith("/")):
        return key
    raise ValueError(f'{key!r} is no route key: write a method and a path, such as "GET /orders", or $default')


def without_slash(url: str) -> str:
    """``url`` without a slash at its end."""
    return url if url.endswith("://") else url.rstrip("/")


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
    whole = isinstance(apis, dict) and all(isinstance(api, dict) and _text(api, "endpoint") for api in apis.values())
    if not apis or not whole:
        raise ValueError(
            "--stack-output: has no API: export api_endpoint of the AuthorizedHttpApi as endpoint, or several below apis, "
            "by name"
        )
    shared = Promises(key=_text(outputs, "key_alias") or _text(outputs, "key_arn"), jwks=_keys(outputs.get("jwks")))
    return [_of_output(replace(shared, name=name), api) for name, api in apis.items()]


def _of_output(shared: Promises, api: dict[str, Any]) -> Promises:
    audience, routes, disabled = api.get("audience"), api.get("routes"), api.get("disable_default_endpoint")
    audiences = [audience] if isinstance(audience, str) else _texts(api, "audience")
    return replace(
        shared,
        endpoint=without_slash(_text(api, "endpoint")),
        issuer=_text(api, "issuer"),
        audience=audiences[0] if audiences else "",
        audiences=frozenset(audiences),
        trusted_issuers=frozenset(_texts(api, "trusted_issuers")),
        routes={_route_key(key): _route(route) for key, route in routes.items()} if isinstance(routes, dict) else None,
        api_id=_text(api, "api_id") or None,
        authorizer_id=_text(api, "authorizer_id") or None,
        cache_ttl=_seconds(api, "cache_ttl"),
        leeway_seconds=_seconds(api, "leeway_seconds"),
        access_logs=api.get("access_logs") is not False,
        disable_default_endpoint=disabled if isinstance(disabled, bool) else None,
        role_actions=frozenset(_texts(api, "role_actions")),
    )


def _route_key(key: str) -> str:
    try:
        return check_route_key(key)
    except ValueError as fault:
        raise ValueError(f"--stack-output: the output routes: {fault}") from None


def _route(value: object) -> RoutePromise:
    route = value if isinstance(value, dict) else {}
    return RoutePromise(
        public=route.get("public") is True,
        scopes=tuple(_texts(route, "scopes")),
        match_any=route.get("scopes_match") == "any",
        authorization=_text(route, "authorization"),
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


def _texts(values: dict[str, Any], name: str) -> list[str]:
    value = values.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def _seconds(values: dict[str, Any], name: str) -> int | None:
    value = values.get(name)
    return int(value) if isinstance(value, int | float) else None
