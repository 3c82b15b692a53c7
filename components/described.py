"""What a refusal says of the value that it found: enough to find it, and nothing that may be a private key."""

_LONGEST = 20
"""Characters. No private key fits into so few: the `d` of the smallest elliptic curve takes 43 (RFC 7518 section 6.2.2.1)."""
_SAFE_INTEGER = 2**63
_NAMES = ((str, "a string"), (dict, "an object"), (list, "a list"))


def described(value: object) -> str:
    """``value`` itself, if it is a number, a boolean, short text, or empty; of anything else the type alone."""
    if isinstance(value, int) and not -_SAFE_INTEGER <= value < _SAFE_INTEGER:
        return "an integer that does not fit into 64 bits"
    if value is None or isinstance(value, bool | int | float) or value in ("", [], {}):
        return repr(value)
    if isinstance(value, str) and len(value) <= _LONGEST:
        return repr(value)
    return next((name for kind, name in _NAMES if isinstance(value, kind)), f"of the type {type(value).__name__}")
