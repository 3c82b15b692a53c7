"""A token service: clients get access tokens that only its function can sign. The issuer's keys are published beside it."""

import pulumi
from kms_jwt.components import TokenService

config = pulumi.Config()
tokens = TokenService(
    "tokens",
    issuer=config.require("issuer"),
    clients=config.require_object("clients"),
    function={"architecture": config.get("architecture") or "arm64"},
)

pulumi.export("token_endpoint", tokens.token_endpoint)
pulumi.export("jwks_uri", tokens.jwks_uri)
pulumi.export("key_alias", tokens.alias_name)
