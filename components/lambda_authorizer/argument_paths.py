"""The argument from which a part of ``config.json`` comes, so that an error in the document names what the user wrote."""

from collections.abc import Sequence

from .trusted_issuers import REFRESH_FIELDS

Path = tuple[str | int, ...]

_RENAMED = {"audiences": "audience", "keys": "jwks", "key_id": "arn", "alg": "algorithm"}
"""Fields of the entries of ``trusted_issuers`` and ``kms.keys`` that have another name in the arguments."""


def argument_of(path: Path, routes_input: str) -> Path:
    """The path of the argument from which the part ``path`` of the document comes."""
    field, *below = path
    renamed = [_RENAMED.get(str(part), part) for part in below]
    match field:
        case "issuers":
            return ("issuer",)
        case "audiences":
            return ("audience", *below)
        case "denylist":
            return ("denylist", *below)
        case "kms":
            return ("keys", "kms_keys", *renamed[1:])
        case "routes":
            return (routes_input, *below)
        case "trusted_issuers":
            if below[1:2] == ["issuers"]:
                return ("trusted_issuers", below[0], *_issuer_argument(below[2:]))
            if below[1:2] == ["jwks_url"]:
                return ("trusted_issuers", below[0], *_refresh_argument(below[2:]))
            return ("trusted_issuers", *renamed)
        case _:
            return ("policy", field, *below)


def _issuer_argument(below: Sequence[str | int]) -> Path:
    """The path of the argument from which the part ``below`` of ``issuers`` comes."""
    match below:
        case (int(index),) if index > 0:
            return ("issuer_aliases", index - 1)
        case _:
            return ("issuer",)


def _refresh_argument(below: Sequence[str | int]) -> Path:
    """The path of the argument from which the part ``below`` of ``jwks_url`` comes."""
    arguments = {field: name for name, field in REFRESH_FIELDS.items()}
    return (arguments.get(str(below[0]), "jwks_url"),) if below else ("jwks_url",)
