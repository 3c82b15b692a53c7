"""Lambda: aliases, provisioned concurrency, and permissions."""

import re
from typing import Any

from ..aws import Aws
from ..errors import EmulatorError
from .handler import Deployed, Handler, Inputs, Outputs, again, request
from .lambda_function import invoke_arn


def _create_alias(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    alias = aws.lambda_.create_alias(FunctionName=inputs["functionName"], **_alias(inputs))
    return alias["AliasArn"], {"arn": alias["AliasArn"], "invokeArn": invoke_arn(aws, alias["AliasArn"])}


def _update_alias(aws: Aws, alias: Deployed, new: Inputs) -> Outputs:
    aws.lambda_.update_alias(FunctionName=new["functionName"], **_alias(new))
    return {}


def _alias(inputs: Inputs) -> dict[str, Any]:
    weights = inputs["routingConfig"].get("additionalVersionWeights", {})
    parameters = request(inputs, "description", "functionVersion", "name")
    return {**parameters, "RoutingConfig": {"AdditionalVersionWeights": weights}}


def _delete_alias(aws: Aws, alias: Deployed) -> None:
    aws.lambda_.delete_alias(FunctionName=alias.inputs["functionName"], Name=alias.inputs["name"])


ALIAS = Handler(
    create=_create_alias,
    update=_update_alias,
    delete=_delete_alias,
    inputs=frozenset({"functionName", "functionVersion", "name"}),
    replace_on=frozenset({"functionName", "name"}),
    defaults={"description": "", "routingConfig": {}},
    auto_name="name",
)


_PERMISSION = ("action", "eventSourceToken", "principal", "qualifier", "sourceAccount", "sourceArn", "statementId")


_FUNCTION = re.compile(
    r"(?P<function>(arn:[\w-]+:lambda:)?([a-z]{2}(-[a-z]+){1,2}-\d:)?(\d{12}:)?(function:)?[\w-]+)(:(?P<qualifier>[\w$-]+))?"
)
"""https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"""


def _add_permission(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    found = _FUNCTION.fullmatch(inputs["function"])
    if found and found["qualifier"]:
        # The AWS provider reads the two apart, and replaces the permission in each update, since they differ from the input.
        raise EmulatorError(
            f"function: must not be qualified, and is {found[0]!r}: write function={found['function']!r} and "
            f"qualifier={found['qualifier']!r}"
        )
    aws.lambda_.add_permission(FunctionName=inputs["function"], **request(inputs, *_PERMISSION))
    return inputs["statementId"], {}


def _remove_permission(aws: Aws, permission: Deployed) -> None:
    aws.lambda_.remove_permission(
        FunctionName=permission.inputs["function"],
        StatementId=permission.id,
        **request(permission.inputs, "qualifier"),
    )


PERMISSION = Handler(
    create=_add_permission,
    delete=_remove_permission,
    inputs=frozenset({*_PERMISSION, "function"}),
    auto_name="statementId",
)


def _put_provisioned(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "functionName", "provisionedConcurrentExecutions", "qualifier")
    aws.lambda_.put_provisioned_concurrency_config(**parameters)
    return f"{inputs['functionName']},{inputs['qualifier']}", {}


def _delete_provisioned(aws: Aws, config: Deployed) -> None:
    aws.lambda_.delete_provisioned_concurrency_config(**request(config.inputs, "functionName", "qualifier"))


PROVISIONED_CONCURRENCY = Handler(
    create=_put_provisioned,
    update=again(_put_provisioned),
    delete=_delete_provisioned,
    inputs=frozenset({"functionName", "provisionedConcurrentExecutions", "qualifier"}),
    replace_on=frozenset({"functionName", "qualifier"}),
)
