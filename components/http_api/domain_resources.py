"""A custom domain name in API Gateway, with its certificate and its DNS records."""

from collections.abc import Mapping
from typing import NamedTuple

import pulumi
import pulumi_aws as aws

from .domain_inputs import DomainSettings
from .nodes import DomainNodes


class DomainResources(NamedTuple):
    """A domain name without an API mapping."""

    name: pulumi.Output[str]
    """The domain name, known in a preview, and then once it has been created in API Gateway, together with its DNS records."""
    target_domain_name: pulumi.Output[str]
    """What its DNS records lead to."""
    target_hosted_zone_id: pulumi.Output[str]
    """The hosted zone of that target, for alias records."""
    nodes: DomainNodes


def create_domain(
    name: str,
    domain_name: pulumi.Output[str],
    domain: DomainSettings,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> DomainResources:
    """The domain ``domain_name``."""
    mutual_tls = domain.get("mutual_tls")
    certificate = None if "certificate_arn" in domain else _certificate(name, domain_name, domain, tags, opts)
    created = aws.apigatewayv2.DomainName(
        f"{name}-domain",
        domain_name=domain_name,
        domain_name_configuration=aws.apigatewayv2.DomainNameDomainNameConfigurationArgs(
            certificate_arn=certificate.validation.certificate_arn if certificate else domain["certificate_arn"],
            endpoint_type="REGIONAL",
            ip_address_type=domain.get("ip_address_type"),
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
    configuration = created.domain_name_configuration
    target = configuration.target_domain_name.apply(_text)
    target_hosted_zone_id = configuration.hosted_zone_id.apply(_text)
    records = _records(name, domain_name, target, target_hosted_zone_id, domain, opts)
    # Not the ids, which no preview knows: two claims are found before anything is created.
    names = (record.name for record in records.values())
    known = pulumi.Output.all(created.domain_name, *names).apply(lambda values: str(values[0]))
    nodes = DomainNodes(
        domain_name=created,
        dns_records=records,
        certificate=certificate.certificate if certificate else None,
        certificate_record=certificate.record if certificate else None,
        certificate_validation=certificate.validation if certificate else None,
    )
    return DomainResources(known, target, target_hosted_zone_id, nodes)


def _text(value: str | None) -> str:
    return str(value)


class _Certificate(NamedTuple):
    # In quotes, here and in the nodes: who has no domain need not import these services.
    certificate: "aws.acm.Certificate"
    record: "aws.route53.Record"
    validation: "aws.acm.CertificateValidation"


def _certificate(
    name: str,
    domain_name: pulumi.Output[str],
    domain: DomainSettings,
    tags: Mapping[str, pulumi.Input[str]] | None,
    opts: pulumi.ResourceOptions,
) -> _Certificate:
    """A certificate, and its validation by a DNS record."""
    certificate = aws.acm.Certificate(
        f"{name}-certificate", domain_name=domain_name, validation_method="DNS", tags=tags, opts=opts
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
    return _Certificate(certificate, record, validation)


def _records(
    name: str,
    domain_name: pulumi.Output[str],
    target: pulumi.Output[str],
    target_hosted_zone_id: pulumi.Output[str],
    domain: DomainSettings,
    opts: pulumi.ResourceOptions,
) -> "dict[str, aws.route53.Record]":
    """The alias records by type: AAAA only where there are IPv6 addresses to find."""
    if "hosted_zone_id" not in domain:
        return {}
    alias = aws.route53.RecordAliasArgs(name=target, zone_id=target_hosted_zone_id, evaluate_target_health=False)
    return {
        type_: aws.route53.Record(
            f"{name}-record-{type_.lower()}",
            zone_id=domain["hosted_zone_id"],
            name=domain_name,
            type=type_,
            aliases=[alias],
            opts=opts,
        )
        for type_ in (("A", "AAAA") if domain.get("ip_address_type") == "dualstack" else ("A",))
    }
