"""What an error message may show of an invalid value: enough to identify it, and nothing that may be a private key."""

_LONGEST = 20
"""Characters. No private key is that short: the `d` of the smallest elliptic curve has 43 (RFC 7518 section 6.2.2.1)."""
_NAMES = ((str, "a string"), (dict, "an object"), (list, "a list"))


def redacted_repr(value: object) -> str:
    """The ``repr`` of ``value`` if it is a number, a boolean, short text or empty; otherwise only its type."""
    if isinstance(value, int) and not fits(value):
        return "an integer that does not fit into 64 bits"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if (isinstance(value, list | dict) and not value) or (isinstance(value, str) and len(value) <= _LONGEST):
        return repr(value)
    return next((name for kind, name in _NAMES if isinstance(value, kind)), f"of the type {type(value).__name__}")


def quotable(text: str) -> bool:
    """Whether ``text`` may be shown in a message about its content: it is neither a JWK nor a PEM file."""
    return "{" not in text and "BEGIN" not in text and "\n" not in text


def fits(number: int) -> bool:
    """Whether ``number`` fits into 64 bits, as AWS requires; Python does not print numbers of more than 4300 digits."""
    return -(2**63) <= number < 2**63
