"""``config.json`` for known arguments, validated by the token service's code; errors name the argument that they come from.

For example ``clients.billing.scopes: at least one is required``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..faults import Faults
from ..kms.jwk import Jwk
from ..kms.jwks import InvalidJwks, named, public_keys
from .clients import ASSERTION, AwsAccountArgs, TokenClientArgs
from .contract import CONTRACT_VERSION, judge
from .keys import KeyEntry, KnownKeys, key_entries

Path = tuple[str | int, ...]


class KnownInputs(NamedTuple):
    """The arguments of which the document consists, without Outputs."""

    issuer: str
    endpoint: str
    """The URL of the API, without a slash at its end."""
    keys: KnownKeys
    clients: Mapping[str, TokenClientArgs]
    aws_accounts: Sequence[AwsAccountArgs]
    log_level: str | None


def token_endpoint(endpoint: str) -> str:
    """The URL of the token endpoint of the API at ``endpoint``."""
    return f"{endpoint.rstrip('/')}/token"


def config_document(inputs: KnownInputs, faults: Faults) -> str:
    """The document. What the token service would reject is recorded in ``faults``: it must not be used then."""
    entries = key_entries(inputs.keys, faults.below("keys"))
    document: dict[str, object] = {
        "version": CONTRACT_VERSION,
        "issuer": inputs.issuer,
        "token_endpoint": token_endpoint(inputs.endpoint),
        "keys": [{"key_arn": entry.arn, "alg": entry.alg} for entry in entries],
        "clients": {client_id: _client(client_id, client, faults) for client_id, client in inputs.clients.items()},
    }
    if inputs.aws_accounts:
        document["aws_accounts"] = inputs.aws_accounts
    if inputs.log_level is not None:
        document["log_level"] = inputs.log_level
    text = json.dumps(document, sort_keys=True)
    _judge(text, entries, inputs.clients, faults)
    return text


def _client(client_id: str, client: TokenClientArgs, faults: Faults) -> Mapping[str, object]:
    if ASSERTION not in client:
        return client
    assertion = {name: value for name, value in client["assertion"].items() if name != "jwks"}
    below = faults.below("clients", client_id, ASSERTION, "jwks")
    return {**client, ASSERTION: {**assertion, "keys": _public_keys(str(client["assertion"].get("jwks")), below)}}


def _public_keys(text: str, faults: Faults) -> list[Jwk]:
    """The keys of a client. A private one is an error: the client alone may have it."""
    try:
        keys, private = public_keys(text)
    except InvalidJwks as fault:
        faults.add(str(fault))
        return []
    for index, members in private.items():
        faults.add(
            f"{named(index, keys[index])}: has the private {', '.join(members)}: anybody who has seen them is this client, so "
            "create a new key, and write only its public members"
        )
    return keys


def _judge(text: str, entries: Sequence[KeyEntry], clients: Mapping[str, TokenClientArgs], faults: Faults) -> None:
    error = judge(text)
    if error is None:
        return
    recorded = [fault["property_path"] for fault in faults.found]
    for fault in error.faults:
        path, message = fault.path, fault.message
        argument, prefix = _argument(path, entries, clients)
        below = faults.below(*argument)
        # What is missing there may have been left out, since it was invalid.
        if not any(below.path.startswith(other) or other.startswith(below.path) for other in recorded):
            below.add(f"{prefix}{message}")
    if not error.faults:
        faults.add(str(error))


def _argument(path: Path, entries: Sequence[KeyEntry], clients: Mapping[str, Any]) -> tuple[Path, str]:
    """The path of the argument from which the part ``path`` of the document comes, and the key in it, if it is in one."""
    match path:
        case ("token_endpoint", *_):
            return ("api", "endpoint"), ""
        case ("keys", int(index), "key_arn", *_):
            name = entries[index].name
            return ("keys", "active_key_arn") if name is None else ("keys", "key_arns", name), ""
        case ("keys", *_):
            return ("keys", "jwks"), ""
        case ("clients", str(client_id), "assertion", "keys", int(index), *_):
            return ("clients", client_id, ASSERTION, "jwks"), f"{_key(index, clients[client_id])}: "
        case ("clients", str(client_id), "assertion", "keys", *_):
            return ("clients", client_id, ASSERTION, "jwks"), ""
        case _:
            return path, ""


def _key(index: int, client: TokenClientArgs) -> str:
    keys = public_keys(str(client["assertion"]["jwks"])).keys
    return named(index, keys[index])
