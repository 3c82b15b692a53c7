"""Reading how clients authenticate without a secret: the fields ``assertion`` and ``aws_roles`` of a client, and
``aws_accounts``."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..authorizer import Fields, Key, KeySet
from .unquoted import read_object

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):role/(?:[!-)+->@-~]+/)?[\w+=,.@-]{1,64}", re.ASCII)
"""With a path or without. IAM allows ``*`` and ``?`` in a path: here they would look like wildcards, and there are none."""
_ACCOUNT_ID = re.compile("[0-9]{12}")
_NOT_OF_AN_ISSUER = re.compile("[?]|/$")
"""No query, and no slash at the end, which ``iss`` does not have either."""


class AssertionKeys(NamedTuple):
    """The public keys of a client that authenticates with ``private_key_jwt`` (RFC 7523 section 2.2)."""

    keys: Mapping[str, Key]
    """By ``kid``."""
    token_endpoint_audience: bool
    """Whether the URL of the token endpoint is accepted as the audience, beside the issuer."""


class AwsAccount(NamedTuple):
    """An AWS account whose roles may be clients."""

    account_id: str
    issuer: str
    """``iss`` of the tokens that ``sts:GetWebIdentityToken`` issues in the account; its keys are at a URL below it."""


def read_assertion(client: Fields) -> AssertionKeys:
    """The field ``assertion`` of a client; errors are recorded there."""
    fields = read_object(client, "assertion")
    fields.only(("keys", "token_endpoint_audience"))
    key_set = KeySet()
    key_set.load(fields)
    token_endpoint_audience = fields.document.get("token_endpoint_audience", False)
    if not isinstance(token_endpoint_audience, bool):
        fields.fault(f"must be true or false, and is {token_endpoint_audience!r}", "token_endpoint_audience")
    return AssertionKeys(key_set.keys, token_endpoint_audience is True)


def read_aws_roles(client: Fields) -> tuple[str, ...]:
    """The field ``aws_roles`` of a client: ARNs of IAM roles, at least one; errors are recorded there."""
    roles = client.names("aws_roles", at_least=1)
    for index, role in enumerate(roles):
        if not _ROLE.fullmatch(role):
            client.fault(
                f"must be the ARN of a role, such as arn:aws:iam::111122223333:role/job, and is {role!r}",
                "aws_roles",
                index,
            )
    return roles


def read_aws_accounts(fields: Fields) -> tuple[AwsAccount, ...]:
    """The field ``aws_accounts``; errors are recorded there."""
    from ..runtime_keys import MAX_ISSUERS, url_fault  # only where there are accounts

    accounts: list[AwsAccount] = []
    for _, entry in fields.objects("aws_accounts"):
        entry.only(("account_id", "issuer"))
        account = AwsAccount(entry.name("account_id"), entry.name("issuer"))
        if account.account_id and not _ACCOUNT_ID.fullmatch(account.account_id):
            entry.fault(f"must be the 12 digits of an account id, and is {account.account_id!r}", "account_id")
        own = fields.document.get("issuer")
        if account.issuer and (
            account.issuer == own or _NOT_OF_AN_ISSUER.search(account.issuer) or url_fault(jwks_url(account.issuer))
        ):
            entry.fault(
                "must be the issuer that aws iam get-outbound-web-identity-federation-info prints, such as "
                f"https://<uuid>.tokens.sts.global.api.aws, and is {account.issuer!r}",
                "issuer",
            )
        if any(account.account_id == other.account_id for other in accounts):
            entry.fault(f"{account.account_id!r} is configured twice: each account has one entry", "account_id")
        if any(account.issuer == other.issuer for other in accounts):
            entry.fault(f"{account.issuer!r} is used twice: each account has an issuer of its own", "issuer")
        accounts.append(account)
    if len(accounts) > MAX_ISSUERS:
        fields.fault(f"must be at most {MAX_ISSUERS}, and are {len(accounts)}", "aws_accounts")
    return tuple(accounts)


def jwks_url(issuer: str) -> str:
    """Where an account's issuer publishes its keys.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html
    """
    return f"{issuer}/.well-known/jwks.json"


def role_account(role: str) -> str:
    """The account id in the ARN of a role; empty if it is no such ARN."""
    found = _ROLE.fullmatch(role)
    return found["account"] if found else ""
