"""Binding a token to the client certificate of its request (RFC 8705 section 3).

Imported only if a client of the configuration has ``certificate_bound_tokens``.
"""

from collections.abc import Mapping

from ..client_certificates import CONFIRMATION_METHOD, certificate_thumbprint
from .clients import Client
from .refusal import Reason, Refused
from .request import TokenRequest


def confirmation(request: TokenRequest, client: Client) -> Mapping[str, str] | None:
    """The claim ``cnf`` of the token that ``client`` asks for; ``None`` if its tokens are bearer tokens.

    The certificate is not compared with anything: TLS has verified it, and the client has authenticated. Raises ``Refused``:
    MISSING_CERTIFICATE, MALFORMED_CERTIFICATE. No client that has asked for bound tokens gets another one.
    """
    if not client.certificate_bound_tokens:
        return None
    if request.client_certificate is None:
        raise Refused(Reason.MISSING_CERTIFICATE, client.client_id)
    try:
        return {CONFIRMATION_METHOD: certificate_thumbprint(request.client_certificate)}
    except ValueError:
        raise Refused(Reason.MALFORMED_CERTIFICATE, client.client_id) from None
