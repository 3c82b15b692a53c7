"""One check of one API: all rows, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..packages.issuer import KmsSigner, resolve_signing_key
from .account import Account
from .deployed import Deployed, read_deployed
from .key_rows import published_rows
from .policy_rows import policy_rows
from .promises import Promises, RoutePromise
from .requests import Requests
from .route_rows import route_rows
from .routes import CalledRoute, callable_routes, with_scopes
from .row import NotChecked, Row, State
from .sender import Sender
from .stage_rows import stage_rows
from .tokens import Tokens


class NotCheckable(Exception):
    """There is nothing to send tokens to; the message says what to write."""


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

    def rows(self) -> Iterator[Row]:
        """The rows, each as soon as it is known.

        Raises ``NotOurs``, ``NotCheckable`` and ``Unreachable`` before the first one, and ``IssuerError`` if no token can be
        signed.
        """
        promises, account = self.promises, self.account
        deployed, missing = self._deployed()
        sender = Sender(promises.endpoint)
        tokens = Tokens(self._signer(), promises.issuer, promises.audience, self.claims)
        requests = self._requests(sender, tokens, deployed)
        yield from requests.rows()
        if deployed is None:
            yield Row("routes, cache, throttling, logs, policies", "as deployed", missing, State.NOT_CHECKED)
        else:
            yield from route_rows(deployed, promises.routes, promises.open_routes, sender)
            yield from stage_rows(deployed, promises, account, requests.opened_by_the_cache)
        yield from published_rows(promises, deployed, tokens.kid, account, sender)
        if deployed is not None:
            published = [str(key.get("kid")) for key in promises.jwks or []]
            yield from policy_rows(deployed, [tokens.kid, *published], account)

    def _deployed(self) -> tuple[Deployed | None, str]:
        try:
            return read_deployed(self.promises, self.account), ""
        except NotChecked as reason:
            return None, str(reason)

    def _signer(self) -> KmsSigner:
        kms, key = self.account.kms, self.promises.key
        algorithm = self.algorithm
        if algorithm is None and self.promises.jwks:
            kid = resolve_signing_key(kms, key).kid
            algorithm = next((jwk.get("alg") for jwk in self.promises.jwks if jwk.get("kid") == kid), None)
        return KmsSigner(key, kms, alg=algorithm)

    def _requests(self, sender: Sender, tokens: Tokens, deployed: Deployed | None) -> Requests:
        routes = callable_routes(self._routes(deployed))
        if not routes:
            raise NotCheckable(
                f"{self.promises.endpoint}: no protected route for GET is known, and a token is never sent to another, which "
                'might write: use --route "GET /path"'
            )
        route = routes[0] if self.route is None else next((item for item in routes if item.key == self.route), None)
        if route is None:
            raise NotCheckable(f"--route {self.route}: not a protected route for GET; those are {_listed(routes)}")
        return Requests(sender, tokens, route, with_scopes(route, routes))

    def _routes(self, deployed: Deployed | None) -> Mapping[str, RoutePromise]:
        """All that is known of them: promised, or otherwise deployed, or otherwise named by the option."""
        routes = dict(self.promises.routes or {})
        if not routes and deployed is not None:
            routes = {key: RoutePromise(public=not deployed.is_protected(key)) for key in deployed.routes}
        if self.route is not None and (self.route in routes or deployed is None):
            known = routes.get(self.route, RoutePromise())
            routes[self.route] = replace(known, scopes=(*known.scopes, *self.scopes))
        return routes


def _listed(routes: list[CalledRoute]) -> str:
    return ", ".join(route.key for route in routes)
