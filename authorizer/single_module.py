"""What a configuration needs of the package's single module, which the builder of the package makes.

It contains what pinned keys for ECDSA import. Beside it are a module for RSA and one for EdDSA; each has only those parts of
``cryptography`` that verify. For ML-DSA keys, and where more is read while requests are handled, the modules are imported one
by one, as they are here.
"""

from json import loads

_ECDSA = "ES"

_OTHERS = {
    "RS": "authorizer.algorithms.rsassa",
    "PS": "authorizer.algorithms.rsassa",
    "Ed": "authorizer.algorithms.eddsa",
}
"""The beginning of a JOSE algorithm -> the module of its family."""

_AT_RUN_TIME = ("kms", "denylist", "jwks_url")
"""The fields, also of a trusted issuer, with which more is read while requests are handled."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def needed(config_path: str) -> "AbstractSet[str] | None":
    """The families other than ECDSA that the file at ``config_path`` needs, or ``None`` if they do not suffice for it.

    They do not for an invalid one, whose errors the other modules report.
    """
    try:
        with open(config_path, "rb") as file:  # noqa: PTH123 - pathlib would cost a millisecond of cold start
            document = loads(file.read())
        issuers = [document, *document.get("trusted_issuers", [])]
        if any(name in issuer for issuer in issuers for name in _AT_RUN_TIME):
            return None
        families = {key["alg"][:2] for issuer in issuers for key in issuer["keys"]}
        return {_OTHERS[family] for family in families if family != _ECDSA}
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        return None
