"""JSON Web Key Sets (RFC 7517) from any source: only the public members are kept, and the authorizer's own code determines
which keys it can use."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..contract import PRIVATE_MEMBERS, InvalidKey, KeySet, parse_json, public_members
from .jwk import Jwk

_FITTING: Mapping[str, tuple[str, ...]] = {
    "EC P-256": ("ES256",),
    "EC P-384": ("ES384",),
    "EC P-521": ("ES512",),
    "EC secp256k1": ("ES256K",),
    "OKP Ed25519": ("EdDSA",),
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
}
"""``kty`` and ``crv`` -> the algorithms of such keys. A key of type AKP always has ``alg`` (RFC 9964 section 3)."""


_BYTE_ORDER_MARK = "\ufeff"
"""Windows PowerShell writes it at the beginning of files."""


class InvalidJwks(ValueError):
    """The text is not a JSON Web Key Set; the message says what was expected."""


class PublicKeys(NamedTuple):
    """The keys of a JWKS with only their public members, which may be packaged and published."""

    keys: list[Jwk]
    private: dict[int, list[str]]
    """The index of each key that had private members, and their names."""


class Usable(NamedTuple):
    """The keys of a set that the authorizer can use."""

    keys: dict[int, Jwk]
    """By their index in the set."""
    ignored: dict[int, str]
    """The index of each other key, and the cause."""


def public_keys(text: str) -> PublicKeys:
    """The keys of a JWKS, without members that are not public. Raises ``InvalidJwks``."""
    try:
        keys = parse_json(text.removeprefix(_BYTE_ORDER_MARK).encode()).get("keys")
    except ValueError as fault:
        raise InvalidJwks(f'must be the JSON of a JWKS, {{"keys": [...]}}, and is invalid: {fault}') from None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise InvalidJwks('must be the JSON of a JWKS, {"keys": [...]}, and has no list of keys')
    private = {index: [name for name in PRIVATE_MEMBERS if name in key] for index, key in enumerate(keys)}
    return PublicKeys(
        [public_members(key) for key in keys],
        {index: names for index, names in private.items() if names},
    )


def usable_keys(keys: Sequence[Jwk], algorithms: Sequence[str]) -> Usable:
    """Those of ``keys`` that the authorizer can use for one of ``algorithms``, each with its ``alg``.

    RFC 7517 section 5: keys that are not understood, lack required members, or have values out of range are ignored.
    """
    usable = Usable({}, {})
    key_set = KeySet()
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


def named(index: int, key: Jwk) -> str:
    """The key's name in messages: its index in the set, and its ``kid`` if it has one."""
    return f"keys[{index}] ({key['kid']!r})" if isinstance(key.get("kid"), str) else f"keys[{index}]"
