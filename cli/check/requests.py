"""What the API answers: each kind of request, good and bad."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn

from .routes import CalledRoute
from .row import Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender, status_text
from .tokens import ELSEWHERE, Tokens

Fields = Sequence[tuple[str, str]]

ALLOWED: Sequence[int] = ()
"""The backend answers, whatever it does."""
DENIED = (HTTPStatus.FORBIDDEN,)
UNAUTHENTICATED = (HTTPStatus.UNAUTHORIZED,)

_NOT_ALLOWED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.INTERNAL_SERVER_ERROR)
"""The last is what API Gateway answers if the authorizer fails."""

UNKNOWN_KID = "kms-jwt-check"


@dataclass(frozen=True)
class Requests:
    """The requests to ``route``, and to ``scoped``, which requires scopes."""

    sender: Sender
    tokens: Tokens
    route: CalledRoute
    scoped: CalledRoute | None

    def rows(self) -> Iterator[Row]:
        """One row after the other, each when its requests have been answered."""
        scopes = self.route.scopes
        yield self._row("no token", UNAUTHENTICATED, [])
        yield self._row("good token, as `Bearer <token>`", ALLOWED, _bearer(self.tokens.good(scopes)))
        yield self._row("good token, as `<token>` alone", ALLOWED, [("Authorization", self.tokens.good(scopes))])
        for kind, token in self._bad_tokens(scopes):
            yield self._row(kind, DENIED, _bearer(token))
        yield judged("two Authorization headers, one of them good", expectation(DENIED), self._two_headers)
        query = f"?access_token={self.tokens.good(scopes)}"
        yield self._row("good token, but in the query", UNAUTHENTICATED, [], query)
        yield from self._scopes()

    def _bad_tokens(self, scopes: Sequence[str]) -> Iterator[tuple[str, str]]:
        tokens, now = self.tokens, self.tokens.claims()["iat"]
        yield "expired a minute ago", tokens.good(scopes, iat=now - 120, exp=now - 60)
        yield "not valid before five minutes from now", tokens.good(scopes, nbf=now + 300, exp=now + 600)
        yield "for another audience", tokens.good(scopes, aud=ELSEWHERE)
        yield "of another issuer", tokens.good(scopes, iss=ELSEWHERE)
        yield "tampered: `sub` is now mallory", tokens.tampered(scopes)
        yield "signed by another key, under our kid", tokens.of_another_key(scopes, tokens.kid)
        yield "signed by another key, under a kid of its own", tokens.of_another_key(scopes, UNKNOWN_KID)
        yield "not signed: `alg: none`", tokens.unsigned(scopes)
        yield "bound to its holder's key: `cnf`", tokens.good(scopes, cnf={"jkt": "0" * 43})

    def _row(self, kind: str, expected: Sequence[int], fields: Fields, query: str = "") -> Row:
        return judged(kind, expectation(expected), lambda: self._sent(self.route, fields, expected, query))

    def _sent(self, route: CalledRoute, fields: Fields, expected: Sequence[int], query: str = "") -> Finding:
        return finding([self.sender.send("GET", route.path + query, fields).status], expected)

    def _two_headers(self) -> Finding:
        """API Gateway joins them; neither may decide alone, whichever comes first."""
        statuses = []
        for step in (1, -1):
            good = _bearer(self.tokens.good(self.route.scopes))
            bad = _bearer(self.tokens.of_another_key(self.route.scopes, UNKNOWN_KID))
            statuses.append(self.sender.send("GET", self.route.path, [*good, *bad][::step]).status)
        return finding(statuses, DENIED)

    def _scopes(self) -> Iterator[Row]:
        scoped = self.scoped
        if scoped is None:
            yield judged("good token, but the route requires a scope", expectation(DENIED), _no_scopes)
            return
        without, with_them = _bearer(self.tokens.good()), _bearer(self.tokens.good(scoped.scopes))
        yield judged(
            f"good token, but {scoped.key} requires a scope",
            expectation(DENIED),
            lambda: self._sent(scoped, without, DENIED),
        )
        yield judged(
            f"good token with the scope of {scoped.key}",
            expectation(ALLOWED),
            lambda: self._sent(scoped, with_them, ALLOWED),
        )

    def opened_by_the_cache(self) -> str | None:
        """The route that a token without its scopes opens, once it has been allowed at another; ``None`` if none does.

        Raises ``NotApplicable`` if there are no two such routes.
        """
        scoped = self.scoped
        if scoped is None or not set(scoped.scopes) - set(self.route.scopes):
            _no_scopes()
        fresh, used = (_bearer(self.tokens.good(self.route.scopes)) for _ in range(2))
        self._sent(self.route, used, ALLOWED)
        first, cached = (self._sent(scoped, fields, ALLOWED) for fields in (fresh, used))
        return scoped.key if cached.kept and not first.kept else None


def expectation(expected: Sequence[int]) -> str:
    """As it is shown."""
    return ", ".join(map(status_text, expected)) if expected else "allowed"


def finding(statuses: Sequence[int], expected: Sequence[int]) -> Finding:
    """Whether the answers are as expected. Raises ``NotChecked`` if the API throttles."""
    if HTTPStatus.TOO_MANY_REQUESTS in statuses:
        raise NotChecked("429 Too Many Requests: check again when fewer requests are sent")
    kept = all(status in expected if expected else status not in _NOT_ALLOWED for status in statuses)
    return Finding(kept, ", ".join(dict.fromkeys(map(status_text, statuses))))


def _bearer(token: str) -> Fields:
    return [("Authorization", f"Bearer {token}")]


def _no_scopes() -> NoReturn:
    raise NotApplicable("no other GET route requires a scope")
