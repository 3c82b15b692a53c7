"""An API that AWS roles call with tokens that AWS STS signs: no secret, and no identity provider, on either side."""

import json

import pulumi
import pulumi_aws as aws
from kms_jwt.components import AuthorizedHttpApi, SigningKeys, TrustedIssuerArgs

LIFETIME = 300
"""Of a token, in seconds."""

config = pulumi.Config()
backend, audience = config.require("backend"), config.require("audience")

# The caller, here a Lambda function; an ECS task or an EC2 instance has a role as well.
role_name = f"orders-caller-{pulumi.get_stack()}"
caller = aws.iam.Role(
    "caller",
    name=role_name,
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
# It may have tokens for this API only, short ones. Without sts:TagGetWebIdentityToken it cannot write claims into them.
permission = aws.iam.RolePolicy(
    "caller-token",
    role=caller.name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:GetWebIdentityToken",
                    "Resource": "*",  # the operation has no resources
                    "Condition": {
                        "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": audience},
                        "Null": {"sts:IdentityTokenAudience": "false"},  # without a value, "for all" is true
                        "NumericLessThanEquals": {"sts:DurationSeconds": LIFETIME},
                        "StringEquals": {"sts:SigningAlgorithm": "ES384"},
                    },
                }
            ],
        }
    ),
)

aws_sts: TrustedIssuerArgs = {
    "name": "aws-sts",
    "issuer": config.require("sts_issuer"),
    "audience": [audience],
    "algorithms": ["ES384"],
    # The ARN of the caller's role, which sub is only by default: SubjectMode OriginIdentity makes it another name.
    "scope_claims": [["https://sts.amazonaws.com/", "principal_id"]],
    "scope_mapping": {f"arn:aws:iam::{aws.get_caller_identity().account_id}:role/{role_name}": ["orders:read"]},
    "scopes": ["orders:read"],  # the most that an AWS role gets, whatever the table says
    "max_token_lifetime_seconds": LIFETIME,
}
if sts_jwks := config.get("sts_jwks"):
    aws_sts["jwks"] = sts_jwks
else:
    aws_sts["discovery"] = True

keys = SigningKeys("signing", {})  # for tokens of your own, beside those of AWS
api = AuthorizedHttpApi(
    "orders",
    {
        "issuer": config.require("issuer"),
        "audience": [audience],
        "keys": {"jwks": [keys.jwks]},
        "trusted_issuers": [aws_sts],
        "function": {"architecture": config.require("architecture")},
        "routes": {
            "GET /orders": {
                "scopes": ["orders:read"],
                "integration": {
                    "http_url": f"{backend}/orders",
                    "request_parameters": {"overwrite:header.x-caller": "$context.authorizer.sub"},  # the role's ARN
                },
            },
            "POST /orders": {"scopes": ["orders:write"], "integration": {"http_url": f"{backend}/orders"}},
        },
    },
)
function = aws.lambda_.Function(
    "caller",
    role=caller.arn,
    runtime="python3.13",
    handler="call.handler",
    code=pulumi.AssetArchive({"call.py": pulumi.FileAsset("call.py")}),
    environment={"variables": {"URL": pulumi.Output.concat(api.api_endpoint, "/orders"), "AUDIENCE": audience}},
    timeout=30,
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
pulumi.export("caller", function.name)
