"""WhoamiBackend: the ``whoami`` Lambda function, with a role that may only write its log."""

from pathlib import Path

import pulumi
import pulumi_aws as aws

_SOURCE = Path(__file__).resolve().parent / "src"


class WhoamiBackend(pulumi.ComponentResource):
    """A backend that returns what it receives about the caller."""

    function_arn: pulumi.Output[str]
    """ARN of the function."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("kms-jwt:examples:WhoamiBackend", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/lambda/{pulumi.get_project()}-{pulumi.get_stack()}-{name}",
            retention_in_days=7,
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": pulumi.Output.format("{0}:*", log_group.arn),
                        }
                    ],
                }
            ),
            opts=child,
        )
        function = aws.lambda_.Function(
            f"{name}-function",
            description="Returns what API Gateway passes about the caller",
            role=role.arn,
            runtime="python3.13",
            architectures=["arm64"],
            handler="backend.handler",
            timeout=10,
            code=pulumi.FileArchive(str(_SOURCE)),
            logging_config={"log_format": "JSON", "log_group": log_group.name},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.function_arn = function.arn
        self.register_outputs({"functionArn": self.function_arn})
