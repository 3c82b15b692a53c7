"""The account of the keys: who may sign, and what the accounts with APIs need to know."""

import pulumi
from kms_jwt.components import SigningKeys

keys = SigningKeys("signing", signers=pulumi.Config().require_object("signers"))

# For the stacks with APIs: public keys, so that no account has to be let in to read them.
pulumi.export("jwks", keys.jwks)
# For whoever signs: from another account, KMS takes an alias by its ARN only, and IAM policies name keys, not aliases.
account = keys.active_key_arn.apply(lambda arn: arn.rpartition(":")[0])
pulumi.export("key_alias_arn", pulumi.Output.format("{0}:{1}", account, keys.alias_name))
pulumi.export("key_arns", keys.key_arns)
