"""The inputs of a custom domain name, for the component that creates it alone and for an API, and their rules."""

import re
from typing import NotRequired, TypedDict

import pulumi

from ..faults import Faults
from ..late_checks import checked_later

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])")
"""The top-level domain consists of letters, or is internationalised and in Punycode (RFC 5890 section 2.3.2.1)."""

_MAX_LENGTH = 253
"""RFC 1035 section 2.3.4, without the length octet of the first label and the root."""

_MAX_CERTIFICATE_LENGTH = 64
"""ACM's maximum for the first name of a certificate, which is also its common name.
https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""

_IP_ADDRESS_TYPES = ("ipv4", "dualstack")
_TRUSTSTORE = re.compile(r"s3://[a-z0-9][a-z0-9._-]+/[^\x00-\x1f\x7f]+")

WILDCARD = "*."


class MutualTlsArgs(TypedDict):
    """Mutual TLS: callers present a client certificate in addition to their token."""

    truststore_uri: pulumi.Input[str]
    """S3 URI of the truststore, such as "s3://bucket/truststore.pem"."""
    truststore_version: NotRequired[pulumi.Input[str]]
    """Version of the S3 object. Default: the current version."""
    ownership_certificate_arn: NotRequired[pulumi.Input[str]]
    """ARN of a public ACM certificate that proves ownership of the domain. Required if `certificate_arn` was imported
    or issued by a private certificate authority."""


class DomainSettings(TypedDict):
    """How a domain name is created."""

    certificate_arn: NotRequired[pulumi.Input[str]]
    """ARN of an ACM certificate in the region of the domain. Default: a certificate is requested, and validated in the
    hosted zone."""
    hosted_zone_id: NotRequired[pulumi.Input[str]]
    """ID of the Route 53 hosted zone for the DNS records. Required unless `certificate_arn` is set; without it, create
    the records yourself."""
    ip_address_type: NotRequired[str]
    """ "ipv4" (default), or "dualstack": callers reach the domain by IPv4 and by IPv6, which has an AAAA record of its own."""
    mutual_tls: NotRequired[MutualTlsArgs]
    """Mutual TLS. Default: none."""


class DomainArgs(DomainSettings):
    """A custom domain name for any number of APIs."""

    domain_name: pulumi.Input[str]
    """The domain name, such as "api.example.com", or "*.example.com" for all names one level below."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for the domain name and its certificate."""


def check_created_domain(key: str, name: object, domain: DomainSettings, faults: Faults) -> None:
    """Record in ``faults`` what API Gateway, ACM or Route 53 would reject of a domain that is created as ``name``, which is the
    input ``key``."""
    if isinstance(name, str) and (fault := created_name_fault(name, domain)):
        faults.below(key).add(fault)
    if "certificate_arn" not in domain and "hosted_zone_id" not in domain:
        faults.add("requires certificate_arn, or hosted_zone_id so that a certificate can be requested and validated")
    ip_address_type = domain.get("ip_address_type", "ipv4")
    if ip_address_type not in _IP_ADDRESS_TYPES:
        faults.below("ip_address_type").add(f"must be one of ipv4, dualstack, and is {ip_address_type!r}")
    truststore = domain.get("mutual_tls", {}).get("truststore_uri")
    if isinstance(truststore, str) and (fault := _truststore_fault(truststore)):
        faults.below("mutual_tls", "truststore_uri").add(fault)


def checked_mutual_tls(mutual_tls: MutualTlsArgs, faults: Faults) -> MutualTlsArgs:
    """``mutual_tls``, whose Outputs fail with ``InvalidArgs`` if their values are invalid."""
    below = faults.below("truststore_uri")
    return {**mutual_tls, "truststore_uri": checked_later(mutual_tls["truststore_uri"], _truststore_fault, below)}


def created_name_fault(name: object, domain: DomainSettings) -> str | None:
    """Why no domain can be created as ``name``; ``None`` if one can."""
    if fault := name_fault(name):
        return fault
    if len(str(name)) > _MAX_CERTIFICATE_LENGTH and "certificate_arn" not in domain:
        return (
            f"must have at most {_MAX_CERTIFICATE_LENGTH} characters for the certificate that is requested for it, and has "
            f"{len(str(name))}: write a shorter name, or certificate_arn"
        )
    return None


def name_fault(name: object) -> str | None:
    """Why ``name`` is no domain name; ``None`` if it is one."""
    if not isinstance(name, str) or not _DOMAIN.fullmatch(name):
        return f"must be a domain name in lower case, such as api.example.com, and is {name!r}"
    if len(name) > _MAX_LENGTH:
        return f"must have at most {_MAX_LENGTH} characters, and has {len(name)}: write a shorter name"
    return None


def is_below(host: str, wildcard: str) -> bool:
    """Whether ``host`` is a name one level below ``wildcard``, as its certificate covers (RFC 6125 section 6.4.3)."""
    return name_fault(host) is None and not host.startswith("*") and host.partition(".")[2] == wildcard[len(WILDCARD) :]


def _truststore_fault(uri: object) -> str | None:
    if isinstance(uri, str) and _TRUSTSTORE.fullmatch(uri):
        return None
    return f"must be s3://, a bucket and the key of the object, such as s3://bucket/ca.pem, and is {uri!r}"
