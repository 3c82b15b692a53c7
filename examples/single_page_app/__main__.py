"""An API for a page of another origin: the browser asks first whether the page may call it (CORS), and API Gateway answers."""

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
        "integration": {"http_url": f"{config.require('backend')}/orders"},
        "routes": {"GET /orders": ["orders:read"], "POST /orders": ["orders:write"]},
        # The page, and no other: "*" would let every page that has got hold of a token call the API.
        "cors": {"allow_origins": [config.require("page_origin")], "allow_methods": ["GET", "POST"]},
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
