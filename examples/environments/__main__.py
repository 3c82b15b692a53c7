"""One program, an environment a stack. What differs is in the stacks' files: nothing here asks which environment it is."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()

keys = SigningKeys("signing", {"protect": config.require_bool("protect_keys")})
api = AuthorizedHttpApi(
    "orders",
    {
        # An issuer and keys of its own: no token of one environment is good in another.
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "integration": {"http_url": f"{config.require('backend')}/orders"},
        "routes": {"GET /orders": ["orders:read"]},
        "stage": {
            "throttling_rate_limit": config.require_int("requests_per_second"),
            "access_log_retention_days": config.require_int("log_retention_days"),
        },
        "tags": {"environment": pulumi.get_stack()},
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
