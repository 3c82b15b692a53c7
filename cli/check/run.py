"""One check of one API: all rows, in order."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..packages.issuer import KmsSigner, resolve_signing_key
from .account import Account
from .api_rows import WITHOUT_TOKEN, ApiRequests
from .authorizer_rows import authorizer_rows, needed_headers
from .deployed import Deployed, Read, read_deployed
from .function import AuthorizerFunction
from .good_tokens import good_tokens
from .http_client import Fields
from .key_rows import published_rows
from .options_row import options_row
from .policy_rows import policy_rows
from .promises import Promises, RoutePromise
from .route_rows import route_rows
from .routes import CalledRoute, callable_routes
from .row import NotChecked, Row, State
from .sender import Deadline, Sender
from .stage_rows import limits, stage_rows
from .target import Target, locate
from .tokens import Tokens
from .trust_row import trust_row


class NotCheckable(Exception):
    """An option does not fit the API; the message says what to write."""


@dataclass(frozen=True)
class Check:
    """What the command checks: an API, in an account."""

    promises: Promises
    account: Account
    route: str | None = None
    """The key of the route that gets the tokens. Default: the plainest protected one."""
    scopes: tuple[str, ...] = ()
    """Those that ``route`` requires, in addition to what is promised."""
    algorithm: str | None = None
    """JOSE algorithm, if not that of the published key nor the default of the key spec."""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """Further claims that the API requires."""
    headers: Fields = ()
    """Further headers that the API requires, sent with every request."""
    tls: ssl.SSLContext | None = None
    """With a client certificate, for mutual TLS."""
    certificate: str | None = None
    """That certificate, in PEM format, to which tokens may be bound."""

    def rows(self) -> Iterator[Row]:
        """The rows, each as soon as it is known.

        Raises ``NotOurs``, ``NotCheckable``, ``NotChecked`` and ``Unreachable`` before the first one, and ``IssuerError`` if no
        token can be signed.
        """
        deadline = Deadline()
        with self.account.until(deadline):
            target = locate(self.promises, self.account)
            sender = Sender(target.url, deadline, self.headers, self.tls)
            yield from self._rows(self.reading(target), sender, deadline)

    def reading(self, target: Target) -> Read:
        """What is deployed at ``target``, read now. Raises ``NotOurs``."""
        try:
            deployed = read_deployed(self.promises, target, self.account)
        except NotChecked as reason:
            message = str(reason)

            def unknown() -> Deployed:
                raise NotChecked(message)

            return unknown
        return lambda: deployed

    def _rows(self, read: Read, sender: Sender, deadline: Deadline) -> Iterator[Row]:
        promises, account = self.promises, self.account
        sender.keep_to(*_limits(read))
        function = AuthorizerFunction(lambda: read().function_arn, account, deadline)
        tokens, doubt = good_tokens(self._signer(), promises, self.claims, function, self.certificate)
        doubt = needed_headers(read, {name.lower() for name, _ in self.headers}) or doubt
        requests = self._requests(read, sender, tokens, function, doubt)
        refused = False
        for row in requests.rows() if requests else [_NO_ROUTE]:
            refused |= row.promise == WITHOUT_TOKEN and row.state is State.KEPT
            yield row
        opened = requests.opened_by_the_cache if requests else lambda: None
        yield from route_rows(read, promises, sender, refused)
        yield from options_row(read, promises, account, sender, refused)
        yield from authorizer_rows(read, function, promises, account, opened)
        yield from trust_row(function, promises, tokens.key.kid, account)
        yield from stage_rows(read, promises)
        yield from published_rows(promises, read, tokens.key.kid, account, sender)
        yield from policy_rows(read, function, promises, tokens.key, account)

    def _signer(self) -> KmsSigner:
        kms, key = self.account.kms, self.promises.key
        algorithm = self.algorithm
        if algorithm is None and self.promises.jwks:
            kid = resolve_signing_key(kms, key).kid
            algorithm = next((jwk.get("alg") for jwk in self.promises.jwks if jwk.get("kid") == kid), None)
        return KmsSigner(key, kms, alg=algorithm)

    def _requests(
        self, read: Read, sender: Sender, tokens: Tokens, function: AuthorizerFunction, doubt: str
    ) -> ApiRequests | None:
        """``None`` if no route may get a token."""
        routes = callable_routes(self._routes(read, function))
        if self.route is not None and self.route not in [route.key for route in routes]:
            raise NotCheckable(f"--route {self.route}: not a protected route for GET; those are {_listed(routes)}")
        if not routes:
            return None
        route = next((item for item in routes if item.key == self.route), routes[0])
        scoped = [item for item in routes if item.scopes]
        config = function.known_config()
        leeway = config.rules.claims.leeway_seconds if config else self.promises.leeway_seconds
        binding = config.rules.claims.binding if config else None
        return ApiRequests(sender, tokens, self.account, route, scoped, leeway or 0, doubt, binding)

    def _routes(self, read: Read, function: AuthorizerFunction) -> Mapping[str, RoutePromise]:
        """Those that may get tokens: what is promised of them, or otherwise what the authorizer knows; only if they are
        deployed with it, or if that may not be read."""
        try:
            deployed: Deployed | None = read()
        except NotChecked:
            deployed = None
        routes = dict(self.promises.routes or {})
        if not routes and deployed is not None:
            config = function.known_config()
            scopes = (config.routes or {}) if config else {}
            routes = {
                key: RoutePromise(scopes=tuple(sorted(scopes[key].scopes)) if key in scopes else ())
                for key in deployed.routes
            }
        if self.route is not None and (self.route in routes or deployed is None):
            known = routes.get(self.route, RoutePromise())
            routes[self.route] = replace(known, scopes=tuple(dict.fromkeys((*known.scopes, *self.scopes))))
        return {key: route for key, route in routes.items() if deployed is None or deployed.is_protected(key)}


_NO_ROUTE = Row(
    "requests, with a token and without",
    "only good tokens are let in",
    "no protected GET route: others get no token, since they might write",
    State.NOT_CHECKED,
)


def _limits(read: Read) -> tuple[float | None, float | None]:
    try:
        return limits(read().stage.get("DefaultRouteSettings") or {})
    except NotChecked:
        return None, None


def _listed(routes: list[CalledRoute]) -> str:
    return ", ".join(route.key for route in routes) or "none"
