"""Routes that require one scope, any of two, or none, and a public route."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()
backend = config.require("backend")

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "routes": {
            "GET /orders": {
                "scopes": ["orders:read"],
                "integration": {"http_url": f"{backend}/orders"},
            },
            "GET /orders/{id}": {
                "scopes": ["orders:read", "orders:admin"],
                "scopes_match": "any",
                "integration": {"http_url": f"{backend}/orders/{{id}}"},
            },
            "GET /profile": {"integration": {"http_url": f"{backend}/profile"}},
            "GET /health": {"public": True, "integration": {"http_url": f"{backend}/health"}},
        },
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
