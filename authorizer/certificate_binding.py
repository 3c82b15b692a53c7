"""Certificate-bound tokens (RFC 8705 section 3): accepted only together with the client certificate that they name.

Imported only where ``bound_tokens`` is configured.
"""

# What hmac.compare_digest is where there is no OpenSSL for it: importing hmac would load a second one.
from _operator import _compare_digest as compare_digest
from binascii import a2b_base64, b2a_base64
from typing import NamedTuple

from .claims import Claims
from .config_fields import Fields
from .denial import Denied, Reason
from .signature_cache import token_digest as sha256

CONFIRMATION_METHOD = "x5t#S256"
"""The member of ``cnf`` with the certificate's thumbprint (RFC 8705 section 3.1)."""

BOUND_TOKENS = ("accepted", "required")
"""Values of ``bound_tokens``: whether tokens without ``cnf`` are accepted too, or not."""

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_TO_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")


class CertificateBinding(NamedTuple):
    """The rule for ``cnf`` in the tokens of an issuer."""

    required: bool
    """Whether every token must be bound to a certificate."""

    def check(self, claims: Claims, client_certificate: str | None) -> None:
        """Check that ``claims`` are bound to ``client_certificate`` (PEM) of the request, or not bound where that is allowed.

        Raises ``Denied``: UNBOUND_TOKEN, UNCHECKED_CONFIRMATION if ``cnf`` is anything but one thumbprint,
        MISSING_CERTIFICATE, WRONG_CERTIFICATE.
        """
        if "cnf" not in claims:
            if self.required:
                raise Denied(Reason.UNBOUND_TOKEN, claim="cnf")
            return
        cnf = claims["cnf"]
        thumbprint = cnf.get(CONFIRMATION_METHOD) if isinstance(cnf, dict) and len(cnf) == 1 else None
        if not isinstance(thumbprint, str):  # a method that is not checked proves nothing, whatever else is there
            raise Denied(Reason.UNCHECKED_CONFIRMATION, claim="cnf")
        try:
            presented = certificate_thumbprint(client_certificate)
        except ValueError:
            raise Denied(Reason.MISSING_CERTIFICATE, claim="cnf") from None
        # Only the one encoding that issuers must use is equal (RFC 8705 section 3.1: no padding).
        if not compare_digest(thumbprint.encode(), presented.encode()):
            raise Denied(Reason.WRONG_CERTIFICATE, claim="cnf")


def read_binding(fields: Fields) -> CertificateBinding:
    """The rule in ``bound_tokens`` of ``fields``, which have it."""
    return CertificateBinding(fields.choice("bound_tokens", BOUND_TOKENS, BOUND_TOKENS[-1]) == BOUND_TOKENS[-1])


def certificate_thumbprint(pem: str | None) -> str:
    """``x5t#S256`` of the certificate ``pem``: base64url of the SHA-256 hash of its DER encoding (RFC 7515 section 4.1.8).

    Raises ``ValueError`` for anything but exactly one certificate in PEM format (RFC 7468 section 5.1), which may end with a
    line break: with a chain, it would depend on its order which certificate counts. The certificate itself is not parsed: TLS
    has verified it.
    """
    text = pem.rstrip("\r\n") if isinstance(pem, str) else ""
    armored = text.removeprefix(_BEGIN).removesuffix(_END)
    body = armored.replace("\r", "").replace("\n", "").encode("ascii")
    der = a2b_base64(body)
    # Only what the encoder produces, so that what is skipped in decoding, such as a second armor, is an error.
    if len(armored) != len(text) - len(_BEGIN) - len(_END) or not der or b2a_base64(der, newline=False) != body:
        raise ValueError("not one certificate in PEM format")
    return b2a_base64(sha256(der), newline=False).rstrip(b"=").translate(_TO_URL_ALPHABET).decode()
