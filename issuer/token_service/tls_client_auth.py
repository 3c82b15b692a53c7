"""Authentication with a client certificate: ``tls_client_auth`` (RFC 8705 section 2.1).

API Gateway has verified the certificate, up to an authority of the domain's truststore, and that the client has its key. Here
is decided whose it is. Imported only if a client of the configuration authenticates in this way.
"""

from cryptography import x509

from ..client_certificates import certificate_thumbprint
from .clients import Client
from .config import Config
from .refusal import Reason, Refused
from .request import TokenRequest


class TlsClientAuth:
    """Authenticates the clients of ``config`` that are a name in a certificate."""

    def __init__(self, config: Config) -> None:
        self._clients = config.clients

    def authenticate(self, request: TokenRequest, now: float) -> Client:
        """The client that the parameter ``client_id`` names, if it is the one in the certificate. Raises ``Refused``.

        The certificate is parsed first, so that how long it takes tells nobody which ids exist.
        """
        certificate = _certificate(request.client_certificate)
        client = self._clients.get(request.form["client_id"])
        if client is None:
            raise Refused(Reason.UNKNOWN_CLIENT)
        if client.certificate_name is None:
            raise Refused(Reason.WRONG_CLIENT_METHOD, client.client_id)
        try:
            named = client.certificate_name.is_in(certificate)
        except ValueError:
            raise Refused(Reason.MALFORMED_CERTIFICATE, client.client_id) from None
        if not named:
            raise Refused(Reason.WRONG_CERTIFICATE, client.client_id)
        return client


def _certificate(pem: str | None) -> x509.Certificate:
    try:
        certificate_thumbprint(pem)  # exactly one, and nothing around it, which the parser would skip
        return x509.load_pem_x509_certificate(str(pem).encode())
    except ValueError:
        raise Refused(Reason.MALFORMED_CERTIFICATE) from None
