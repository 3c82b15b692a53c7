"""Lambda functions, run by MiniStack in its own Python, whatever runtime they name."""

import time
from typing import Any

from emulator.aws import PARTITION, Aws
from emulator.errors import EmulatorError
from emulator.resources.handler import Deployed, Handler, Inputs, Outputs, request, tag_changes

READY_SECONDS = 30.0

# The settings that create_function and update_function_configuration share, as they are named in both.
_SETTINGS = (
    "deadLetterConfig",
    "description",
    "ephemeralStorage",
    "handler",
    "layers",
    "memorySize",
    "role",
    "runtime",
    "timeout",
    "tracingConfig",
)


def invoke_arn(aws: Aws, function_arn: str) -> str:
    """What API Gateway calls to invoke a function, version or alias."""
    path = f"path/2015-03-31/functions/{function_arn}/invocations"
    return f"arn:{PARTITION}:apigateway:{aws.region}:lambda:{path}"


def _settings(inputs: Inputs) -> dict[str, Any]:
    parameters = request(inputs, *_SETTINGS)
    parameters["KMSKeyArn"] = inputs["kmsKeyArn"]
    # The names of environment variables are the user's, and are left as they are.
    parameters["Environment"] = {"Variables": inputs["environment"].get("variables", {})}
    vpc = inputs["vpcConfig"]
    parameters["VpcConfig"] = {
        "SubnetIds": vpc.get("subnetIds", []),
        "SecurityGroupIds": vpc.get("securityGroupIds", []),
        "Ipv6AllowedForDualStack": vpc.get("ipv6AllowedForDualStack", False),
    }
    logging = inputs["loggingConfig"]
    parameters["LoggingConfig"] = {
        "LogFormat": logging.get("logFormat", "Text"),
        "LogGroup": logging.get("logGroup") or f"/aws/lambda/{inputs['name']}",
        **request(logging, "applicationLogLevel", "systemLogLevel"),
    }
    return parameters


