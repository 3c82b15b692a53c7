"""The trusted keys: public JWKs (RFC 7517), each bound to one algorithm, built once at init."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import NamedTuple

from .algorithms import InvalidKey, Jwk, SignatureCheck

_FAMILIES = {
    "ES256": "ecdsa",
    "ES384": "ecdsa",
    "ES512": "ecdsa",
    "ES256K": "ecdsa",
    "RS256": "rsassa",
    "RS384": "rsassa",
    "RS512": "rsassa",
    "PS256": "rsassa",
    "PS384": "rsassa",
    "PS512": "rsassa",
    "EdDSA": "eddsa",
    "ML-DSA-44": "mldsa",
    "ML-DSA-65": "mldsa",
    "ML-DSA-87": "mldsa",
}
"""JOSE algorithm -> module in ``algorithms``."""

ALGORITHMS = frozenset(_FAMILIES)
"""Every ``alg`` that a key may have. HMAC and ``none`` have no place here."""

_PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
"""RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2, RFC 9964 section 3."""

_MAX_KID_LENGTH = 256


class Key(NamedTuple):
    """A public key that checks signatures of one algorithm."""

    kid: str
    """The key's id: for KMS keys the last part of the key ARN."""
    alg: str
    """The one JOSE algorithm that this key's tokens may state."""
    verify: SignatureCheck
    """``verify(signing_input, signature)`` returns if the signature holds, else raises ``InvalidSignature``."""


def load_key(jwk: Jwk) -> Key:
    """Build the key that the public JWK ``jwk`` describes.

    ``kid`` and ``alg`` are required, so that the token's header chooses nothing. Members that RFC 7517 lets others add
    (``x5c``, ``x5t``, ...) are ignored. Raises ``InvalidKey`` for an algorithm that is not ours, a private key, a key
    for another use, and a key that is malformed or weak.
    """
    kid, alg = jwk.get("kid"), jwk.get("alg")
    if not isinstance(kid, str) or not 0 < len(kid) <= _MAX_KID_LENGTH or not kid.isprintable():
        raise InvalidKey(f"kid must be 1 to {_MAX_KID_LENGTH} printable characters")
    if not isinstance(alg, str) or alg not in _FAMILIES:
        raise InvalidKey(f"alg must be one of {', '.join(_FAMILIES)}, and is {alg!r}")
    for member in _PRIVATE_MEMBERS:
        if member in jwk:
            raise InvalidKey(f"{member} is a member of private and secret keys: only public keys belong here")
    if jwk.get("use", "sig") != "sig":
        raise InvalidKey(f"use must be sig, and is {jwk['use']!r}")
    if jwk.get("key_ops", ["verify"]) != ["verify"]:
        raise InvalidKey(f'key_ops must be ["verify"], and is {jwk["key_ops"]!r}')
    return Key(kid, alg, _signature_check(alg)(alg, jwk))


def load_keys(jwks: Iterable[Jwk]) -> Mapping[str, Key]:
    """The keys by ``kid``.

    Raises ``InvalidKey`` for what ``load_key`` refuses, no key, a ``kid`` used twice, and a key used for two algorithms
    (RFC 8725 section 3.1).
    """
    keys: dict[str, Key] = {}
    algorithms: dict[object, str] = {}
    for index, jwk in enumerate(jwks):
        try:
            key = load_key(jwk)
        except InvalidKey as fault:
            raise InvalidKey(f"keys[{index}]: {fault}") from None
        if key.kid in keys:
            raise InvalidKey(f"keys[{index}]: kid {key.kid!r} is used twice")
        known_for = algorithms.setdefault(public_value(jwk), key.alg)
        if known_for != key.alg:
            raise InvalidKey(f"keys[{index}]: trusted for {known_for} already: one key, one algorithm")
        keys[key.kid] = key
    if not keys:
        raise InvalidKey("keys: at least one key is needed")
    return keys


def public_value(jwk: Jwk) -> object:
    """What tells the key ``jwk``, which ``load_key`` has taken, from others, whatever its ``kid``."""
    return jwk[{"RSA": "n", "AKP": "pub"}.get(str(jwk["kty"]), "x")]


def _signature_check(alg: str) -> Callable[[str, Jwk], SignatureCheck]:
    # Only the families in use are imported: RSA alone would add a tenth to the cold start of an ES512 authorizer.
    module = import_module(f".algorithms.{_FAMILIES[alg]}", __package__)
    check: Callable[[str, Jwk], SignatureCheck] = module.signature_check
    return check
