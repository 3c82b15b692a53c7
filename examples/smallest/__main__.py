"""The smallest API: one key, one route, and a backend on the internet."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "hello",
    {
        "issuer": config.require("issuer"),
        "audience": ["hello"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "routes": {"GET /hello": {"integration": {"http_url": f"{config.require('backend')}/hello"}}},
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
