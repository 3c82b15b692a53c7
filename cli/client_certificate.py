"""The client certificate of a request, as users have it: in a file in PEM format, often with its private key and a chain."""

import re

from .command import UsageError
from .packages.authorizer import certificate_thumbprint
from .terminal import read_text

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


def read_client_certificate(option: str, path: str) -> str:
    """The first certificate in the file at ``path``, which is the client's own (RFC 8446 section 4.4.2), in PEM format.

    Raises ``UsageError``, which names ``option``.
    """
    try:
        found = _CERTIFICATE.search(read_text(path))
        pem = found[0] if found else ""
        certificate_thumbprint(pem)
    except OSError as fault:
        raise UsageError(f"{option}: {path} cannot be read: {fault.strerror}") from None
    except ValueError:
        raise UsageError(f"{option}: {path} contains no certificate in PEM format: write the client's") from None
    return pem
