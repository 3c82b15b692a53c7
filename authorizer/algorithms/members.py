"""Reading the members of a JWK (RFC 7518 section 6)."""

from .. import base64url
from . import InvalidKey, Jwk


def octets(jwk: Jwk, name: str) -> bytes:
    """The octets of the base64url member ``name``. Raises ``InvalidKey``."""
    value = jwk.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidKey(f"{name} must be a base64url string")
    try:
        return base64url.decode(value.encode("ascii"))
    except ValueError:
        raise InvalidKey(f"{name} is not canonical base64url") from None


def fixed_octets(jwk: Jwk, name: str, length: int) -> bytes:
    """The octets of ``name``, which must be ``length`` bytes long. Raises ``InvalidKey``."""
    value = octets(jwk, name)
    if len(value) != length:
        raise InvalidKey(f"{name} must be {length} bytes, and is {len(value)}")
    return value


def positive_integer(jwk: Jwk, name: str) -> int:
    """The Base64urlUInt ``name``: big-endian, in the minimum number of octets (RFC 7518 section 2). Raises ``InvalidKey``."""
    value = octets(jwk, name)
    if value[0] == 0:
        raise InvalidKey(f"{name} has a leading zero octet")
    return int.from_bytes(value)


def expect(jwk: Jwk, name: str, wanted: str) -> None:
    """Raise ``InvalidKey`` unless member ``name`` is ``wanted``."""
    if jwk.get(name) != wanted:
        raise InvalidKey(f"{name} must be {wanted} for alg {jwk.get('alg')}, and is {jwk.get(name)!r}")
