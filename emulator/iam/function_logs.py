"""A function's log lines are written with its execution role; without its permission they are lost, as on AWS.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from typing import Any

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import cloudwatch_logs, iam, lambda_svc


def install() -> None:
    """From now on a function writes only what its role may write."""
    emit = lambda_svc._emit_lambda_logs

    def emit_if_allowed(function: dict[str, Any], *arguments: Any, **options: Any) -> None:
        if _may_write(function.get("config") or function):
            emit(function, *arguments, **options)

    lambda_svc._emit_lambda_logs = emit_if_allowed


def _may_write(config: dict[str, Any]) -> bool:
    account, region = lambda_runtime._account_region_from_function_config(config)
    name = config["Role"].rpartition("/")[2]
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    policies = iam_evaluator._gather_role_policies(name, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    if group not in cloudwatch_logs._log_groups:
        actions.append("logs:CreateLogGroup")

    def allowed(action: str) -> bool:
        request = iam_evaluator.EvalContext(
            principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{config['FunctionName']}",
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            # Two of the three have the stream in their ARN, and policies name all its streams as ":*".
            resource_arn=f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{config.get('Version', '$LATEST')}",
            region=region,
        )
        return bool(iam_evaluator.evaluate(request, policies, *limits).decision == "Allow")

    return all(allowed(action) for action in actions)
