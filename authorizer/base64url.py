"""Base64url as JOSE uses it (RFC 7515 section 2), accepting the one canonical spelling of each octet string."""

from binascii import a2b_base64, b2a_base64

_TO_STANDARD_ALPHABET = bytes.maketrans(b"-_+/", b"+/!!")
"""``!`` is in no alphabet, so that the characters of the standard one do not pass for their counterparts."""


def decode(segment: bytes) -> bytes:
    """The octets that ``segment`` spells.

    Raises ``ValueError`` for padding, white space, other alphabets and non-zero trailing bits: whatever would not come
    out of the encoder is not let in, so that a token has one spelling only (RFC 4648 section 3.5).
    """
    standard = segment.translate(_TO_STANDARD_ALPHABET)
    octets = a2b_base64(standard + b"==")
    if b2a_base64(octets, newline=False).rstrip(b"=") != standard:
        raise ValueError("not canonical base64url")
    return octets