def _create_function(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["name"]
    aws.lambda_.create_function(
        FunctionName=name,
        Code={"ZipFile": inputs["code"].data},
        Tags=inputs["tags"],
        **request(inputs, "architectures", "packageType"),
        **_settings(inputs),
    )
    _await_ready(aws, name)
    _set_concurrency(aws, name, inputs)
    if inputs["publish"]:
        aws.lambda_.publish_version(FunctionName=name)
    return name, _function_outputs(aws, name, inputs)


def _update_function(aws: Aws, function: Deployed, new: Inputs) -> Outputs:
    if new["code"] != function.inputs["code"] or new["architectures"] != function.inputs["architectures"]:
        aws.lambda_.update_function_code(
            FunctionName=function.id, ZipFile=new["code"].data, Architectures=new["architectures"]
        )
        _await_ready(aws, function.id)
    if _settings(new) != _settings(function.inputs):
        aws.lambda_.update_function_configuration(FunctionName=function.id, **_settings(new))
        _await_ready(aws, function.id)
    if new["reservedConcurrentExecutions"] != function.inputs["reservedConcurrentExecutions"]:
        _set_concurrency(aws, function.id, new)
    if new["publish"]:
        # Lambda makes no new version where nothing has changed since the last one.
        aws.lambda_.publish_version(FunctionName=function.id)
    changed, removed = tag_changes(function.inputs, new)
    if changed:
        aws.lambda_.tag_resource(Resource=function.outputs["arn"], Tags=changed)
    if removed:
        aws.lambda_.untag_resource(Resource=function.outputs["arn"], TagKeys=removed)
    return _function_outputs(aws, function.id, new)


def _await_ready(aws: Aws, name: str) -> None:
    """Waits until the function can be invoked and changed again."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        state = aws.lambda_.get_function_configuration(FunctionName=name)
        if state["State"] == "Active" and state["LastUpdateStatus"] == "Successful":
            return
        if "Failed" in (state["State"], state["LastUpdateStatus"]):
            raise EmulatorError(f"function {name} failed: {state.get('StateReason') or state}")
        time.sleep(0.02)
    raise EmulatorError(f"function {name} was not ready after {READY_SECONDS:.0f} seconds")


def _set_concurrency(aws: Aws, name: str, inputs: Inputs) -> None:
    reserved = inputs["reservedConcurrentExecutions"]
    if reserved >= 0:
        aws.lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    else:
        aws.lambda_.delete_function_concurrency(FunctionName=name)


def _function_outputs(aws: Aws, name: str, inputs: Inputs) -> Outputs:
    found = aws.lambda_.get_function_configuration(FunctionName=name)
    arn = found["FunctionArn"]
    version = _latest_version(aws, name) if inputs["publish"] else "$LATEST"
    return {
        "arn": arn,
        "invokeArn": invoke_arn(aws, arn),
        "qualifiedArn": f"{arn}:{version}",
        "qualifiedInvokeArn": invoke_arn(aws, f"{arn}:{version}"),
        "version": version,
        "lastModified": found["LastModified"],
        "codeSha256": found["CodeSha256"],
        "sourceCodeHash": inputs["sourceCodeHash"] or inputs["code"].sha256,
        "sourceCodeSize": found["CodeSize"],
    }


def _latest_version(aws: Aws, name: str) -> str:
    pages = aws.lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    numbers = [int(item["Version"]) for page in pages for item in page["Versions"] if item["Version"] != "$LATEST"]
    return str(max(numbers))


def _delete_function(aws: Aws, function: Deployed) -> None:
    aws.lambda_.delete_function(FunctionName=function.id)


FUNCTION = Handler(
    create=_create_function,
    update=_update_function,
    delete=_delete_function,
    inputs=frozenset(
        {
            *_SETTINGS,
            "architectures",
            "code",
            "environment",
            "kmsKeyArn",
            "loggingConfig",
            "name",
            "packageType",
            "publish",
            "reservedConcurrentExecutions",
            "sourceCodeHash",
            "tags",
            "vpcConfig",
        }
    ),
    replace_on=frozenset({"name", "packageType"}),
    defaults={
        "architectures": ["x86_64"],
        "deadLetterConfig": {},
        "description": "",
        "environment": {},
        "ephemeralStorage": {"size": 512},
        "kmsKeyArn": "",
        "layers": [],
        "loggingConfig": {},
        "memorySize": 128,
        "packageType": "Zip",
        "publish": False,
        "reservedConcurrentExecutions": -1,
        "sourceCodeHash": None,
        "tags": {},
        "timeout": 3,
        "tracingConfig": {"mode": "PassThrough"},
        "vpcConfig": {},
    },
    auto_name="name",
)


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
    inputs=frozenset({"description", "functionName", "functionVersion", "name", "routingConfig"}),
    replace_on=frozenset({"functionName", "name"}),
    defaults={"description": "", "routingConfig": {}},
    auto_name="name",
)


def _add_permission(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(
        inputs,
        "action",
        "eventSourceToken",
        "principal",
        "qualifier",
        "sourceAccount",
        "sourceArn",
        "statementId",
    )
    aws.lambda_.add_permission(FunctionName=inputs["function"], **parameters)
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
    inputs=frozenset(
        {
            "action",
            "eventSourceToken",
            "function",
            "principal",
            "qualifier",
            "sourceAccount",
            "sourceArn",
            "statementId",
        }
    ),
    auto_name="statementId",
)


def _put_provisioned(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "functionName", "provisionedConcurrentExecutions", "qualifier")
    aws.lambda_.put_provisioned_concurrency_config(**parameters)
    return f"{inputs['functionName']},{inputs['qualifier']}", {}


def _update_provisioned(aws: Aws, config: Deployed, new: Inputs) -> Outputs:
    return _put_provisioned(aws, new)[1]


def _delete_provisioned(aws: Aws, config: Deployed) -> None:
    aws.lambda_.delete_provisioned_concurrency_config(**request(config.inputs, "functionName", "qualifier"))


PROVISIONED_CONCURRENCY = Handler(
    create=_put_provisioned,
    update=_update_provisioned,
    delete=_delete_provisioned,
    inputs=frozenset({"functionName", "provisionedConcurrentExecutions", "qualifier"}),
    replace_on=frozenset({"functionName", "qualifier"}),
)
