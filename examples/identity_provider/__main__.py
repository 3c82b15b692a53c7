"""Users of an identity provider, and services with tokens of your own, call one API."""

from pathlib import Path

import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys, TrustedIssuerArgs

config = pulumi.Config()
audience, jwks = config.require("audience"), config.get("identity_provider_jwks")

provider: TrustedIssuerArgs = {
    "name": "users",
    "issuer": config.require("identity_provider"),
    "audience": [audience],  # which its ID tokens do not have
    "algorithms": ["RS256"],
    "scope_claims": [["scope"], ["permissions"]],
    "scopes": ["orders:read"],  # the ceiling: users get no more, whatever the provider writes into their tokens
}
if jwks:
    provider["jwks"] = Path(jwks).read_text()  # pinned: a rotation needs an update of the stack
else:
    provider["discovery"] = True  # read from the provider at run time, every quarter of an hour

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": [audience],
        "keys": {"jwks": [keys.jwks]},
        "trusted_issuers": [provider],
        "function": {"architecture": config.require("architecture")},
        "integration": {
            "http_url": f"{config.require('backend')}/orders",
            # Who it is, by both: a subject is unique within its issuer only.
            "request_parameters": {"overwrite:header.x-caller": "${context.authorizer.iss} ${context.authorizer.sub}"},
        },
        "routes": {"GET /orders": ["orders:read"], "POST /orders": ["orders:write"]},
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
