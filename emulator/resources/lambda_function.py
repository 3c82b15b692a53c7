"""Lambda functions, which MiniStack runs in its own Python, whatever their runtime."""

import time
from typing import Any

from ..aws import PARTITION, Aws
from ..errors import EmulatorError
from .handler import Deployed, Handler, Inputs, Outputs, pascal, request, update_tags

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
    "snapStart",
    "timeout",
    "tracingConfig",
)


def invoke_arn(aws: Aws, function_arn: str) -> str:
    """The URI with which API Gateway invokes a function, version or alias."""
    path = f"path/2015-03-31/functions/{function_arn}/invocations"
    return f"arn:{PARTITION}:apigateway:{aws.region}:lambda:{path}"


def _settings(inputs: Inputs) -> dict[str, Any]:
    parameters = request(inputs, *_SETTINGS)
    parameters["KMSKeyArn"] = inputs["kmsKeyArn"]
    # The names of environment variables are the user's, and not converted.
    parameters["Environment"] = {"Variables": inputs["environment"].get("variables", {})}
    logs = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{inputs['name']}"}
    parameters["LoggingConfig"] = {**logs, **pascal(inputs["loggingConfig"])}
    parameters["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": [], **pascal(inputs["vpcConfig"])}
    return parameters


def _create_function(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    name = inputs["name"]
    aws.lambda_.create_function(
        FunctionName=name,
        Code={"ZipFile": inputs["code"].pack()},
        Tags=inputs["tags"],
        **request(inputs, "architectures", "packageType"),
        **_settings(inputs),
    )
    _await_ready(aws, name)
    _set_concurrency(aws, name, inputs)
    if inputs["publish"]:
        _publish(aws, name)
    return name, _function_outputs(aws, name, inputs)


def _update_function(aws: Aws, function: Deployed, new: Inputs) -> Outputs:
    """In the order of the AWS provider: until the code follows, the old code runs with the new configuration."""
    old = function.inputs
    configured = _settings(new) != _settings(old)
    packaged = new["code"] != old["code"] or new["architectures"] != old["architectures"]
    if configured:
        aws.lambda_.update_function_configuration(FunctionName=function.id, **_settings(new))
        _await_ready(aws, function.id)
    if packaged:
        aws.lambda_.update_function_code(
            FunctionName=function.id, ZipFile=new["code"].pack(), Architectures=new["architectures"]
        )
        _await_ready(aws, function.id)
    if new["reservedConcurrentExecutions"] != old["reservedConcurrentExecutions"]:
        _set_concurrency(aws, function.id, new)
    if new["publish"] and (configured or packaged or not old["publish"]):
        _publish(aws, function.id)
    update_tags(
        function,
        new,
        lambda tags: aws.lambda_.tag_resource(Resource=function.outputs["arn"], Tags=tags),
        lambda keys: aws.lambda_.untag_resource(Resource=function.outputs["arn"], TagKeys=keys),
    )
    return _function_outputs(aws, function.id, new)


def _publish(aws: Aws, name: str) -> None:
    """Publishes a version. With SnapStart, Lambda creates the snapshot first."""
    _await_ready(aws, name, aws.lambda_.publish_version(FunctionName=name)["Version"])


def _await_ready(aws: Aws, name: str, version: str = "$LATEST") -> None:
    """Waits until the function can be invoked and changed again."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        state = aws.lambda_.get_function_configuration(FunctionName=name, Qualifier=version)
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
        "sourceCodeHash": inputs["sourceCodeHash"] or found["CodeSha256"],
        "sourceCodeSize": found["CodeSize"],
    }


def _latest_version(aws: Aws, name: str) -> str:
    pages = aws.lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    numbers = [int(item["Version"]) for page in pages for item in page["Versions"] if item["Version"] != "$LATEST"]
    return str(max(numbers))


FUNCTION = Handler(
    create=_create_function,
    update=_update_function,
    delete=lambda aws, function: aws.lambda_.delete_function(FunctionName=function.id),
    inputs=frozenset({"code", "handler", "name", "role", "runtime"}),
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
        "snapStart": {"applyOn": "None"},
        "sourceCodeHash": None,
        "tags": {},
        "timeout": 3,
        "tracingConfig": {"mode": "PassThrough"},
        "vpcConfig": {},
    },
    auto_name="name",
)
