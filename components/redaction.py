"""What an error message may show of the value that it found: enough to find it, and nothing that may be a private key."""

_LONGEST = 20
"""Characters. No private key fits into so few: the `d` of the smallest elliptic curve takes 43 (RFC 7518 section 6.2.2.1)."""
_NAMES = ((str, "a string"), (dict, "an object"), (list, "a list"))


def redacted_repr(value: object) -> str:
    """``value`` itself, if it is a number, a boolean, short text, or empty; of anything else the type alone."""
    if isinstance(value, int) and not fits(value):
        return "an integer that does not fit into 64 bits"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if (isinstance(value, list | dict) and not value) or (isinstance(value, str) and len(value) <= _LONGEST):
        return repr(value)
    return next((name for kind, name in _NAMES if isinstance(value, kind)), f"of the type {type(value).__name__}")


def quotable(text: str) -> bool:
    """Whether ``text`` may be shown where text is right and its content is wrong: it is no JWK and no PEM file."""
    return "{" not in text and "BEGIN" not in text and "\n" not in text


def fits(number: int) -> bool:
    """Whether ``number`` is one of 64 bits, as AWS takes them; Python prints no number of more than 4300 digits."""
    return -(2**63) <= number < 2**63
