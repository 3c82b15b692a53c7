"""Functions and IAM: Lambda developer guide, lambda-intro-execution-role, access-control-resource-based, and
monitoring-cloudwatchlogs."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError

from emulator.archives import freeze
from emulator.aws import Aws
from emulator.server import MiniStack

from ..principals import client_of, document, new_role, session_of

READS_A_KEY = """
import boto3, botocore.exceptions
def handler(event, context):
    try:
        return boto3.client("kms").get_public_key(KeyId=event)["KeySpec"]
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
"""
WRITES = "def handler(event, context): print(event)"


@pytest.fixture(scope="module")
def aws(ministack: MiniStack) -> Aws:
    return ministack.region("eu-west-1")


@pytest.fixture
def function(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Makes a function whose role may do some actions. Returns its name, which is that of its role as well."""
    with ExitStack() as cleanup:

        def make(code: str, *actions: str) -> str:
            name = f"iam-{len(actions)}-{request.node.name}"[:64]
            role = new_role(aws.iam, name, "lambda.amazonaws.com", *actions)
            archive = freeze({"code": pulumi.AssetArchive({"app.py": pulumi.StringAsset(code)})})["code"]
            aws.lambda_.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Handler="app.handler",
                Role=role,
                Code={"ZipFile": archive.pack()},
            )
            cleanup.callback(aws.lambda_.delete_function, FunctionName=name)
            return name

        yield make


def _invoke(client: Any, name: str, event: object = None) -> Any:
    return json.loads(client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"].read())


def test_a_function_reads_a_public_key_with_the_permission_of_its_role_only(
    aws: Aws, function: Callable[..., str]
) -> None:
    key = aws.kms.create_key(KeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]

    assert _invoke(aws.lambda_, function(READS_A_KEY, "kms:GetPublicKey"), key) == "ECC_NIST_P384"
    assert _invoke(aws.lambda_, function(READS_A_KEY), key) == "AccessDeniedException"


def test_a_function_writes_its_log_with_the_permissions_of_its_role_only(
    aws: Aws, function: Callable[..., str]
) -> None:
    name = function(WRITES)
    group = f"/aws/lambda/{name}"
    found = []
    actions: list[str] = []
    for action in ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"):
        actions.append(action)
        allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        aws.iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=document(allow))
        _invoke(aws.lambda_, name, f"allowed {action}")
        found.append(len(aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]))

    assert found == [0, 0, 1]
    lines = [event["message"] for event in aws.logs.filter_log_events(logGroupName=group)["events"]]
    assert [line for line in lines if line.startswith("allowed")] == ["allowed logs:PutLogEvents"]


def test_a_log_group_that_is_there_needs_no_permission_to_create_it(aws: Aws, function: Callable[..., str]) -> None:
    name = function(WRITES)
    group = f"/aws/lambda/{name}"
    aws.logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{group}:*"
    write = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": arn}
    aws.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(write))

    _invoke(aws.lambda_, name, "hello")
    aws.logs.delete_log_group(logGroupName=group)
    _invoke(aws.lambda_, name, "again")

    assert aws.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


def test_a_function_is_invoked_with_a_permission_in_the_caller_s_or_in_its_own_policy(
    aws: Aws, function: Callable[..., str]
) -> None:
    name = function("def handler(event, context): return event")
    trust = {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole"}
    role = aws.iam.create_role(RoleName="iam-tests-invoker", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    with client_of(aws, "lambda", session_of(aws, role)) as client:
        with pytest.raises(ClientError, match="AccessDenied"):
            _invoke(client, name, "a")
        aws.lambda_.add_permission(FunctionName=name, StatementId="one", Action="lambda:InvokeFunction", Principal=role)
        assert _invoke(client, name, "a") == "a"
