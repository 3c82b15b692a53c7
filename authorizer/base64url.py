"""Base64url as JOSE uses it (RFC 7515 section 2), accepting the one canonical spelling of each octet string."""

from base64 import urlsafe_b64encode
from binascii import a2b_base64

_TO_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")


def decode(segment: bytes) -> bytes:
    """The octets that ``segment`` spells.

    Raises ``ValueError`` for padding, white space, other alphabets and non-zero trailing bits: whatever would not come
    out of the encoder is not let in, so that a token has one spelling only (RFC 4648 section 3.5).
    """
    octets = a2b_base64(segment.translate(_TO_STANDARD_ALPHABET) + b"==")
    if urlsafe_b64encode(octets).rstrip(b"=") != segment:
        raise ValueError("not canonical base64url")
    return octets
