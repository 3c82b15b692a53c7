"""Whether the package's single module suffices for a configuration, which the builder of the package makes.

It contains what the default configuration imports: pinned keys, all of them for ECDSA. For any other, the modules are imported
one by one, as they are here: the single module has only those parts of ``cryptography`` that ECDSA needs.
"""

from json import loads

_ALGORITHMS = ("ES256", "ES384", "ES512", "ES256K")
_AT_RUN_TIME = ("kms", "denylist", "jwks_url")
"""The fields, also of a trusted issuer, with which more is read while requests are handled."""


def suffices(config_path: str) -> bool:
    """Whether it does for the file at ``config_path``. Not for an invalid one, whose errors the other modules report."""
    try:
        with open(config_path, "rb") as file:  # noqa: PTH123 - pathlib would cost a millisecond of cold start
            document = loads(file.read())
        issuers = [document, *document.get("trusted_issuers", [])]
        return not any(name in issuer for issuer in issuers for name in _AT_RUN_TIME) and all(
            key["alg"] in _ALGORITHMS for issuer in issuers for key in issuer["keys"]
        )
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        return False
