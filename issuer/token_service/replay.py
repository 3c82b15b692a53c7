"""A client assertion is accepted once: its ``jti`` is remembered for as long as it could be accepted (RFC 7523 section 3).

In the memory of this execution environment, and nowhere else. Lambda runs several environments and ends them at will: in each
other one, a stolen assertion is accepted once more, until it is a minute old. To rule that out takes a store that all
environments share, and a request to it for each token.
"""

from ..jwt_verification import sha256
from .assertion import Proof
from .refusal import Reason, Refused

MAX_ENTRIES = 20_000
"""About 4 MB. It takes 285 new assertions a second, all of them in one environment; API Gateway's default throttling for the
token endpoint lets in 50, for all environments together."""


class ReplayMemory:
    """The assertions that this execution environment has accepted."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._used: dict[bytes, float] = {}

    def use(self, proof: Proof, now: float) -> None:
        """Remember the assertion of ``proof``, which was accepted at ``now`` (seconds since the epoch).

        Only assertions that were verified come here, so that nobody but clients can fill the memory. Raises ``Refused``:
        REPLAYED_ASSERTION if the client has used the ``jti`` before; TOO_MANY_ASSERTIONS if the memory is full, since nothing
        that could still be accepted is forgotten to make room.
        """
        digest = sha256(f"{proof.client_id} {proof.jti}".encode())  # of one length, whatever the jti
        if self._used.get(digest, now) > now:
            raise Refused(Reason.REPLAYED_ASSERTION, proof.client_id)
        if len(self._used) >= self._max_entries:
            self._used = {used: forget_at for used, forget_at in self._used.items() if forget_at > now}
        if len(self._used) >= self._max_entries:
            raise Refused(Reason.TOO_MANY_ASSERTIONS, proof.client_id)
        self._used[digest] = proof.forget_at
