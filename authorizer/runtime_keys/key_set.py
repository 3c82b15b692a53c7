"""Judging what an issuer's URL answered: a JSON Web Key Set (RFC 7517) of which at least one key can be used, or nothing."""

from collections.abc import Sequence
from typing import NamedTuple

from .. import strict_json
from ..algorithms import Jwk
from ..jwks import Usable, usable_keys
from ..keys import PRIVATE_MEMBERS, KeySet, public_members
from .bounded_http import Answer

MAX_KEYS = 256
"""What really bounds a set is its size, 150,000 bytes."""


class Rejected(Exception):
    """The answer is not a usable key set. ``outcome`` is one of a closed set, and never text of the answer."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class KeySetAnswer(NamedTuple):
    """The keys of an answer."""

    jwks: list[Jwk]
    """Those that can be used, with only their public members."""
    dropped: int
    """The number of the others."""


def accept(answer: Answer, algorithms: Sequence[str], own: KeySet) -> KeySetAnswer:
    """The keys in ``answer`` that can be used for one of ``algorithms``. Raises ``Rejected``.

    Only status 200 counts: what a redirect leads to is not what was configured. Keys of the set ``own`` are dropped, and keys
    whose private half was published.
    """
    if answer.status != 200:
        raise Rejected("status")
    if is_encoded(answer):
        raise Rejected("content_encoding")
    try:
        keys = strict_json.loads(answer.body).get("keys")
    except ValueError:
        raise Rejected("not_json") from None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MAX_KEYS:
        raise Rejected("not_a_key_set")
    usable, ignored = published_keys(keys, algorithms, own)
    if not usable:
        raise Rejected("no_usable_key")
    return KeySetAnswer(list(usable.values()), len(ignored))


def is_encoded(answer: Answer) -> bool:
    """Whether the body has a content coding, which is not decoded: 150,000 bytes could become any number."""
    return any(name.lower() == "content-encoding" for name, _ in answer.headers)


def published_keys(keys: Sequence[object], algorithms: Sequence[str], own: KeySet) -> Usable:
    """Those of ``keys``, the members of a published set, that can be used for one of ``algorithms``.

    Keys of the set ``own`` cannot, nor can keys whose private half was published.
    """
    return usable_keys([_published(key) for key in keys], algorithms, own)


def _published(key: object) -> Jwk:
    """Its public members, but all of them if there are private ones: ``load_key`` rejects it then."""
    if not isinstance(key, dict):
        return {}
    return key if any(name in key for name in PRIVATE_MEMBERS) else public_members(key)
