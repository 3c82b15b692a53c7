"""X.509 certificates for tests of TLS, with keys on P-256."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .encoding import base64url


class Authority:
    """A certificate authority."""

    def __init__(self, common_name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(common_name)
        made = _builder(self._name, self._name, self._key, 1).add_extension(x509.BasicConstraints(True, None), True)
        self.pem = made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
        """Its own certificate."""

    def issue(
        self,
        common_name: str,
        serial_number: int,
        *,
        subject: x509.Name | None = None,
        names: Sequence[x509.GeneralName] = (),
        more: Sequence[x509.ExtensionType] = (),
    ) -> bytes:
        """A private key and the certificate for it, in PEM format: for ``common_name``, or for the whole ``subject``, with
        these alternative ``names`` and ``more`` extensions."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_named(common_name) if subject is None else subject, self._name, key, serial_number)
        for extension in [*([x509.SubjectAlternativeName(names)] if names else []), *more]:
            made = made.add_extension(extension, critical=False)
        return _pem(key, made.sign(self._key, hashes.SHA256()))


def certificate_of(pem: bytes) -> str:
    """The first certificate in ``pem`` alone, as API Gateway describes a client's."""
    return x509.load_pem_x509_certificates(pem)[0].public_bytes(Encoding.PEM).decode()


def thumbprint(pem: str) -> str:
    """``x5t#S256`` of the certificate ``pem``, computed by a parser of certificates."""
    return base64url(x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()))


def self_signed(*hosts: str) -> bytes:
    """A private key and a server's certificate for ``hosts`` that it has signed itself, in PEM format."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _named("a test")
    alternative = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    made = _builder(name, name, key, 1).add_extension(alternative, critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return _pem(key, made.sign(key, hashes.SHA256()))


def _named(common_name: str) -> x509.Name:
    oid = x509.NameOID
    attributes = ((oid.COUNTRY_NAME, "CH"), (oid.ORGANIZATION_NAME, "Example"), (oid.COMMON_NAME, common_name))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial_number: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial_number)
        .not_valid_before(datetime(2020, 1, 5, tzinfo=UTC))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
    )


def _pem(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
