"""Reading a key set with one HTTPS request. Imported in the first refresh, since TLS costs more than all the rest."""

import ssl
from functools import cache

from .bounded_http import Answer, request

_HEADERS = {
    "User-Agent": "kms-jwt",
    "Accept": "application/jwk-set+json, application/json",
    "Accept-Encoding": "identity",
}


def fetch(url: str, deadline: float) -> Answer:
    """The answer to GET ``url`` before ``deadline`` (``time.monotonic``).

    The server's certificate and host name are verified, with the certificate authorities of the system (``SSL_CERT_FILE``).
    Raises ``OSError`` or ``http.client.HTTPException``.
    """
    return request("GET", url, _HEADERS, b"", tls(), deadline)


@cache
def tls() -> ssl.SSLContext:
    """For connections to servers whose certificates the system trusts."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
