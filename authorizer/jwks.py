"""JSON Web Key Sets (RFC 7517) of other issuers: which of their keys the authorizer can use."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .algorithms import InvalidKey, Jwk
from .keys import KeySet

_FITTING: Mapping[str, tuple[str, ...]] = {
    "EC P-256": ("ES256",),
    "EC P-384": ("ES384",),
    "EC P-521": ("ES512",),
    "EC secp256k1": ("ES256K",),
    "OKP Ed25519": ("EdDSA",),
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
}
"""``kty`` and ``crv`` -> the algorithms of such keys. A key of type AKP always has ``alg`` (RFC 9964 section 3)."""


class Usable(NamedTuple):
    """The keys of a set that the authorizer can use."""

    keys: dict[int, Jwk]
    """By their index in the set."""
    ignored: dict[int, str]
    """The index of each other key, and the cause."""


def usable_keys(keys: Sequence[Jwk], algorithms: Sequence[str], own: KeySet | None = None) -> Usable:
    """Those of ``keys`` that the authorizer can use for one of ``algorithms``, each with its ``alg``; none of the set ``own``.

    RFC 7517 section 5: keys that are not understood, lack required members, or have values out of range are ignored.
    """
    usable = Usable({}, {})
    key_set = KeySet(own)
    for index, key in enumerate(keys):
        try:
            stated = _with_algorithm(key, algorithms)
            key_set.add(stated)
        except InvalidKey as fault:
            usable.ignored[index] = str(fault)
        else:
            usable.keys[index] = stated
    return usable


def _with_algorithm(key: Jwk, algorithms: Sequence[str]) -> Jwk:
    if "alg" not in key:
        kind = " ".join(str(key[name]) for name in ("kty", "crv") if name in key)
        fitting = [alg for alg in _FITTING.get(kind, ()) if alg in algorithms]
        if len(fitting) != 1:
            found = f"could be for {', '.join(fitting)}: list only one in algorithms" if fitting else "supports none"
            raise InvalidKey(f"has no alg, and {found} ({kind or 'no kty'}; algorithms: {', '.join(algorithms)})")
        return {**key, "alg": fitting[0]}
    if key["alg"] not in algorithms:
        raise InvalidKey(f"alg {key['alg']!r} is not one of {', '.join(algorithms)}")
    return key
