"""The region, the account and the partition of the program."""

from ..aws import PARTITION, Aws
from .handler import Function, Inputs, Outputs


def _region(aws: Aws, arguments: Inputs) -> Outputs:
    return {
        "id": aws.region,
        "name": aws.region,
        "region": aws.region,
        "description": aws.region,
        "endpoint": f"ec2.{aws.region}.amazonaws.com",
    }


def _caller_identity(aws: Aws, arguments: Inputs) -> Outputs:
    caller = aws.sts.get_caller_identity()
    return {
        "id": caller["Account"],
        "accountId": caller["Account"],
        "arn": caller["Arn"],
        "userId": caller["UserId"],
    }


def _partition(aws: Aws, arguments: Inputs) -> Outputs:
    return {
        "id": PARTITION,
        "partition": PARTITION,
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


GET_REGION = Function(_region)
GET_CALLER_IDENTITY = Function(_caller_identity)
GET_PARTITION = Function(_partition)
