"""Whose orders these are says the token, and nothing else in the request."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "routes": {
            "GET /me/orders": {
                "integration": {
                    "http_url": f"{config.require('backend')}/orders",
                    "request_parameters": {
                        # The verified subject, whatever the caller has written into this header.
                        "overwrite:header.x-sub": "$context.authorizer.sub",
                        # For frameworks (CGI, WSGI) that read it as the same header.
                        "remove:header.x_sub": "''",
                    },
                },
            },
        },
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
