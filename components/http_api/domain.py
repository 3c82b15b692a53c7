"""A custom domain for the API: certificate, DNS records, base path, mutual TLS."""

import re
from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from ..late_checks import checked_later
from ..validation import Faults

_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])")
"""The top-level domain consists of letters, or is internationalised and in Punycode (RFC 5890 section 2.3.2.1)."""

_MAX_LENGTH = 253
"""RFC 1035 section 2.3.4, without the length octet of the first label and the root."""

_MAX_CERTIFICATE_LENGTH = 64
"""ACM's maximum for the first name of a certificate, which is also its common name.
https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""

_TRUSTSTORE = re.compile(r"s3://[a-z0-9][a-z0-9._-]+/[^\x00-\x1f\x7f]+")
_BASE_PATH = re.compile(r"[A-Za-z0-9$._+!*'()-]+(/[A-Za-z0-9$._+!*'()-]+)*")


class MutualTlsArgs(TypedDict):
    """Mutual TLS: callers present a client certificate in addition to their token."""

    truststore_uri: pulumi.Input[str]
    """S3 URI of the truststore, such as "s3://bucket/truststore.pem"."""
    truststore_version: NotRequired[pulumi.Input[str]]
    """Version of the S3 object. Default: the current version."""
    ownership_certificate_arn: NotRequired[pulumi.Input[str]]
    """ARN of a public ACM certificate that proves ownership of the domain. Required if `certificate_arn` was imported
    or issued by a private certificate authority."""


class DomainArgs(TypedDict):
    """A custom domain name."""

    name: pulumi.Input[str]
    """The domain name, such as "api.example.com". No other API may use it."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """ARN of an ACM certificate in the region of the API. Default: a certificate is requested, and validated in the
    hosted zone."""
    hosted_zone_id: NotRequired[pulumi.Input[str]]
    """ID of the Route 53 hosted zone for the DNS records. Required unless `certificate_arn` is set; without it, create
    the records yourself."""
    base_path: NotRequired[str]
    """API mapping key: the path of the API at the domain, such as "orders" or "orders/v1". Default: the root."""
    mutual_tls: NotRequired[MutualTlsArgs]
    """Mutual TLS. Default: none."""
    disable_default_endpoint: NotRequired[bool]
    """Whether to disable the default endpoint, so that the API is available at its domain only. For an API in use, add
    the domain first, and disable the default endpoint in a later update, when its callers use the domain. Default:
    false. Required with `mutual_tls`, as the default endpoint does not require client certificates."""


class Domain(NamedTuple):
    """A domain name without an API mapping."""

    id: pulumi.Output[str]
    """The domain name itself, known once it has been created in API Gateway."""
    url: pulumi.Output[str]
    """The URL that the API will have, known once the domain name and its DNS records have been created."""
    resource: aws.apigatewayv2.DomainName


def create_domain(
    name: str,
    domain: DomainArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> Domain:
    """The domain name, with its certificate and its DNS records. ``map_domain`` maps it to an API."""
    mutual_tls = domain.get("mutual_tls")
    domain_name = aws.apigatewayv2.DomainName(
        f"{name}-domain",
        domain_name=domain["name"],
        domain_name_configuration=aws.apigatewayv2.DomainNameDomainNameConfigurationArgs(
            certificate_arn=domain.get("certificate_arn") or _certificate(name, domain, tags, opts),
            endpoint_type="REGIONAL",
            security_policy="TLS_1_2",
            ownership_verification_certificate_arn=mutual_tls.get("ownership_certificate_arn") if mutual_tls else None,
        ),
        mutual_tls_authentication=aws.apigatewayv2.DomainNameMutualTlsAuthenticationArgs(
            truststore_uri=mutual_tls["truststore_uri"], truststore_version=mutual_tls.get("truststore_version")
        )
        if mutual_tls
        else None,
        tags=tags,
        opts=opts,
    )
    records = _records(name, domain_name, domain, opts)
    path = f"/{domain['base_path']}" if "base_path" in domain else ""
    url = pulumi.Output.all(domain["name"], domain_name.id, *records).apply(lambda values: f"https://{values[0]}{path}")
    return Domain(domain_name.id, url, domain_name)


def map_domain(
    name: str,
    domain: Domain,
    api_id: pulumi.Output[str],
    stage_id: pulumi.Output[str],
    base_path: str | None,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """The URL of the API at ``domain``, known once it is mapped to the API's stage."""
    mapping = aws.apigatewayv2.ApiMapping(
        f"{name}-mapping",
        api_id=api_id,
        domain_name=domain.id,
        stage=stage_id,
        api_mapping_key=base_path,
        opts=opts,
    )
    return pulumi.Output.all(domain.url, mapping.id).apply(lambda values: str(values[0]))


