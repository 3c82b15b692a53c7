"""The verifier: it returns the claims of a token, or raises the one reason for denying it. For Lambda and for backends."""

import time
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature

from . import jws, strict_json
from .claims import Claims, check_claims
from .config import parse_config
from .denial import Denied, Reason, UnknownKeyId
from .record import Record
from .scopes import check_route
from .signature_cache import SignatureCache, SignedPayload, token_digest
from .token_rules import TokenRules, TrustedKey


class Authenticated(Record):
    """A token whose signature has been verified. Its claims and the route have not been checked yet."""

    __slots__ = ("claims", "kid", "rules", "signature_cache_hit")

    def __init__(self, kid: str, claims: Claims, rules: TokenRules, signature_cache_hit: bool) -> None:
        self.kid = kid
        self.claims = claims
        self.rules = rules
        """The rules of the issuer to which the key belongs."""
        self.signature_cache_hit = signature_cache_hit
        """Whether the signature was verified for an earlier request."""


class Verifier:
    """Verifies JWTs with pinned keys and a policy. It does no I/O, and may be shared between threads.

    ``config`` is the content of ``config.json`` (``config.parse_config`` documents the fields and defaults): at least
    ``version``, ``keys`` (those of a JWKS), ``issuers`` and ``audiences``. Raises ``ConfigError``.
    """

    def __init__(self, config: Mapping[str, object]) -> None:
        self.config = parse_config(config)
        self._signature_cache = SignatureCache()

    def verify(
        self,
        token: str,
        *,
        route_key: str | None = None,
        now: float | None = None,
        client_certificate: str | None = None,
    ) -> Claims:
        """Return the claims of ``token``; those of a trusted issuer's token with only the scopes that it may give.

        ``route_key`` is the API Gateway route key (``GET /orders``), required if the configuration lists routes. ``now`` is
        in seconds since the epoch, by default the current time. ``client_certificate`` is the one with which the request came,
        in PEM format, and is compared where the configuration has ``bound_tokens``: take it from whoever has ended the
        caller's TLS connection, and never from what the caller writes. Raises ``Denied``, whose ``reason`` says why.
        """
        authenticated = self.authenticate(token)
        return self.authorize(authenticated, route_key, time.time() if now is None else now, client_certificate)

    def authenticate(self, token: str) -> Authenticated:
        """Check form, key and signature. Raises ``Denied``, also if ``token`` is not a string."""
        if not isinstance(token, str):
            raise Denied(Reason.MALFORMED_TOKEN)
        if len(token) > self.config.max_token_bytes:
            raise Denied(Reason.TOKEN_TOO_LARGE)
        if not token.isascii():
            raise Denied(Reason.MALFORMED_TOKEN)
        octets = token.encode("ascii")
        digest = token_digest(octets)
        signed = self._signature_cache.get(digest)
        hit = signed is not None
        if signed is None:
            signed = self._check_signature(octets)
            self._signature_cache.add(digest, signed)
        try:
            claims = strict_json.loads(signed.payload)
        except ValueError:
            raise Denied(Reason.MALFORMED_TOKEN, signed.kid) from None
        return Authenticated(signed.kid, claims, signed.rules, hit)

    def authorize(
        self, authenticated: Authenticated, route_key: str | None, now: float, client_certificate: str | None = None
    ) -> Claims:
        """Check the claims at ``now``, the ``client_certificate`` and the scopes of ``route_key``, and return the claims.

        The arguments and the result are those of ``verify``. Raises ``Denied``.
        """
        claims, rules = authenticated.claims, authenticated.rules
        try:
            check_claims(claims, rules.claims, now)
            if rules.claims.binding is not None:
                rules.claims.binding.check(claims, client_certificate)
            if rules.scopes is not None:
                claims = rules.scopes.granted(claims)
            check_route(claims, self.config.routes, route_key)
        except Denied as denied:
            raise Denied(denied.reason, authenticated.kid, denied.claim) from None
        return claims

    def trusted_key(self, kid: str | None, payload: bytes) -> TrustedKey:
        """The key that a header's ``kid`` names, and the rules for its tokens.

        Where several issuers have that ``kid``, the unverified ``iss`` says whose key it is, and decides nothing else: the
        rules check it after the signature. Raises ``Denied``: UNKNOWN_KEY.
        """
        if kid is None:
            raise Denied(Reason.UNKNOWN_KEY)
        key = self.config.keys.get(kid)
        if key is not None:
            return TrustedKey(key, self.config.rules_of(kid))
        by_issuer = self.config.shared_keys.get(kid)
        trusted = by_issuer.get(_unverified_issuer(payload)) if by_issuer else None
        if trusted is None:
            raise UnknownKeyId
        return trusted

    def _check_signature(self, token: bytes) -> SignedPayload:
        parsed = jws.parse(token)
        trusted = self.trusted_key(parsed.kid, parsed.payload)
        key, rules = trusted.key, trusted.rules
        if parsed.typ not in rules.token_types:
            raise Denied(Reason.UNEXPECTED_TYPE, key.kid)
        if parsed.alg != key.alg:
            raise Denied(Reason.WRONG_ALGORITHM, key.kid)
        try:
            key.verify(parsed.signing_input, parsed.signature)
        except InvalidSignature:
            raise Denied(Reason.BAD_SIGNATURE, key.kid) from None
        return SignedPayload(key.kid, rules, parsed.payload)


def _unverified_issuer(payload: bytes) -> str:
    """What an unverified token says of its issuer, for comparison with configured ones; empty if it says nothing."""
    try:
        issuer = strict_json.loads(payload).get("iss")
    except ValueError:
        return ""
    return issuer if isinstance(issuer, str) else ""
