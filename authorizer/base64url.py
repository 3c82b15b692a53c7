"""Base64url as JOSE uses it (RFC 7515 section 2), accepting only the canonical encoding of each octet string."""

from binascii import a2b_base64, b2a_base64

_TO_STANDARD_ALPHABET = bytes.maketrans(b"-_+/", b"+/!!")
"""``!`` is in neither alphabet, so that ``+`` and ``/`` are rejected instead of being read as ``-`` and ``_``."""


def decode(segment: bytes) -> bytes:
    """The octets that ``segment`` encodes.

    Raises ``ValueError`` for padding, white space, other alphabets and non-zero trailing bits: only what the encoder
    produces is accepted, so that a token has a single encoding (RFC 4648 section 3.5).
    """
    standard = segment.translate(_TO_STANDARD_ALPHABET)
    octets = a2b_base64(standard + b"==")
    if b2a_base64(octets, newline=False).rstrip(b"=") != standard:
        raise ValueError("not canonical base64url")
    return octets
