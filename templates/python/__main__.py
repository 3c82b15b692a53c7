"""An HTTP API that requires JWTs signed by an AWS KMS key, in front of a Lambda function."""

import pulumi
import pulumi_aws as aws
from kms_jwt.components import AuthorizedHttpApi, SigningKeys


def policy(**statement: object) -> pulumi.Output[str]:
    """An IAM policy with one statement, as JSON."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


config = pulumi.Config()
issuer, audience = config.require("issuer"), config.require("audience")

logs = aws.cloudwatch.LogGroup("backend-logs", retention_in_days=30)
role = aws.iam.Role(
    "backend-role",
    assume_role_policy=policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole"),
)
logging = aws.iam.RolePolicy(
    "backend-policy",
    role=role.name,
    policy=policy(
        Action=["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource=pulumi.Output.format("{0}:*", logs.arn),
    ),
)
backend = aws.lambda_.Function(
    "backend",
    role=role.arn,
    runtime="python3.13",
    architectures=["arm64"],
    handler="backend.handler",
    code=pulumi.FileArchive("backend"),
    logging_config={"log_format": "JSON", "log_group": logs.name},
    opts=pulumi.ResourceOptions(depends_on=[logging]),
)

keys = SigningKeys("signing", {})
api = AuthorizedHttpApi(
    "api",
    {
        "issuer": issuer,
        "audience": [audience],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": config.require("architecture")},
        "integration": {"lambda_arn": backend.arn},
        "routes": {"GET /orders": ["orders:read"], "GET /health": "public"},
    },
)

pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
pulumi.export("issuer", issuer)
pulumi.export("audience", audience)
