"""PyJWT and joserfc as a careful service would use them, to compare verdicts with."""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol
from unittest.mock import patch

import jwt
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet


class Outcome(StrEnum):
    """How a library answers."""

    ALLOWED = "allowed"
    DENIED = "denied"
    CRASHED = "crashed"
    """It raised something else than its own error: a service that does not expect it answers 500."""


class Verdict(NamedTuple):
    """A library's answer; ``claims`` if it allowed."""

    outcome: Outcome
    claims: Mapping[str, Any] | None = None


class Oracle(Protocol):
    """A library that judges tokens."""

    def judge(self, token: str, now: float) -> Verdict:
        """What it says of ``token`` at ``now``, in seconds since the epoch."""


class PyJwtOracle:
    """PyJWT with the key by ``kid``, the key's own algorithm, issuer and audience, and ``exp`` required."""

    def __init__(self, jwks: list[dict[str, Any]], issuers: list[str], audiences: list[str]) -> None:
        supported = jwt.algorithms.get_default_algorithms()
        self._keys = {jwk["kid"]: jwt.PyJWK(jwk) for jwk in jwks if jwk["alg"] in supported}
        self._issuers, self._audiences = issuers, audiences

    def judge(self, token: str, now: float) -> Verdict:
        """What PyJWT says of ``token`` at ``now``."""
        try:
            with patch("jwt.api_jwt.datetime", _Clock(now)), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                key = self._keys.get(jwt.get_unverified_header(token).get("kid", ""))
                if key is None:
                    return Verdict(Outcome.DENIED)
                claims = jwt.decode(
                    token,
                    key,
                    algorithms=[key.algorithm_name],
                    issuer=self._issuers,
                    audience=self._audiences,
                    options={"require": ["exp", "iss", "aud"]},
                )
        except jwt.PyJWTError:
            return Verdict(Outcome.DENIED)
        except Exception:
            return Verdict(Outcome.CRASHED)
        return Verdict(Outcome.ALLOWED, claims)


class JoserfcOracle:
    """joserfc with a key set, the algorithms of its keys, and the claims of an access token as essential."""

    def __init__(self, jwks: list[dict[str, Any]], issuers: list[str], audiences: list[str]) -> None:
        known = joserfc_jws.JWSRegistry.algorithms
        usable = [jwk for jwk in jwks if jwk["alg"] in known]
        self._keys = KeySet.import_key_set({"keys": usable})
        # Unknown header parameters are ignored, as RFC 7515 section 4 demands.
        algorithms = sorted({jwk["alg"] for jwk in usable})
        self._registry = joserfc_jws.JWSRegistry(algorithms=algorithms, strict_check_header=False)
        self._registry.max_header_length = 8192  # where 512 bytes are its own choice
        self._issuers, self._audiences = issuers, audiences

    def judge(self, token: str, now: float) -> Verdict:
        """What joserfc says of ``token`` at ``now``."""
        registry = joserfc_jwt.JWTClaimsRegistry(
            now=int(now),
            exp={"essential": True},
            iss={"essential": True, "values": self._issuers},
            aud={"essential": True, "values": self._audiences},
        )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)
                decoded = joserfc_jwt.decode(token, self._keys, registry=self._registry)
            registry.validate(decoded.claims)
        except (JoseError, ValueError):
            return Verdict(Outcome.DENIED)
        except Exception:
            return Verdict(Outcome.CRASHED)
        return Verdict(Outcome.ALLOWED, decoded.claims)


class _Clock:
    """Stands for ``datetime`` in PyJWT, which always asks for the present."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self, tz: object = None) -> datetime:
        return datetime.fromtimestamp(self._now, UTC)
