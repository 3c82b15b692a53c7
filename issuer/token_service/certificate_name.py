"""The name in a client's certificate that is the client: the field ``tls_client_auth`` (RFC 8705 section 2.1.2).

Names are compared as values, not as texts: that of the configuration and that of the certificate are parsed, so that no
spelling of one name can be taken for another. Imported only if a client of the configuration authenticates in this way.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import NamedTuple

from cryptography import x509

from ..authorizer import Fields
from .unquoted import read_object

_HOST = re.compile(
    r"(?!.{254})[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
"""No wildcard: a name is one client."""
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_EMAIL = re.compile(r"(?P<local>[!-?A-~]+)@(?P<host>[A-Za-z0-9.-]+)")
_HEX_VALUE = re.compile("=#")

_ATTRIBUTES = {
    "emailAddress": x509.NameOID.EMAIL_ADDRESS,
    "serialNumber": x509.NameOID.SERIAL_NUMBER,
    "GN": x509.NameOID.GIVEN_NAME,
    "SN": x509.NameOID.SURNAME,
}
"""Names of attributes that OpenSSL writes, in addition to those of RFC 4514 section 3."""


class CertificateName(NamedTuple):
    """What the certificate of a client must contain."""

    kind: str
    """One of ``KINDS``."""
    value: object

    def is_in(self, certificate: x509.Certificate) -> bool:
        """Whether it is the subject of ``certificate``, or one of its alternative names of this kind.

        Raises ``ValueError`` for a certificate whose names cannot be read.
        """
        try:
            return any(self.value == name for name in KINDS[self.kind].names(certificate))
        except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as fault:
            raise ValueError(str(fault)) from None


class _Kind(NamedTuple):
    read: Callable[[str], object]
    """The value that a text in the configuration stands for. Raises ``ValueError``."""
    names: Callable[[x509.Certificate], Iterable[object]]
    """The values in a certificate."""
    write: str
    """What to write."""


def _distinguished_name(text: str) -> x509.Name:
    # An encoded value (#...) would be compared with its text.
    name = None if _HEX_VALUE.search(text) else x509.Name.from_rfc4514_string(text, _ATTRIBUTES)
    if not name:
        raise ValueError("no attribute")
    return name


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("not the name of a host")
    return text.lower()


def _uri(text: str) -> str:
    if not _URI.fullmatch(text):
        raise ValueError("not absolute")
    return text


def _ip(text: str) -> object:
    if "%" in text:
        raise ValueError("a zone is known to one machine only")
    return ip_address(text)


def _email(text: str) -> str:
    """The host in lower case, which is all that may differ in case (RFC 5280 section 7.5)."""
    found = _EMAIL.fullmatch(text)
    if not found:
        raise ValueError("not an address")
    return f"{found['local']}@{found['host'].lower()}"


def _emails(certificate: x509.Certificate) -> Iterable[str]:
    for text in _alternative(certificate).get_values_for_type(x509.RFC822Name):
        local, at, host = text.rpartition("@")
        yield f"{local}{at}{host.lower()}"


def _alternative(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return x509.SubjectAlternativeName([])


KINDS: Mapping[str, _Kind] = {
    "subject_dn": _Kind(
        _distinguished_name,
        lambda certificate: [certificate.subject],
        "a distinguished name in the form of RFC 4514, such as CN=billing,O=Example,C=CH, which openssl x509 -noout -subject "
        "-nameopt RFC2253 prints",
    ),
    "san_dns": _Kind(
        _host,
        # RFC 5280 section 7.2: in any case; they are ASCII.
        lambda certificate: [name.lower() for name in _alternative(certificate).get_values_for_type(x509.DNSName)],
        "a host name without wildcards, such as billing.example.com",
    ),
    "san_uri": _Kind(
        _uri,
        lambda certificate: _alternative(certificate).get_values_for_type(x509.UniformResourceIdentifier),
        "an absolute URI, such as spiffe://example.com/billing",
    ),
    "san_ip": _Kind(
        _ip,
        lambda certificate: _alternative(certificate).get_values_for_type(x509.IPAddress),
        "an IP address, such as 192.0.2.1 or 2001:db8::1",
    ),
    "san_email": _Kind(_email, _emails, "an email address, such as billing@example.com"),
}
"""The kinds of names, of which a client has exactly one."""


def read_certificate_name(client: Fields) -> CertificateName:
    """The field ``tls_client_auth`` of a client; errors are recorded there."""
    fields = read_object(client, "tls_client_auth")
    fields.only(KINDS)
    kinds = [kind for kind in KINDS if kind in fields.document]
    if len(kinds) != 1:
        fields.fault(f"must have exactly one of {', '.join(KINDS)}, and has {' and '.join(kinds) or 'none'}")
        return CertificateName("", None)
    (kind,) = kinds
    text = fields.name(kind)
    try:
        return CertificateName(kind, KINDS[kind].read(text))
    except ValueError:
        if text:
            fields.fault(f"must be {KINDS[kind].write}, and is {text!r}", kind)
        return CertificateName("", None)
