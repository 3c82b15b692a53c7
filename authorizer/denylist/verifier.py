"""A verifier that also denies what the denylist revokes."""

from collections.abc import Mapping

from ..claims import Claims
from ..verifier import Authenticated, Verifier
from .latest_copy import LatestCopy


class RevocationVerifier(Verifier):
    """Denies tokens that all other rules allow, if the last good ``copy`` of the denylist revokes them, or is too old."""

    def __init__(self, copy: LatestCopy, config: Mapping[str, object]) -> None:
        super().__init__(config)
        self._copy = copy

    def authorize(
        self, authenticated: Authenticated, route_key: str | None, now: float, client_certificate: str | None = None
    ) -> Claims:
        """As ``Verifier.authorize``, and then the denylist. Raises ``Denied``."""
        claims = super().authorize(authenticated, route_key, now, client_certificate)
        self._copy.check(authenticated, now)
        return claims
