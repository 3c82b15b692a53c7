"""An API in front of an internal load balancer, which it reaches through a VPC link."""

import pulumi
import pulumi_aws as aws
from kms_jwt.components import AuthorizedHttpApi, SigningKeys, VpcLinkArgs

config = pulumi.Config()

link = aws.apigatewayv2.VpcLink(
    "private",
    subnet_ids=config.require_object("subnet_ids"),
    security_group_ids=config.require_object("security_group_ids"),
)
backend: VpcLinkArgs = {"vpc_link_id": link.id, "listener_arn": config.require("listener_arn")}
if server_name := config.get("tls_server_name"):
    backend["tls_server_name"] = server_name
keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "routes": {
            "ANY /orders/{proxy+}": {
                "integration": {
                    "vpc_link": backend,
                    # The verified caller, for a backend that trusts nobody but this API.
                    "request_parameters": {"overwrite:header.x-caller": "$context.authorizer.sub"},
                },
            },
        },
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
