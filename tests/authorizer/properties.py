"""What must hold for every input, whatever it is."""

from typing import Any

from authorizer.denial import Reason
from authorizer.verifier import Verifier
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import AUDIENCE, ISSUER, NOW

from ..oracles import JoserfcOracle, Oracle, Outcome, PyJwtOracle
from .documents import document
from .observing import ObservedAuthorizer

_REASONS = {"allowed", *Reason}


class Properties:
    """The authorizer and the two libraries, with the same keys and policy."""

    def __init__(self) -> None:
        signers = [signer(alg) for alg in ALGORITHMS]
        jwks: list[dict[str, Any]] = [dict(key.jwk) for key in signers]
        # With exact clocks, as the two libraries have them by default.
        configuration = document(*signers, context_claims=["sub", "scope", "x"], leeway_seconds=0)
        self._authorizer = ObservedAuthorizer(configuration)
        self._verifier = Verifier(configuration)
        self._oracles: list[Oracle] = [
            PyJwtOracle(jwks, [ISSUER], [AUDIENCE]),
            JoserfcOracle(jwks, [ISSUER], [AUDIENCE]),
        ]

    def check(self, event: object) -> bool:
        """Assert them for ``event``; returns whether it was allowed."""
        observed = self._authorizer.decide(event)

        allowed = observed.response["isAuthorized"]
        assert type(allowed) is bool
        record = observed.record  # one line, and JSON
        assert record["Reason"] in _REASONS
        assert record["Reason"] != Reason.INTERNAL_ERROR, record
        assert allowed == (record["Reason"] == "allowed")
        if allowed:
            assert isinstance(event, dict)
            (authorization,) = event["headers"].values()
            self._check_with_the_others(authorization.removeprefix("Bearer ").removeprefix("bearer ").lstrip(" "))
        return allowed

    def _check_with_the_others(self, token: str) -> None:
        """What we allow, PyJWT and joserfc allow too, with the same claims; ML-DSA they do not know."""
        authenticated = self._verifier.authenticate(token)
        if self._verifier.config.keys[authenticated.kid].alg.startswith("ML-DSA"):
            return
        for oracle in self._oracles:
            verdict = oracle.judge(token, NOW)
            assert verdict.outcome == Outcome.ALLOWED, (type(oracle).__name__, token)
            assert verdict.claims == authenticated.claims
