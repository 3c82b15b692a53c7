"""The clients of the configuration: what each may ask for, and the one method by which it authenticates."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..authorizer import Fields, scope_names
from .client_ids import client_id_fault
from .unquoted import read_object

if TYPE_CHECKING:
    from .assertion_settings import AssertionKeys
    from .certificate_name import CertificateName

DEFAULT_LIFETIME_SECONDS = 900
MIN_LIFETIME_SECONDS = 300
"""Clients fetch a new token 60 seconds early: shorter lifetimes would hardly be cached."""
MAX_LIFETIME_SECONDS = 86400

MAX_SECRETS = 2
"""The current secret and, during a rotation, the next one."""

METHODS = ("secret_hashes", "assertion", "aws_roles", "tls_client_auth")
"""The fields that say how a client authenticates; each client has exactly one of them."""

FIELDS = frozenset({"scopes", "audiences", "lifetime_seconds", "certificate_bound_tokens", *METHODS})
"""The fields of a client."""

_HASH = re.compile("[0-9a-f]{64}")
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing."""


class Client(NamedTuple):
    """A client that may have tokens. Of the last four fields exactly one is not empty."""

    client_id: str
    scopes: tuple[str, ...]
    """All that it may have; a request without ``scope`` gets them all."""
    audiences: tuple[str, ...]
    """All that its tokens may be for; a request without ``resource`` gets them all."""
    lifetime_seconds: int
    """Of its tokens."""
    certificate_bound_tokens: bool
    """Whether its tokens are bound to its certificate (RFC 8705 section 3)."""
    secret_hashes: tuple[bytes, ...]
    """SHA-256 of its secret, or of its two secrets: 32 bytes each."""
    assertion: "AssertionKeys | None"
    """The keys of its client assertions (``private_key_jwt``)."""
    aws_roles: tuple[str, ...]
    """The ARNs of the IAM roles that are this client."""
    certificate_name: "CertificateName | None"
    """What its certificate must contain (``tls_client_auth``)."""


def read_clients(fields: Fields) -> Mapping[str, Client]:
    """The clients in the field ``clients``, by id; errors are recorded there. At least one is required."""
    clients = read_object(fields, "clients")
    if fields.document.get("clients", {}) == {}:
        fields.fault("must have at least one client", "clients")
    found = {client_id: _client(client_id, clients) for client_id in clients.document}
    _check_secrets(found, clients)
    _check_roles(found, clients)
    _check_certificate_names(found, clients)
    return found


def _client(client_id: str, clients: Fields) -> Client:
    if fault := client_id_fault(client_id):
        clients.fault(fault, client_id)
    fields = read_object(clients, client_id)
    fields.only(FIELDS)
    methods = [method for method in METHODS if method in fields.document]
    if len(methods) != 1:
        fields.fault(f"must have exactly one of {', '.join(METHODS)}, and has {' and '.join(methods) or 'none'}")
    return Client(
        client_id,
        scopes=_distinct(fields, "scopes", scope_names(fields)),
        audiences=_audiences(fields),
        lifetime_seconds=fields.integer(
            "lifetime_seconds", DEFAULT_LIFETIME_SECONDS, MIN_LIFETIME_SECONDS, MAX_LIFETIME_SECONDS, "seconds"
        ),
        certificate_bound_tokens=_certificate_bound_tokens(fields),
        secret_hashes=_secret_hashes(fields) if "secret_hashes" in methods else (),
        assertion=_assertion(fields) if "assertion" in methods else None,
        aws_roles=_aws_roles(fields) if "aws_roles" in methods else (),
        certificate_name=_certificate_name(fields) if "tls_client_auth" in methods else None,
    )


def _distinct(fields: Fields, field: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """``names``, at least one and each once; errors are recorded in ``fields``."""
    if not fields.values(field, at_least=1):
        return ()
    for name in sorted({name for name in names if names.count(name) > 1}):
        fields.fault(f"{name!r} is listed twice", field)
    return names


def _audiences(fields: Fields) -> tuple[str, ...]:
    audiences = fields.names("audiences")
    for index, audience in enumerate(audiences):
        if "#" in audience:
            # RFC 8707 section 2: no client could ask for it.
            fields.fault(f"must have no fragment, and is {audience!r}", "audiences", index)
    return _distinct(fields, "audiences", audiences)


def _secret_hashes(fields: Fields) -> tuple[bytes, ...]:
    """Errors do not quote a value: it might be the secret itself."""
    hashes: list[bytes] = []
    values = fields.document["secret_hashes"]
    if not isinstance(values, list) or not values:
        fields.fault("must be a list of one or two hashes", "secret_hashes")
        return ()
    if len(values) > MAX_SECRETS:
        fields.fault(
            f"must be at most {MAX_SECRETS}, the current one and the next, and are {len(values)}", "secret_hashes"
        )
    for index, value in enumerate(values):
        if not isinstance(value, str) or not _HASH.fullmatch(value):
            fields.fault(
                "must be the SHA-256 of the secret as 64 lower-case hexadecimal digits, which kms-jwt client new prints",
                "secret_hashes",
                index,
            )
        elif value == _EMPTY:
            fields.fault("is the hash of an empty secret: hash the secret, without a line end", "secret_hashes", index)
        else:
            hashes.append(bytes.fromhex(value))
    return tuple(hashes)


def _check_secrets(clients: Mapping[str, Client], fields: Fields) -> None:
    """Each secret belongs to one client, and is listed once."""
    owners: dict[bytes, str] = {}
    for client in clients.values():
        distinct = dict.fromkeys(client.secret_hashes)
        if len(distinct) < len(client.secret_hashes):
            fields.fault("is the same hash twice: write it once", client.client_id, "secret_hashes")
        for secret in distinct:
            owner = owners.setdefault(secret, client.client_id)
            if owner != client.client_id:
                fields.fault(f"is also a secret of {owner}: each client has its own", client.client_id, "secret_hashes")


def _check_roles(clients: Mapping[str, Client], fields: Fields) -> None:
    """Each role is one client, and is listed once."""
    owners: dict[str, str] = {}
    for client in clients.values():
        for index, role in enumerate(client.aws_roles):
            if role in owners:
                fields.fault(
                    f"{role!r} is already {owners[role]}: a role is one client", client.client_id, "aws_roles", index
                )
            owners.setdefault(role, client.client_id)


def _check_certificate_names(clients: Mapping[str, Client], fields: Fields) -> None:
    """Each name is one client: otherwise its certificate would be whichever client the request names."""
    owners: dict[CertificateName, str] = {}
    for client in clients.values():
        if (name := client.certificate_name) is not None and name.kind:
            owner = owners.setdefault(name, client.client_id)
            if owner != client.client_id:
                fields.fault(
                    f"is already {owner}: a name is one client", client.client_id, "tls_client_auth", name.kind
                )


def _certificate_bound_tokens(fields: Fields) -> bool:
    value = fields.document.get("certificate_bound_tokens", False)
    if not isinstance(value, bool):
        fields.fault(f"must be true or false, and is a {type(value).__name__}", "certificate_bound_tokens")
    return value is True


def _assertion(fields: Fields) -> "AssertionKeys":
    from .assertion_settings import read_assertion  # only where a client has keys

    return read_assertion(fields)


def _aws_roles(fields: Fields) -> tuple[str, ...]:
    from .assertion_settings import read_aws_roles  # only where a client is a role

    return read_aws_roles(fields)


def _certificate_name(fields: Fields) -> "CertificateName":
    from .certificate_name import read_certificate_name  # only where a client has a certificate

    return read_certificate_name(fields)
