"""Assertions that a client signs with its private key: ``private_key_jwt`` (RFC 7523 sections 2.2 and 3).

As the draft of its successor (draft-ietf-oauth-rfc7523bis) and the FAPI 2.0 Security Profile (section 5.3.2.1) have them: for
this issuer alone. The keys are those of the configuration; nothing is fetched.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature

from ..authorizer import Key
from ..jwt_verification import CLOCK_TOLERANCE_SECONDS, ClaimRules, Claims, Denial, Denied, check_claims
from .assertion import MAX_AGE_SECONDS, MAX_LIFETIME_SECONDS, Assertion, Proof, proof
from .assertion_settings import AssertionKeys

TOKEN_TYPES = frozenset({"", "jwt", "client-authentication+jwt"})
"""Accepted values of ``typ``. The last one is that of draft-ietf-oauth-rfc7523bis, which does not demand it."""


class _Client(NamedTuple):
    keys: Mapping[str, Key]
    rules: ClaimRules


class PrivateKeyJwt:
    """Verifies the assertions of ``clients``, client id -> keys.

    ``issuer`` is their audience; ``token_endpoint``, too, for the clients that are configured so.
    """

    def __init__(self, clients: Mapping[str, AssertionKeys], issuer: str, token_endpoint: str) -> None:
        self._clients = {
            client_id: _Client(
                client.keys,
                _rules(client_id, {issuer, token_endpoint} if client.token_endpoint_audience else {issuer}),
            )
            for client_id, client in clients.items()
        }

    def verify(self, assertion: Assertion, client_id: str, now: float) -> Proof:
        """Verify that ``assertion`` is from ``client_id``, one of the clients. ``now`` is in seconds since the epoch.

        Raises ``Denied``.
        """
        keys, rules = self._clients[client_id]
        jws = assertion.jws
        key = _key(keys, jws.kid, jws.alg)
        if jws.typ not in TOKEN_TYPES:
            raise Denied(Denial.UNEXPECTED_TYPE)
        try:
            key.verify(jws.signing_input, jws.signature)
        except InvalidSignature:
            raise Denied(Denial.BAD_SIGNATURE) from None
        _check(assertion.claims, rules, now)
        return proof(assertion.claims, client_id, rules.audiences)


def _rules(client_id: str, audiences: set[str]) -> ClaimRules:
    return ClaimRules(
        issuers=frozenset({client_id}),
        audiences=frozenset(audiences),
        required_claims=("jti",),
        expected_claims={"sub": (client_id,)},
        leeway_seconds=None,
        max_token_age_seconds=MAX_AGE_SECONDS,
        max_token_lifetime_seconds=MAX_LIFETIME_SECONDS,
    )


def _check(claims: Claims, rules: ClaimRules, now: float) -> None:
    if "iat" in claims:
        check_claims(claims, rules, now)
        return
    # iat is optional (RFC 7523 section 3): without it, exp alone says how long the assertion is accepted.
    check_claims(claims, rules.replaced(max_token_age_seconds=None, max_token_lifetime_seconds=None), now)
    exp = claims["exp"]
    if isinstance(exp, int | float) and exp - now > MAX_AGE_SECONDS + CLOCK_TOLERANCE_SECONDS:
        raise Denied(Denial.LIFETIME_TOO_LONG)


def _key(keys: Mapping[str, Key], kid: str | None, alg: str) -> Key:
    """The key that a header names. Without a ``kid``, as from Authlib, it is the client's only one for ``alg``."""
    named = [key for key in keys.values() if kid in (None, key.kid)]
    if not named:
        raise Denied(Denial.UNKNOWN_KEY)
    fitting = [key for key in named if key.alg == alg]
    if not fitting:
        raise Denied(Denial.WRONG_ALGORITHM)
    if len(fitting) > 1:
        raise Denied(Denial.UNKNOWN_KEY)
    return fitting[0]
