"""Machines get tokens from a token service, and call an API that trusts it and nobody else."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, TokenService

config = pulumi.Config()
architecture = config.require("architecture")

tokens = TokenService(
    "tokens",
    issuer=config.require("issuer"),
    clients=config.require_object("clients"),
    function={"architecture": architecture},
)
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": tokens.issuer,
        "audience": ["orders"],
        "keys": {"jwks": [tokens.jwks]},
        "function": {"architecture": architecture},
        "policy": {
            "token_types": ["at+jwt"]
        },  # access tokens (RFC 9068), as the service issues them, and no other JWTs
        "integration": {
            "http_url": f"{config.require('backend')}/orders",
            # Which machine it is, verified, whatever it writes into this header itself.
            "request_parameters": {"overwrite:header.x-caller": "$context.authorizer.client_id"},
        },
        "routes": {"GET /orders": ["orders:read"], "POST /orders": ["orders:write"]},
    },
)

pulumi.export("token_endpoint", tokens.token_endpoint)
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", tokens.alias_name)
