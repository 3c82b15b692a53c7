"""The JOSE signature algorithms, one module per family; ``keys`` imports only the families that its keys need.

Each module has a function ``signature_check(alg, jwk)``: it builds the public key from the JWK's numbers and returns the
function that verifies a signature or raises ``cryptography.exceptions.InvalidSignature``. This avoids
``cryptography...serialization``, whose import would take longer than all other imports of a cold start together.
"""

from collections.abc import Callable, Mapping

SignatureCheck = Callable[[bytes, bytes], None]
"""``check(signing_input, signature)`` returns if the signature is valid, and raises ``InvalidSignature`` otherwise."""

Jwk = Mapping[str, object]
"""A JSON Web Key (RFC 7517)."""


class InvalidKey(ValueError):
    """A key that must not be trusted. The message names the invalid member and what was expected."""
