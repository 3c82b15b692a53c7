"""Reading ``config.json``, the contract between deployment and token service: strictly, so that any error fails the init."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..algorithms import ALGORITHMS
from ..authorizer import LOG_LEVELS, Fields
from ..authorizer import ConfigError as ConfigError
from ..kms_key import SigningKey
from .access_token import LONGEST_CONFIRMATION, MAX_SIGNED_BYTES, access_token_claims, signed_bytes, token_id
from .clients import Client, read_clients
from .grant import full_grant
from .urls import read_url

if TYPE_CHECKING:
    from .assertion_settings import AwsAccount

VERSION = 1
"""The version of the contract. It changes whenever the meaning of a field changes."""

FIELDS = frozenset({"version", "issuer", "token_endpoint", "keys", "clients", "aws_accounts", "log_level"})
"""The fields of ``config.json``."""

_KEY_ARN = re.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")


class Config(NamedTuple):
    """The parsed and validated ``config.json``."""

    issuer: str
    """``iss`` of the tokens, and the audience of client assertions."""
    token_endpoint: str
    """The URL of the endpoint, where older clients address their assertions to."""
    keys: tuple[SigningKey, ...]
    """The active key, and those that sign if KMS denies its use."""
    clients: Mapping[str, Client]
    """By id."""
    aws_accounts: "tuple[AwsAccount, ...]"
    """The accounts whose roles may be clients."""
    log_level: str


def parse_config(document: Mapping[str, object]) -> Config:
    """Validate ``document``, an object with these fields:

    - ``version``: 1
    - ``issuer``: an https URL without query and fragment (http only on this machine)
    - ``token_endpoint``: the URL of the token endpoint, of the same form
    - ``keys``: the KMS keys, each ``{"key_arn": ARN, "alg": ...}``. The first one signs; the others only while KMS denies the
      use of the first, as for some seconds after a rotation
    - ``clients``: client id -> an object with these fields:

      - ``scopes``, ``audiences``: all that the client may have, at least one each
      - ``lifetime_seconds``: of its tokens, 300 to 86400, default 900
      - ``secret_hashes``: the SHA-256 of its secret, or of two during a rotation, as hexadecimal digits; or instead
      - ``assertion``: ``{"keys": [...]}``, the public JWKs of its client assertions, each with ``kid`` and ``alg``; optionally
        with ``token_endpoint_audience``: whether they may be addressed to the token endpoint. Or instead
      - ``aws_roles``: the ARNs of the IAM roles that are this client, in one of the ``aws_accounts``. Or instead
      - ``tls_client_auth``: the name in its client certificate, as one of ``subject_dn`` (in the form of RFC 4514),
        ``san_dns``, ``san_uri``, ``san_ip`` and ``san_email``
      - ``certificate_bound_tokens``: whether its tokens are bound to its client certificate, default false

    - ``aws_accounts``: ``{"account_id": ..., "issuer": ...}`` each, default none
    - ``log_level``: INFO (every decision, the default), WARN (refusals and failures) or ERROR (failures only)

    Raises ``ConfigError``, which lists every error, for anything else: an unknown field, a client without a scope, a client id
    that a user may have, a secret that two clients have, ...
    """
    fields = Fields(document)
    fields.only(FIELDS)
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        fields.fault(f"must be {VERSION}, and is {version!r}", "version")
    config = Config(
        issuer=read_url(fields, "issuer"),
        token_endpoint=read_url(fields, "token_endpoint"),
        keys=_keys(fields),
        clients=read_clients(fields),
        aws_accounts=_aws_accounts(fields),
        log_level=fields.choice("log_level", LOG_LEVELS, LOG_LEVELS[0]),
    )
    _check_accounts(config, fields)
    _check_sizes(config, fields)
    fields.raise_if_any()
    return config


def _keys(fields: Fields) -> tuple[SigningKey, ...]:
    keys: list[SigningKey] = []
    for _, entry in fields.objects("keys", at_least=1):
        entry.only(("key_arn", "alg"))
        key = SigningKey(entry.name("key_arn"), entry.choice("alg", tuple(ALGORITHMS), ""))
        if key.arn and not _KEY_ARN.fullmatch(key.arn):
            entry.fault(
                "must be the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/ID, not of an alias, "
                f"and is {key.arn!r}",
                "key_arn",
            )
        elif any(key.kid == other.kid for other in keys):
            entry.fault(f"{key.kid!r} is used twice: a kid names one key", "key_arn")
        elif keys and _region(key) and _region(keys[0]) not in ("", _region(key)):
            entry.fault(f"is in {_region(key)}, and the first key in {_region(keys[0])}: use one region", "key_arn")
        keys.append(key)
    return tuple(keys)


def _region(key: SigningKey) -> str:
    """Empty if the ARN is invalid."""
    return key.arn.split(":")[3] if _KEY_ARN.fullmatch(key.arn) else ""


def _aws_accounts(fields: Fields) -> "tuple[AwsAccount, ...]":
    if "aws_accounts" not in fields.document:
        return ()
    from .assertion_settings import read_aws_accounts  # only where there are any

    return read_aws_accounts(fields)


def _check_sizes(config: Config, fields: Fields) -> None:
    """Every client can have a token for all that it may have."""
    for client in config.clients.values():
        if client.audiences:
            confirmation = LONGEST_CONFIRMATION if client.certificate_bound_tokens else None
            claims = access_token_claims(config.issuer, full_grant(client), token_id(), 2**33, confirmation)
            size = signed_bytes(claims)
            if size > MAX_SIGNED_BYTES:
                fields.fault(
                    f"a token for all of its scopes and audiences has {size} bytes, without the signature, and may have "
                    f"{MAX_SIGNED_BYTES}: configure fewer or shorter ones, or several clients",
                    "clients",
                    client.client_id,
                )


def _check_accounts(config: Config, fields: Fields) -> None:
    """Every role is in one of the accounts."""
    if not any(client.aws_roles for client in config.clients.values()):
        return
    from .assertion_settings import role_account

    accounts = {account.account_id for account in config.aws_accounts}
    clients = fields.object("clients")
    for client in config.clients.values():
        for index, role in enumerate(client.aws_roles):
            account = role_account(role)
            if account and account not in accounts:
                clients.fault(
                    f"is in account {account}, which is not one of aws_accounts: add it, with its issuer",
                    client.client_id,
                    "aws_roles",
                    index,
                )
