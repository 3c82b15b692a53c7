"""The program: it reads the stack's configuration, creates the components, and exports their outputs."""

import pulumi

from components import AuthorizedHttpApi, Denylist, Domain, SigningKeys, TokenService, TokenServiceRole
from examples.whoami import WhoamiBackend
from stack_config import TOKEN_SERVICE, read_stack_config
from stack_domains import with_domain

config = read_stack_config()
role = TokenServiceRole(f"{TOKEN_SERVICE}-role", config.token_role_args()) if config.token_service is not None else None
keys = SigningKeys("signing", config.keys_args(role.role_arn if role else None))
domains = {args["domain_name"]: Domain(name, args).domain_name for name, args in config.domains.items()}
tokens = TokenService(TOKEN_SERVICE, with_domain(config.token_service_args(keys, role), domains)) if role else None
issuer = tokens.issuer if tokens else None
whoami_arn = WhoamiBackend("whoami").function_arn if config.whoami else None
denylist = Denylist("denylist") if config.denylist else None
bucket = denylist.bucket_name if denylist else None
apis = {
    name: AuthorizedHttpApi(
        name,
        with_domain(
            config.api_args(name, keys.jwks, config.kms_keys(keys.key_arns), whoami_arn, issuer, bucket), domains
        ),
    )
    for name in config.apis
}

pulumi.export(
    "apis",
    {
        name: {
            "endpoint": api.api_endpoint,
            "api_id": api.api_id,
            "authorizer_id": api.authorizer_id,
            **config.promises(name, issuer),
        }
        for name, api in apis.items()
    },
)
if tokens:
    service = {"token_endpoint": tokens.token_endpoint, "issuer": tokens.issuer, "jwks_uri": tokens.jwks_uri}
    pulumi.export("token_service", service)
if bucket:
    pulumi.export("denylist_bucket", bucket)
pulumi.export("key_alias", keys.alias_name)
pulumi.export("key_arn", keys.active_key_arn)
pulumi.export("jwks", keys.jwks)
