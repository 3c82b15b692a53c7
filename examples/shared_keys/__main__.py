"""Two APIs that trust the same signing keys. Each accepts only tokens for its own audience."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()
backend = config.require("backend")

keys = SigningKeys("signing", {})
for name in ("orders", "reports"):
    api = AuthorizedHttpApi(
        name,
        {
            "issuer": config.require("issuer"),
            "audience": [name],
            "keys": {"jwks": [keys.jwks]},
            "function": {"architecture": config.require("architecture")},
            "routes": {f"GET /{name}": {"integration": {"http_url": f"{backend}/{name}"}}},
        },
    )
    pulumi.export(f"{name}_endpoint", api.api_endpoint)

pulumi.export("key_alias", keys.alias_name)
