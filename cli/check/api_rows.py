"""What the API answers: each kind of request, good and bad."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import NoReturn

from ..packages.authorizer import CONFIRMATION_METHOD, CertificateBinding
from ..packages.issuer import IssuerError, read_public_key
from .account import Account
from .answers import Expected, finding, is_gateways
from .forgeries import UNKNOWN_KID, Forgeries
from .http_client import Answer, Fields
from .routes import CalledRoute
from .row import Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender, status_text
from .tokens import ELSEWHERE, Tokens

WITHOUT_TOKEN = "no token"  # noqa: S105 - a row, not a password
"""The row whose promise protects the others' backends: see ``route_rows``."""

_MARGIN_SECONDS = 15
"""Beyond the leeway: a clock that is further off than this makes other things fail, too."""

_FUTURE_SECONDS = 30
"""As ``_MARGIN_SECONDS``, beyond the 10 s in the future that are accepted in any case."""


@dataclass(frozen=True)
class ApiRequests:
    """The requests to ``route``, and to those in ``scoped``, which require scopes."""

    sender: Sender
    tokens: Tokens
    account: Account
    route: CalledRoute
    scoped: Sequence[CalledRoute]
    leeway_seconds: int
    doubt: str = ""
    """Why a token that should be good may be none: what is not known of the API."""
    binding: CertificateBinding | None = None
    """The rule for tokens that are bound to a client certificate; ``None`` if the API accepts none, or nothing is known."""

    def rows(self) -> Iterator[Row]:
        """One row after the other, each when its requests have been answered. Raises ``Unreachable`` before the first."""
        yield self._row(WITHOUT_TOKEN, Expected.UNAUTHENTICATED, lambda: [[]])
        yield self._row("good token, as `Bearer <token>`", Expected.ALLOWED, lambda: [_bearer(self._good())])
        yield self._row("good token, as `<token>` alone", Expected.ALLOWED, lambda: [_authorization(self._good())])
        for kind, make in self._bad_tokens():
            yield self._row(kind, Expected.DENIED, partial(_bearers, make))
        yield self._row("two Authorization headers, one of them good", Expected.DENIED, self._two_headers)
        yield judged(
            "good token, but in the query",
            Expected.UNAUTHENTICATED.value,
            lambda: finding([self._answer(self.route, [], f"?access_token={self._good()}")], Expected.UNAUTHENTICATED),
        )
        yield from self._scopes()

    def _bad_tokens(self) -> Iterator[tuple[str, Callable[[], Sequence[str]]]]:
        """What is nearly as it should be comes with what is not at all."""
        tokens, forged, scopes, good = (
            self.tokens,
            Forgeries(self.tokens, self.route.scopes),
            self.route.scopes,
            self._good,
        )
        claims = tokens.claims()
        now, leeway = int(claims["iat"]), self.leeway_seconds
        yield "no JWT", lambda: [f"kms-jwt-check-{uuid.uuid4()}"]  # another one each time: an answer may be cached
        yield "just expired", lambda: [good(iat=now - 60, nbf=None, exp=now - leeway - _MARGIN_SECONDS)]
        yield "never expires", lambda: [good(exp=None)]
        yield "not valid yet", lambda: [good(nbf=int(tokens.claims()["iat"]) + leeway + _FUTURE_SECONDS)]
        yield "for another audience, even one like ours", lambda: [good(aud=aud) for aud in _others(claims["aud"])]
        yield "of another issuer, even one like ours", lambda: [good(iss=iss) for iss in _others(claims["iss"])]
        yield "of another type: `typ`", lambda: [tokens.of_type("kms-jwt-check+jwt", scopes)]
        yield "tampered: `sub` is now mallory", lambda: [forged.tampered()]
        yield "signed by another key, under our kid", lambda: [forged.of_another_key(tokens.key.kid)]
        yield "signed by another key, under a kid of its own", lambda: [forged.of_another_key(UNKNOWN_KID)]
        yield "signed by a key in its own header: `jwk`", lambda: [forged.of_another_key(tokens.key.kid, embedded=True)]
        yield "signed with our public key as secret: HS256", lambda: [forged.by_public_key(self._public_key())]
        yield "not signed: `alg: none`", lambda: [forged.unsigned()]
        yield "bound to its holder's key: `cnf`", lambda: [good(cnf={"jkt": "0" * 43})]
        if self.binding is not None:
            yield "bound to another client certificate", lambda: [good(cnf={CONFIRMATION_METHOD: "0" * 43})]
            if self.binding.required:
                yield "bound to no client certificate", lambda: [good(cnf=None)]

    def _good(self, **changes: object) -> str:
        return self.tokens.good(self.route.scopes, **changes)

    def _public_key(self) -> bytes:
        try:
            return read_public_key(self.account.kms, self.tokens.key.arn)
        except IssuerError as fault:
            raise NotChecked(str(fault)) from None

    def _two_headers(self) -> list[Fields]:
        """API Gateway joins them; neither may decide alone, whichever comes first."""
        forged = Forgeries(self.tokens, self.route.scopes)
        good, bad = _bearer(self._good()), _bearer(forged.of_another_key(UNKNOWN_KID))
        return [[*good, *bad], [*bad, *_bearer(self._good())]]

    def _row(self, kind: str, expected: Expected, requests: Callable[[], Sequence[Fields]]) -> Row:
        return judged(kind, expected.value, lambda: self._judged(self.route, expected, requests()))

    def _judged(self, route: CalledRoute, expected: Expected, requests: Sequence[Fields]) -> Finding:
        answers = [self._answer(route, fields) for fields in requests]
        denied = any(is_gateways(answer, HTTPStatus.FORBIDDEN) for answer in answers)
        if expected is Expected.ALLOWED and self.doubt and (denied or is_gateways(answers[0], HTTPStatus.UNAUTHORIZED)):
            raise NotChecked(f"{status_text(answers[0].status)}: {self.doubt}")
        return finding(answers, expected)

    def _answer(self, route: CalledRoute, fields: Fields, query: str = "") -> Answer:
        return self.sender.send("GET", route.path + query, fields)

    def _scopes(self) -> Iterator[Row]:
        """Of every such route, since nothing else shows that its scopes are required."""
        if not self.scoped:
            yield judged("good token, but the route requires a scope", Expected.DENIED.value, _no_scopes)
        rows = (self._scope_rows(route) for route in self.scoped)
        yield from chain.from_iterable(rows)

    def _scope_rows(self, route: CalledRoute) -> Iterator[Row]:
        yield judged(
            f"good token, but {route.key} requires a scope",
            Expected.DENIED.value,
            lambda: self._judged(route, Expected.DENIED, [_bearer(self.tokens.good())]),
        )
        yield judged(
            f"good token with the scope of {route.key}",
            Expected.ALLOWED.value,
            lambda: self._judged(route, Expected.ALLOWED, [_bearer(self.tokens.good(route.scopes))]),
        )

    def opened_by_the_cache(self) -> str | None:
        """The route that a token without its scopes opens, once it has been allowed at another; ``None`` if none does.

        Raises ``NotApplicable`` if there are no two such routes.
        """
        scoped = next((route for route in self.scoped if set(route.scopes) - set(self.route.scopes)), None)
        if scoped is None:
            _no_scopes()
        fresh, used = (_bearer(self._good()) for _ in range(2))
        self._answer(self.route, used)
        first, cached = (finding([self._answer(scoped, fields)], Expected.ALLOWED) for fields in (fresh, used))
        return scoped.key if cached.kept and not first.kept else None


def _others(ours: str) -> list[str]:
    """What nobody may accept in place of ``ours``: of somebody else, and what contains or begins it."""
    return [ELSEWHERE, f"{ours}.kms-jwt-check.invalid", f"{ours}-"]


def _bearers(make: Callable[[], Sequence[str]]) -> list[Fields]:
    return [_bearer(token) for token in make()]


def _bearer(token: str) -> Fields:
    return _authorization(f"Bearer {token}")


def _authorization(value: str) -> Fields:
    return [("Authorization", value)]


def _no_scopes() -> NoReturn:
    raise NotApplicable("no other GET route requires a scope")
