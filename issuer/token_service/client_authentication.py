"""Client authentication (RFC 6749 section 2.3): the table of the methods, of which a request uses exactly one."""

from collections.abc import Callable
from typing import NamedTuple

from .client_secret import ClientSecrets, shows_secret
from .clients import Client
from .config import Config
from .refusal import Reason, Refused
from .request import TokenRequest

Authenticate = Callable[[TokenRequest, float], Client]
"""``authenticate(request, now)`` returns the client that has authenticated, or raises ``Refused``. ``now`` is in seconds since
the epoch."""


class Method(NamedTuple):
    """One method of client authentication."""

    is_used: Callable[[TokenRequest], bool]
    """Whether the client of this request authenticates in this way, successfully or not."""
    prepare: Callable[[Config], Authenticate | None]
    """Called once, at init; ``None``: no client of the configuration authenticates in this way. Whatever the method needs is
    imported here, so that a configuration without it does not pay for it."""


def _shows_assertion(request: TokenRequest) -> bool:
    return "client_assertion" in request.form or "client_assertion_type" in request.form


def _client_assertions(config: Config) -> Authenticate | None:
    if not any(client.assertion is not None or client.aws_roles for client in config.clients.values()):
        return None
    from .client_assertion import ClientAssertions

    return ClientAssertions(config).authenticate


def _shows_certificate_alone(request: TokenRequest) -> bool:
    """With a secret or an assertion, a certificate is only what the token may be bound to (RFC 8705 section 3): where the
    domain requires one, every request has it. ``client_id`` is required (section 2)."""
    alone = not shows_secret(request) and not _shows_assertion(request)
    return alone and request.client_certificate is not None and "client_id" in request.form


def _tls_client_auth(config: Config) -> Authenticate | None:
    if all(client.certificate_name is None for client in config.clients.values()):
        return None
    from .tls_client_auth import TlsClientAuth

    return TlsClientAuth(config).authenticate


METHODS = (
    Method(shows_secret, lambda config: ClientSecrets(config).authenticate),
    Method(_shows_assertion, _client_assertions),
    Method(_shows_certificate_alone, _tls_client_auth),
)
"""Every method."""


class ClientAuthentication:
    """Authenticates the clients of ``config``."""

    def __init__(self, config: Config) -> None:
        self._methods = [(method.is_used, method.prepare(config)) for method in METHODS]

    def client(self, request: TokenRequest, now: float) -> Client:
        """The client that has authenticated. Raises ``Refused``."""
        used = [authenticate for is_used, authenticate in self._methods if is_used(request)]
        if not used:
            raise Refused(Reason.NO_CREDENTIALS)
        if len(used) > 1:
            raise Refused(Reason.SEVERAL_METHODS)
        if used[0] is None:
            raise Refused(Reason.WRONG_CLIENT_METHOD)
        client = used[0](request, now)
        if request.form.get("client_id", client.client_id) != client.client_id:
            raise Refused(Reason.DIFFERENT_CLIENT_ID, client.client_id)
        return client
