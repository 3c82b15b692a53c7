"""The JOSE signature algorithms, one module a family; ``keys`` imports just the families that its keys need.

Each module offers ``signature_check(alg, jwk)``: it builds the public key from the JWK's numbers and returns the
function that checks a signature, raising ``cryptography.exceptions.InvalidSignature``. Building from numbers needs no
``cryptography...serialization``, whose import would cost more than the other imports of a cold start together.
"""

from collections.abc import Callable, Mapping

SignatureCheck = Callable[[bytes, bytes], None]
"""``check(signing_input, signature)``: returns if the signature holds, else raises ``InvalidSignature``."""

Jwk = Mapping[str, object]
"""A JSON Web Key (RFC 7517)."""


class InvalidKey(ValueError):
    """A key that must not be trusted; the message says which member is at fault and what was expected."""
