"""Principals of the emulated account other than its root user, and clients with their credentials."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

from emulator.aws import ROOT_CREDENTIAL, Aws

ROOT = {"aws_access_key_id": ROOT_CREDENTIAL, "aws_secret_access_key": ROOT_CREDENTIAL}


def document(*statements: dict[str, Any]) -> str:
    """A policy with these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def new_role(iam: Any, name: str, service: str, *actions: str) -> str:
    """The ARN of a role that ``service`` may assume, and that may do ``actions`` with everything."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    if actions:
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=document(allow))
    return arn


def session_of(aws: Aws, role: str) -> dict[str, str]:
    """The credentials of a session of ``role``, which the account must be trusted to assume."""
    made = aws.sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    return {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }


@contextmanager
def client_of(aws: Aws, service: str, credentials: dict[str, str] = ROOT, *, checked: bool = True) -> Iterator[Any]:
    """A client of ``service`` with these credentials; with ``checked=False``, one that sends whatever it is given."""
    make: Any = boto3.Session(region_name=aws.region).client  # the stubs list the services as literals
    config = Config(proxies={}, retries={"total_max_attempts": 1}, parameter_validation=checked)
    client = make(service, endpoint_url=aws.endpoint, config=config, **credentials)
    try:
        yield client
    finally:
        client.close()
