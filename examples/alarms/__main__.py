"""An API with alarms, a topic that they notify, and a dashboard."""

import pulumi
import pulumi_aws as aws
from kms_jwt.components import AuthorizedHttpApi, SigningKeys

config = pulumi.Config()

on_call = aws.sns.Topic("on-call")
aws.sns.TopicSubscription("on-call", topic=on_call.arn, protocol="email", endpoint=config.require("on_call"))

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": ["orders"],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "routes": {"GET /orders": {"integration": {"http_url": f"{config.require('backend')}/orders"}}},
        "alarms": {
            "topic_arn": on_call.arn,
            "server_errors": 10,
            # In five minutes. These are all that there are: they replace the defaults.
            "denials": {"bad_signature": 20, "unknown_key": 20, "expired": 500, "internal_error": 1},
        },
        "dashboard": True,
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
pulumi.export("topic", on_call.arn)