def _certificate(
    name: str,
    domain: DomainArgs,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    certificate = aws.acm.Certificate(
        f"{name}-certificate", domain_name=domain["name"], validation_method="DNS", tags=tags, opts=opts
    )
    option = certificate.domain_validation_options[0]
    record = aws.route53.Record(
        f"{name}-certificate-record",
        zone_id=domain["hosted_zone_id"],
        name=option.resource_record_name,
        type=option.resource_record_type,
        records=[option.resource_record_value],
        ttl=60,
        allow_overwrite=True,  # ACM requires the same record for every certificate of a name
        opts=opts,
    )
    validation = aws.acm.CertificateValidation(
        f"{name}-certificate-validation",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[record.fqdn],
        opts=opts,
    )
    return validation.certificate_arn


def _records(
    name: str, domain_name: aws.apigatewayv2.DomainName, domain: DomainArgs, opts: pulumi.ResourceOptions
) -> list[pulumi.Output[str]]:
    if "hosted_zone_id" not in domain:
        return []
    configuration = domain_name.domain_name_configuration
    return [
        aws.route53.Record(
            f"{name}-record-{type_.lower()}",
            zone_id=domain["hosted_zone_id"],
            name=domain["name"],
            type=type_,
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=configuration.target_domain_name,
                    zone_id=configuration.hosted_zone_id,
                    evaluate_target_health=False,
                )
            ],
            opts=opts,
        ).id
        for type_ in ("A", "AAAA")
    ]


def check_domain(domain: DomainArgs, faults: Faults) -> None:
    """Record in ``faults`` what API Gateway, ACM or Route 53 would reject."""
    name = domain.get("name")
    if isinstance(name, str) and (fault := _name_fault(name, domain)):
        faults.below("name").add(fault)
    if "certificate_arn" not in domain and "hosted_zone_id" not in domain:
        faults.add("requires certificate_arn, or hosted_zone_id so that a certificate can be requested and validated")
    base_path = domain.get("base_path", "v1")
    if not _BASE_PATH.fullmatch(base_path):
        faults.below("base_path").add(
            f"must be a path without leading or trailing slashes, such as orders/v1, and is {base_path!r}"
        )
    if "mutual_tls" in domain and "disable_default_endpoint" not in domain:
        faults.below("disable_default_endpoint").add(
            "missing: the default endpoint does not require client certificates: write true to disable it, or false to keep it "
            "available in addition to the domain, for as long as its callers need it"
        )
    truststore = domain.get("mutual_tls", {}).get("truststore_uri")
    if isinstance(truststore, str) and (fault := _truststore_fault(truststore)):
        faults.below("mutual_tls", "truststore_uri").add(fault)


def checked_domain(domain: DomainArgs, faults: Faults) -> DomainArgs:
    """``domain``, whose Outputs fail with ``InvalidArgs`` if their values are invalid."""
    checked = domain.copy()
    checked["name"] = checked_later(domain["name"], lambda name: _name_fault(name, domain), faults.below("name"))
    if "mutual_tls" in domain:
        mutual_tls = domain["mutual_tls"].copy()
        below = faults.below("mutual_tls", "truststore_uri")
        mutual_tls["truststore_uri"] = checked_later(mutual_tls["truststore_uri"], _truststore_fault, below)
        checked["mutual_tls"] = mutual_tls
    return checked


def _name_fault(name: object, domain: DomainArgs) -> str | None:
    if not isinstance(name, str) or not _DOMAIN.fullmatch(name):
        return f"must be a domain name in lower case, such as api.example.com, and is {name!r}"
    if len(name) > _MAX_LENGTH:
        return f"must have at most {_MAX_LENGTH} characters, and has {len(name)}: write a shorter name"
    if len(name) > _MAX_CERTIFICATE_LENGTH and "certificate_arn" not in domain:
        return (
            f"must have at most {_MAX_CERTIFICATE_LENGTH} characters for the certificate that is requested for it, and has "
            f"{len(name)}: write a shorter name, or certificate_arn"
        )
    return None


def _truststore_fault(uri: object) -> str | None:
    if isinstance(uri, str) and _TRUSTSTORE.fullmatch(uri):
        return None
    return f"must be s3://, a bucket and the key of the object, such as s3://bucket/ca.pem, and is {uri!r}"
