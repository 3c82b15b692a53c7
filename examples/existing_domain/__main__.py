"""Two APIs at a domain name that exists, /orders and /reports: other programs may have further paths of it."""

import pulumi
from kms_jwt.components import AuthorizedHttpApi, Domain, SigningKeys

config = pulumi.Config()
domain: pulumi.Input[str] = config.require("domain")
if config.get("certificate_arn"):  # one stack creates the domain name; all others know it by its name
    created = Domain("shared", domain_name=domain, certificate_arn=config.require("certificate_arn"))
    pulumi.export("target_domain_name", created.target_domain_name)
    domain = created.domain_name

keys = SigningKeys("signing", {})
for name in ("orders", "reports"):
    api = AuthorizedHttpApi(
        name,
        {
            "issuer": config.require("issuer"),
            "audience": [name],
            "keys": {"jwks": [keys.jwks]},
            "function": {"architecture": config.require("architecture")},
            "routes": {"GET /{id}": {"integration": {"http_url": f"{config.require('backend')}/{name}/{{id}}"}}},
            "domain": {"existing_name": domain, "base_path": name, "disable_default_endpoint": True},
        },
    )
    pulumi.export(f"{name}_endpoint", api.api_endpoint)

pulumi.export("key_alias", keys.alias_name)
