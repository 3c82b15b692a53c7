"""An account with an API: the keys of another account are pinned, and nothing asks that account for anything."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi

config = pulumi.Config()
keys = pulumi.StackReference(config.require("keys_stack"))

api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.require_output("jwks")]},
        "function": {"architecture": config.require("architecture")},
        "routes": {"GET /orders": {"integration": {"http_url": f"{config.require('backend')}/orders"}}},
    },
)

pulumi.export("endpoint", api.api_endpoint)
