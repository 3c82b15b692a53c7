"""What API Gateway does with the rights of a role that it assumes: calls of services, and of functions.

The calls are sent to MiniStack, whose IAM judges them. boto3 is imported for the first: most APIs have none, and it takes a
third of the time in which MiniStack starts.
"""

import asyncio
import functools
import json
import os
import urllib.parse
from typing import Any, cast

from ministack.core import lambda_runtime
from ministack.core.responses import request_scope
from ministack.services import iam

from .backplane import Api, Function, Invocation
from .executions import in_thread


def may_be_assumed(role_arn: str, api: Api) -> bool:
    """Whether the role exists in the account of ``api`` and trusts API Gateway."""
    account, _, name = role_arn.removeprefix("arn:aws:iam::").partition(":role/")
    with request_scope(api.account, api.region):
        role = iam._roles.get(name.rpartition("/")[2]) if account == api.account else None
    if role is None:
        return False
    statements = json.loads(urllib.parse.unquote(role["AssumeRolePolicyDocument"]))["Statement"]
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        trusted = "apigateway.amazonaws.com" in ([services] if isinstance(services, str) else services)
        if trusted and statement["Effect"] == "Allow" and "sts:AssumeRole" in statement["Action"]:
            return True
    return False


async def call_service(
    api: Api, role_arn: str, region: str, service: str, operation: str, parameters: dict[str, Any]
) -> tuple[int, Any]:
    """The status and the answer of a service of AWS, called with the rights of the role."""
    import botocore.exceptions

    def call() -> tuple[int, Any]:
        client = _client(api.account, role_arn, region, service)
        try:
            answer = getattr(client, operation)(**parameters)
        except botocore.exceptions.ParamValidationError as error:
            return 400, {"message": str(error)}
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return status, {"message": error.response["Error"]["Message"], "__type": error.response["Error"]["Code"]}
        metadata = answer.pop("ResponseMetadata")
        return metadata["HTTPStatusCode"], json.loads(json.dumps(answer, default=lambda moment: moment.timestamp()))

    return await in_thread(call)  # type: ignore[no-any-return]


async def invoke(api: Api, role_arn: str, function: Function, event: dict[str, Any], timeout: float) -> Invocation:
    """``backplane.invoke`` with the rights of the role, which has to be allowed to."""
    import botocore.exceptions

    def call() -> Invocation:
        client = _client(api.account, role_arn, function.arn.split(":")[3], "lambda")
        try:
            answer = client.invoke(FunctionName=function.arn, Payload=json.dumps(event).encode())
        except botocore.exceptions.ClientError as error:
            return Invocation(error=f"{role_arn} may not, or cannot, invoke {function.arn}: {error}")
        payload = json.loads(answer["Payload"].read() or b"null")
        return Invocation(error=str(payload)) if "FunctionError" in answer else Invocation(payload)

    return await asyncio.wait_for(in_thread(call), timeout if function.timeout >= timeout else None)


@functools.lru_cache(maxsize=128)
def _client(account: str, role_arn: str, region: str, service: str) -> Any:
    """With the session that MiniStack gives to a function with this role, which its IAM then judges."""
    import boto3
    from botocore.config import Config

    credentials = lambda_runtime.execution_credentials(
        {
            "FunctionArn": f"arn:aws:lambda:{region}:{account}:function:apigateway",
            "FunctionName": "apigateway",
            "Role": role_arn,
        }
    )
    session = boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=credentials["AWS_SESSION_TOKEN"] or None,
        region_name=region,
    )
    config = Config(proxies={}, retries={"total_max_attempts": 1}, inject_host_prefix=False)
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    return session.client(cast("Any", service), endpoint_url=endpoint, config=config)
