"""The trusted keys: public JWKs (RFC 7517), each for one algorithm, built once at init."""

from collections.abc import Callable
from importlib import import_module

from .algorithms import InvalidKey, Jwk, SignatureCheck
from .config_fields import Fields
from .record import Record

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

ALGORITHMS = tuple(_FAMILIES)
"""Every supported ``alg`` of a key. HMAC and ``none`` are not supported."""

_PUBLIC_MEMBERS = {"EC": ("crv", "x", "y"), "RSA": ("n", "e"), "OKP": ("crv", "x"), "AKP": ("pub",)}
"""``kty`` -> the members of the public key (RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3)."""

PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
"""Members of private and secret keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2, RFC 9964 section 3)."""

_MAX_KID_LENGTH = 256


class Key(Record):
    """A public key that verifies signatures of one algorithm."""

    __slots__ = ("alg", "kid", "verify")

    def __init__(self, kid: str, alg: str, verify: SignatureCheck) -> None:
        self.kid = kid
        """The key's id: for KMS keys the last part of the key ARN."""
        self.alg = alg
        """The only JOSE algorithm that is accepted for this key."""
        self.verify = verify
        """``verify(signing_input, signature)`` returns if the signature is valid, and raises ``InvalidSignature`` otherwise."""


def load_key(jwk: Jwk) -> Key:
    """Build the key that the public JWK ``jwk`` describes.

    ``kid`` and ``alg`` are required, so that a token's header never determines the algorithm. Other members (``x5c``,
    ``x5t``, ...; RFC 7517 section 4) are ignored. Raises ``InvalidKey`` for an unsupported algorithm, a private key, a key
    for another use, and a key that is malformed or weak.
    """
    kid, alg = jwk.get("kid"), jwk.get("alg")
    if not isinstance(kid, str) or not 0 < len(kid) <= _MAX_KID_LENGTH or not kid.isprintable():
        raise InvalidKey(f"kid must be 1 to {_MAX_KID_LENGTH} printable characters")
    if not isinstance(alg, str) or alg not in _FAMILIES:
        raise InvalidKey(f"alg must be one of {', '.join(_FAMILIES)}, and is {alg!r}")
    for member in PRIVATE_MEMBERS:
        if member in jwk:
            raise InvalidKey(f"{member} is a member of private and secret keys: only public keys are accepted")
    if jwk.get("use", "sig") != "sig":
        raise InvalidKey(f"use must be sig, and is {jwk['use']!r}")
    if jwk.get("key_ops", ["verify"]) != ["verify"]:
        raise InvalidKey(f'key_ops must be ["verify"], and is {jwk["key_ops"]!r}')
    return Key(kid, alg, _signature_check(alg)(alg, jwk))


def public_members(jwk: Jwk) -> dict[str, object]:
    """The members of ``jwk`` that may be packaged or published: only those that a verifier needs for this key type.

    This is an allow list, since a deny list would miss the private members of future key types. A member that is null is
    treated as absent; any other value that is not a string is replaced by an empty string, which ``load_key`` rejects. Of
    several ``key_ops`` only ``verify`` is kept.
    """
    kty = jwk.get("kty")
    names = ("kty", "kid", "alg", "use", *(_PUBLIC_MEMBERS.get(kty, ()) if isinstance(kty, str) else ()))
    members: dict[str, object] = {
        name: value if isinstance(value, str) else "" for name in names if (value := jwk.get(name)) is not None
    }
    if (operations := jwk.get("key_ops")) is not None:
        texts = [text for text in operations if isinstance(text, str)] if isinstance(operations, list) else []
        members["key_ops"] = ["verify"] if "verify" in texts else texts
    return members


class KeySet:
    """The keys of one issuer by ``kid``, added one by one: a ``kid`` names one key, and a key has one algorithm.

    ``own``: the set of the own issuer, if this is that of another one. No key may be in both.
    """

    def __init__(self, own: "KeySet | None" = None) -> None:
        self.keys: dict[str, Key] = {}
        self._own = own
        self._reserved: set[str] = set()
        self._algorithms: dict[object, str] = {}

    def reserve(self, kid: str) -> None:
        """Reserve ``kid`` for a key that is not known yet."""
        self._reserved.add(kid)

    def add(self, jwk: Jwk) -> Key:
        """Load ``jwk`` and add it.

        Raises ``InvalidKey``, and adds nothing, for a key that ``load_key`` rejects, for a ``kid`` that is in use, for a key
        that has been added for another algorithm (RFC 8725 section 3.1), and for a key or a ``kid`` of ``own``.
        """
        key, value = load_key(jwk), _public_value(jwk)
        if self._own and value in self._own._algorithms:
            raise InvalidKey("this key is one of the own keys, which sign for the own issuer only")
        alg = self._algorithms.get(value, key.alg)
        if alg != key.alg:
            raise InvalidKey(f"this key is already trusted for {alg}: a key is trusted for one algorithm")
        if self._has(key.kid) or (self._own and self._own._has(key.kid)):
            raise InvalidKey(f"kid {key.kid!r} is used twice: a kid names one key")
        self._algorithms[value] = key.alg
        self.keys[key.kid] = key
        return key

    def load(self, fields: Fields) -> None:
        """Add the keys in the field ``keys``, at least one; invalid ones are recorded in ``fields``."""
        for index, jwk in fields.objects("keys", at_least=1):
            try:
                self.add(jwk.document)
            except InvalidKey as fault:
                fields.fault(str(fault), "keys", index)

    def _has(self, kid: str) -> bool:
        return kid in self.keys or kid in self._reserved


def _public_value(jwk: Jwk) -> object:
    """The member that identifies the key ``jwk``, which ``load_key`` has accepted, whatever its ``kid``."""
    return jwk[{"RSA": "n", "AKP": "pub"}.get(str(jwk["kty"]), "x")]


def _signature_check(alg: str) -> Callable[[str, Jwk], SignatureCheck]:
    # Only the families in use are imported: RSA would add 10 % to the cold start of an ES512 authorizer.
    module = import_module(f".algorithms.{_FAMILIES[alg]}", __package__)
    check: Callable[[str, Jwk], SignatureCheck] = module.signature_check
    return check
