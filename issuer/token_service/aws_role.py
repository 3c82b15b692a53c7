"""Assertions that AWS STS signs for an IAM role (``sts:GetWebIdentityToken``): the client has neither a secret nor a key.

In RFC 7523 section 3, ``iss`` and ``sub`` of a client assertion are both the client's id. Here they are AWS and the role, and
the configuration says which client the role is.
"""

import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..jwt_verification import Claims, Denial, Denied
from .assertion import Assertion, Proof, proof
from .assertion_settings import AwsAccount, role_account
from .refusal import Reason, Refused
from .sts_keys import StsKeys

AWS_CLAIM = "https://sts.amazonaws.com/"
"""The claim that contains all that RFC 7519 does not define.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html"""

INIT_SECONDS = 2
"""For how long reads of keys may begin at init, since Lambda ends an init after ten seconds. The keys of an account that is
left over are read when its first token arrives."""


class _Account(NamedTuple):
    account_id: str
    keys: StsKeys


class AwsRoles:
    """Verifies the assertions of the roles ``clients``, ARN -> client id, each of one of ``accounts``.

    ``audience`` is the issuer of the token service. The keys of these roles' accounts are read at once.
    """

    def __init__(
        self,
        clients: Mapping[str, str],
        accounts: Iterable[AwsAccount],
        audience: str,
        log_level: str,
    ) -> None:
        self._clients = clients
        self._audience = audience
        used = {role_account(role) for role in clients}
        self._accounts = {
            account.issuer: _Account(account.account_id, StsKeys(account, audience, log_level))
            for account in accounts
            if account.account_id in used
        }
        until = time.monotonic() + INIT_SECONDS
        for account in self._accounts.values():
            if time.monotonic() < until:
                account.keys.refresh_if_due(time.time())

    def issue(self, issuer: object) -> bool:
        """Whether ``issuer`` is that of one of the accounts."""
        return isinstance(issuer, str) and issuer in self._accounts

    def verify(self, assertion: Assertion, now: float) -> Proof:
        """Verify ``assertion``, whose ``iss`` is that of one of the accounts. ``now`` is in seconds since the epoch.

        Raises ``Denied``, with KEYS_UNAVAILABLE while the account's keys cannot be read; ``Refused`` for a role that is no
        client.
        """
        account = self._accounts[str(assertion.claims["iss"])]
        claims = account.keys.verify(assertion, now)
        role = _role(claims, account.account_id)
        client_id = self._clients.get(role) if role_account(role) == account.account_id else None
        if client_id is None:
            raise Refused(Reason.UNKNOWN_ROLE)
        return proof(claims, client_id, (self._audience,))


def _role(claims: Claims, account_id: str) -> str:
    """The ARN of the role that asked for the token.

    ``sub`` alone does not say it: with ``SubjectMode`` OriginIdentity it is a name that another identity provider gave the
    session, which could be spelled like an ARN. ``principal_id`` is always the role.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
    """
    details = claims.get(AWS_CLAIM)
    if not isinstance(details, dict) or "principal_id" not in details:
        raise Denied(Denial.MISSING_CLAIM)
    if details.get("aws_account") != account_id or details["principal_id"] != claims["sub"]:
        raise Denied(Denial.UNEXPECTED_VALUE)
    return str(claims["sub"])
