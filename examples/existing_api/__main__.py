"""An existing HTTP API, and the two changes that protect it."""

import pulumi
import pulumi_aws as aws
from kms_jwt.components import JwtAuthorizer, SigningKeys

config = pulumi.Config()
backend = config.require("backend")

# The existing API.
api = aws.apigatewayv2.Api("shop", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "backend",
    api_id=api.id,
    integration_type="HTTP_PROXY",
    integration_method="GET",
    integration_uri=f"{backend}/orders",
    payload_format_version="1.0",
)

# New: the keys and the authorizer. `route_scopes` is the closed list of the routes that it protects.
keys = SigningKeys("signing", {})
authorizer = JwtAuthorizer(
    "shop",
    {
        "api_id": api.id,
        "issuer": config.require("issuer"),
        "audience": ["shop"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "route_scopes": {"GET /orders": {"scopes": ["orders:read"]}},
    },
)

route = aws.apigatewayv2.Route(
    "orders",
    api_id=api.id,
    route_key="GET /orders",
    target=integration.id.apply(lambda integration_id: f"integrations/{integration_id}"),
    authorization_type="CUSTOM",  # new
    authorizer_id=authorizer.authorizer_id,  # new
)
stage = aws.apigatewayv2.Stage("default", api_id=api.id, name="$default", auto_deploy=True)

# Known once the stage has been created.
pulumi.export("endpoint", pulumi.Output.all(api.api_endpoint, stage.id).apply(lambda values: values[0]))
pulumi.export("key_alias", keys.alias_name)
