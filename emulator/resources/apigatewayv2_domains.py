"""API Gateway v2: custom domain names and API mappings."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, pascal, request, update_tags


def _domain(inputs: Inputs) -> dict[str, Any]:
    return {
        "DomainName": inputs["domainName"],
        "DomainNameConfigurations": [pascal(inputs["domainNameConfiguration"])],
    }


def _domain_outputs(aws: Aws, inputs: Inputs) -> Outputs:
    """The configuration is returned with the target of the DNS record."""
    found = aws.apigatewayv2.get_domain_name(DomainName=inputs["domainName"])
    (configuration,) = found["DomainNameConfigurations"]
    target = {
        "targetDomainName": configuration["ApiGatewayDomainName"],
        "hostedZoneId": configuration["HostedZoneId"],
    }
    return {
        "arn": aws.arn("apigateway", f"/domainnames/{inputs['domainName']}", account=""),
        "apiMappingSelectionExpression": found["ApiMappingSelectionExpression"],
        "domainNameConfiguration": {**inputs["domainNameConfiguration"], **target},
    }


def _create_domain(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    mutual = request(inputs, "mutualTlsAuthentication")
    aws.apigatewayv2.create_domain_name(Tags=inputs["tags"], **_domain(inputs), **mutual)
    return inputs["domainName"], _domain_outputs(aws, inputs)


def _update_domain(aws: Aws, domain: Deployed, new: Inputs) -> Outputs:
    # An empty truststore turns mutual TLS off.
    mutual: Any = pascal(new["mutualTlsAuthentication"] or {"truststoreUri": ""})
    aws.apigatewayv2.update_domain_name(MutualTlsAuthentication=mutual, **_domain(new))
    update_tags(
        domain,
        new,
        lambda tags: aws.apigatewayv2.tag_resource(ResourceArn=domain.outputs["arn"], Tags=tags),
        lambda keys: aws.apigatewayv2.untag_resource(ResourceArn=domain.outputs["arn"], TagKeys=keys),
    )
    return _domain_outputs(aws, new)


DOMAIN_NAME = Handler(
    create=_create_domain,
    update=_update_domain,
    delete=lambda aws, domain: aws.apigatewayv2.delete_domain_name(DomainName=domain.id),
    inputs=frozenset({"domainName", "domainNameConfiguration"}),
    replace_on=frozenset({"domainName"}),
    defaults={"mutualTlsAuthentication": None, "tags": {}},
)


def _create_mapping(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "apiId", "apiMappingKey", "domainName", "stage")
    return aws.apigatewayv2.create_api_mapping(**parameters)["ApiMappingId"], {}


def _update_mapping(aws: Aws, mapping: Deployed, new: Inputs) -> Outputs:
    parameters = request(new, "apiId", "apiMappingKey", "domainName", "stage")
    aws.apigatewayv2.update_api_mapping(ApiMappingId=mapping.id, **parameters)
    return {}


def _delete_mapping(aws: Aws, mapping: Deployed) -> None:
    aws.apigatewayv2.delete_api_mapping(ApiMappingId=mapping.id, DomainName=mapping.inputs["domainName"])


API_MAPPING = Handler(
    create=_create_mapping,
    update=_update_mapping,
    delete=_delete_mapping,
    inputs=frozenset({"apiId", "domainName", "stage"}),
    replace_on=frozenset({"domainName"}),
    defaults={"apiMappingKey": ""},
)
