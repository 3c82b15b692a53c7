"""A bounded cache of verified signatures: for a token seen before, a hash is computed instead of a verification."""

from collections import OrderedDict
from threading import Lock

from cryptography.hazmat.primitives import hashes

from .record import Record
from .token_rules import TokenRules

MAX_ENTRIES = 1024
MAX_BYTES = 2**20
"""The maximum size of the payloads in all entries together."""


class SignedPayload(Record):
    """The statement that a signature proves: this key signed this payload."""

    __slots__ = ("kid", "payload", "rules")

    def __init__(self, kid: str, rules: TokenRules, payload: bytes) -> None:
        self.kid = kid
        self.rules = rules
        """Those of the issuer to which the key belongs."""
        self.payload = payload
        """As signed. Kept instead of the parsed claims, which a caller could modify."""


class SignatureCache:
    """SHA-256 of a token -> what its signature proves; least recently used entries are evicted first. Thread-safe.

    Nothing else is cached: time, claims and route are checked for every request. Nothing unverified is stored, so a flood of
    invalid tokens cannot evict valid ones, and neither tokens nor signatures are kept in memory.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[bytes, SignedPayload] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: bytes) -> SignedPayload | None:
        """What the signature of the token with this digest proves, or ``None`` if it is not cached."""
        with self._lock:
            signed = self._entries.get(digest)
            if signed is not None:
                self._entries.move_to_end(digest)
            return signed

    def add(self, digest: bytes, signed: SignedPayload) -> None:
        """Add a token whose signature has just been verified."""
        with self._lock:
            if digest in self._entries:
                return
            self._entries[digest] = signed
            self._bytes += len(signed.payload)
            while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
                _, evicted = self._entries.popitem(last=False)
                self._bytes -= len(evicted.payload)


def token_digest(token: bytes) -> bytes:
    """SHA-256 of the token. ``cryptography`` computes it, since importing ``hashlib`` would load a second OpenSSL."""
    digest = _EMPTY.copy()
    digest.update(token)
    return digest.finalize()


_EMPTY = hashes.Hash(hashes.SHA256())
