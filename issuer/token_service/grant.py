"""The client credentials grant (RFC 6749 section 4.4): what an authenticated client asks for, within what it may have."""

from typing import NamedTuple

from .clients import Client
from .refusal import Reason, Refused
from .request import TokenRequest

GRANT_TYPE = "client_credentials"
"""The only grant: users log in at an identity provider."""


class Grant(NamedTuple):
    """What the token is for."""

    client: Client
    scopes: tuple[str, ...]
    audiences: tuple[str, ...]


def full_grant(client: Client) -> Grant:
    """All that ``client`` may have."""
    return Grant(client, client.scopes, client.audiences)


def read_grant(request: TokenRequest, client: Client) -> Grant:
    """What ``request`` asks for; all that ``client`` may have, where it does not say.

    Nothing is left out silently: a scope or resource that the client may not have is refused. Raises ``Refused``.
    """
    grant_type = request.form.get("grant_type")
    if grant_type is None:
        raise Refused(Reason.MISSING_GRANT_TYPE, client.client_id)
    if grant_type != GRANT_TYPE:
        raise Refused(Reason.UNSUPPORTED_GRANT_TYPE, client.client_id)
    scopes, audiences = client.scopes, client.audiences
    if "scope" in request.form:
        # Separated by spaces, each counts once, in any order (RFC 6749 section 3.3).
        scopes = tuple(dict.fromkeys(scope for scope in request.form["scope"].split(" ") if scope))
        if not scopes or not set(scopes) <= set(client.scopes):
            raise Refused(Reason.INVALID_SCOPE, client.client_id)
    if request.resources:
        audiences = tuple(dict.fromkeys(request.resources))
        if not set(audiences) <= set(client.audiences):
            raise Refused(Reason.INVALID_TARGET, client.client_id)
    return Grant(client, scopes, audiences)
