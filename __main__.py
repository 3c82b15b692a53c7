"""The program: it reads the stack's configuration, creates the components, and exports their outputs."""

import pulumi

from components import AuthorizedHttpApi, Denylist, SigningKeys
from examples.whoami import WhoamiBackend
from stack_config import read_stack_config

config = read_stack_config()
keys = SigningKeys("signing", config.signing_keys)
whoami_arn = WhoamiBackend("whoami").function_arn if config.whoami else None
denylist = Denylist("denylist") if config.denylist else None
bucket = denylist.bucket_name if denylist else None
apis = {
    name: AuthorizedHttpApi(name, config.api_args(name, keys.jwks, config.kms_keys(keys.key_arns), whoami_arn, bucket))
    for name in config.apis
}

pulumi.export(
    "apis",
    {
        name: {
            "endpoint": api.api_endpoint,
            "api_id": api.api_id,
            "authorizer_id": api.authorizer_id,
            **config.promises(name),
        }
        for name, api in apis.items()
    },
)
if bucket:
    pulumi.export("denylist_bucket", bucket)
pulumi.export("key_alias", keys.alias_name)
pulumi.export("key_arn", keys.active_key_arn)
pulumi.export("jwks", keys.jwks)
