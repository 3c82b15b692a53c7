"""Authentication with a JWT as client assertion (RFC 7521 section 4.2, RFC 7523 section 2.2): of a client's key, or of AWS STS.

Imported only if a client of the configuration authenticates in one of these ways.
"""

from typing import TYPE_CHECKING

from ..jwt_verification import Denial, Denied
from .assertion import Assertion, Proof, read_assertion
from .clients import Client
from .config import Config
from .refusal import Reason, Refused
from .replay import ReplayMemory
from .request import TokenRequest

if TYPE_CHECKING:
    from .aws_role import AwsRoles
    from .private_key_jwt import PrivateKeyJwt

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""RFC 7523 section 2.2."""

_RENAMED = {
    Denial.TOKEN_TOO_LARGE: Reason.ASSERTION_TOO_LARGE,
    Denial.MALFORMED_TOKEN: Reason.MALFORMED_ASSERTION,
}
"""The authorizer's reasons that speak of a token. All others have the same values here."""


class ClientAssertions:
    """Authenticates the clients of ``config`` that have keys or are AWS roles.

    Where there are roles, the keys of AWS STS are read at once.
    """

    def __init__(self, config: Config) -> None:
        self._clients = config.clients
        self._keys = _private_key_jwt(config)
        self._roles = _aws_roles(config)
        self._used = ReplayMemory()

    def authenticate(self, request: TokenRequest, now: float) -> Client:
        """The client whose assertion the request shows, one that was not used before. Raises ``Refused``.

        Until its signature is verified, an assertion decides nothing but which keys to verify it with, and the client that a
        refusal is logged for.
        """
        text = _shown(request)
        claimed: str | None = None
        try:
            assertion = read_assertion(text)
            claimed = self._claimed(assertion)
            proof = self._proof(assertion, claimed, now)
        except Denied as denied:
            raise Refused(_RENAMED.get(denied.reason) or Reason(denied.reason.value), claimed) from None
        self._used.use(proof, now)
        return self._clients[proof.client_id]

    def _claimed(self, assertion: Assertion) -> str | None:
        issuer = assertion.claims.get("iss")
        return issuer if isinstance(issuer, str) and issuer in self._clients else None

    def _proof(self, assertion: Assertion, client_id: str | None, now: float) -> Proof:
        if self._roles is not None and self._roles.issue(assertion.claims.get("iss")):
            return self._roles.verify(assertion, now)
        if client_id is None:
            raise Refused(Reason.UNKNOWN_CLIENT)
        if self._keys is None or self._clients[client_id].assertion is None:
            raise Refused(Reason.WRONG_CLIENT_METHOD, client_id)
        return self._keys.verify(assertion, client_id, now)


def _shown(request: TokenRequest) -> str:
    """The assertion in ``request``, which has at least one of the two parameters."""
    assertion, assertion_type = request.form.get("client_assertion"), request.form.get("client_assertion_type")
    if assertion is None or assertion_type is None:
        raise Refused(Reason.INCOMPLETE_ASSERTION)
    if assertion_type != ASSERTION_TYPE:
        raise Refused(Reason.WRONG_ASSERTION_TYPE)
    return assertion


def _private_key_jwt(config: Config) -> "PrivateKeyJwt | None":
    clients = {client.client_id: client.assertion for client in config.clients.values() if client.assertion is not None}
    if not clients:
        return None
    from .private_key_jwt import PrivateKeyJwt

    return PrivateKeyJwt(clients, config.issuer, config.token_endpoint)


def _aws_roles(config: Config) -> "AwsRoles | None":
    clients = {role: client.client_id for client in config.clients.values() for role in client.aws_roles}
    if not clients:
        return None
    from .aws_role import AwsRoles

    return AwsRoles(clients, config.aws_accounts, config.issuer, config.log_level)
