"""The client certificate of mutual TLS, as events, logs and mappings have it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_DATE = "%b {day:>2} %H:%M:%S %Y GMT"


def described(der: bytes) -> dict[str, Any]:
    """The fields of ``clientCert``."""
    certificate = x509.load_der_x509_certificate(der)
    return {
        "clientCertPem": certificate.public_bytes(Encoding.PEM).decode(),
        "subjectDN": _name(certificate.subject),
        "issuerDN": _name(certificate.issuer),
        "serialNumber": _serial_number(certificate.serial_number),
        "validity": {
            "notBefore": _date(certificate.not_valid_before_utc),
            "notAfter": _date(certificate.not_valid_after_utc),
        },
    }


def _name(name: x509.Name) -> str:
    """In the order of the certificate, such as ``C=US,O=Example,CN=client``."""
    return ",".join(part.rfc4514_string() for part in name.rdns)


def _serial_number(number: int) -> str:
    """As OpenSSL prints it: short ones are decimal, others hexadecimal octets, such as ``a1:b2:...``."""
    if number.bit_length() < 64:
        return str(number)
    return number.to_bytes((number.bit_length() + 7) // 8, "big").hex(":")


def _date(moment: Any) -> str:
    """As OpenSSL prints it, such as ``Aug  5 09:36:04 2021 GMT``."""
    return str(moment.strftime(_DATE.format(day=moment.day)))
