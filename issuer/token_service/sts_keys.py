"""The keys with which AWS STS signs the tokens of one account: read at init, then on a timer, never because of a token."""

import time
from collections.abc import Mapping, Sequence

from ..authorizer import KeySet
from ..jwt_verification import Claims, Denial, Denied, UnknownKeyId
from ..runtime_keys import (
    DEFAULT_COOLDOWN_SECONDS,
    DEFAULT_MAX_STALE_SECONDS,
    DEFAULT_REFRESH_SECONDS,
    IssuerKeys,
    JwksUrl,
    Verifier,
)
from .assertion import MAX_AGE_SECONDS, MAX_BYTES, MAX_LIFETIME_SECONDS, Assertion
from .assertion_settings import AwsAccount, jwks_url

ALGORITHMS = ("RS256", "ES384")
"""Those of ``SigningAlgorithm``. In AWS's key sets the RSA key has no ``alg``, and gets the only one that fits."""

RETRY_SECONDS = 10
"""The pause after a failure while no keys are known at all, and every role of the account is refused."""


class StsKeys:
    """Verifies tokens of ``sts:GetWebIdentityToken`` of ``account`` with the keys that its issuer publishes.

    ``audience`` is the issuer of the token service. A refresh takes at most 1.5 seconds, and writes a line to the log. Times
    are in seconds since the epoch: a monotonic clock may stop while Lambda has frozen the environment.
    """

    def __init__(self, account: AwsAccount, audience: str, log_level: str) -> None:
        url = jwks_url(account.issuer)
        settings = JwksUrl(
            url,
            url.split("/")[2],
            DEFAULT_REFRESH_SECONDS,
            DEFAULT_MAX_STALE_SECONDS,
            DEFAULT_COOLDOWN_SECONDS,
            ALGORITHMS,
        )
        self._account = account
        self._audience = audience
        self._keys = IssuerKeys(f"aws-{account.account_id}", settings, (), time.time, KeySet, log_level)
        self._looked_at = now = time.time()
        self._keys.begin(now)
        self._keys.refresh_at = now
        self._read: Sequence[Mapping[str, object]] = ()
        self._verifier: Verifier | None = None

    def refresh_if_due(self, now: float) -> None:
        """Read the keys if it is time to, or fail to."""
        if now < self._looked_at:
            self._keys.set_back(now)
        self._looked_at = now
        if now < self._keys.refresh_at:
            return
        self._keys.refresh(now)
        jwks = self._keys.jwks
        if not jwks:
            self._keys.refresh_at = now + RETRY_SECONDS
        elif jwks != self._read:  # otherwise the verifier is kept
            self._verifier = Verifier(self._policy(jwks))
            self._read = jwks

    def verify(self, assertion: Assertion, now: float) -> Claims:
        """The claims of a token that STS signed for this account, after a refresh if one is due.

        Raises ``Denied``: KEYS_UNAVAILABLE if no keys could be read, or none for a day.
        """
        self.refresh_if_due(now)
        if self._verifier is None or self._keys.stale(now):
            raise Denied(Denial.KEYS_UNAVAILABLE)
        try:
            return self._verifier.verify(assertion.text, now=now)
        except UnknownKeyId:
            self._keys.pull_forward(now)  # AWS may have a new key: the next request may look for it, and not this one
            raise

    def _policy(self, jwks: Sequence[Mapping[str, object]]) -> dict[str, object]:
        return {
            "version": 1,
            "keys": jwks,
            "issuers": [self._account.issuer],
            "audiences": [self._audience],
            "token_types": ["JWT"],
            "required_claims": ["sub", "jti"],
            "max_token_age_seconds": MAX_AGE_SECONDS,
            "max_token_lifetime_seconds": MAX_LIFETIME_SECONDS,
            "max_token_bytes": MAX_BYTES,
        }
