"""How much the permissions of routes take of the resource policy of a Lambda function, which is limited.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from collections.abc import Iterable

import pulumi

from ..names import route_suffix
from ..route_keys import invocation_path

MAX_POLICY_BYTES = 20 * 1024
"""Of the policy of a function, or of a version or an alias of it: each has its own. Lambda counts to 20480."""

_UNKNOWN_ARN = f"arn:aws:lambda:ap-southeast-1:{'0' * 12}:function:{'f' * 40}"
"""Stands for an ARN that is not known yet."""

_API_ID = "a" * 10
_RANDOM_SUFFIX = "-" + "0" * 7


def policy_bytes(name: str, lambda_arn: pulumi.Input[str], route_keys: Iterable[str]) -> int:
    """The size of a policy of nothing but the permissions for these routes of the API ``name``, as Lambda writes it.

    Its form is that of ``aws lambda get-policy``; a statement's id is the resource name with Pulumi's suffix. The API is
    assumed to be where the function is, and a function whose ARN is not known yet to have a name of 40 characters in a
    region with a long name. Permissions that others gave, as for another API in front of the function, are not in it.
    """
    arn = lambda_arn if isinstance(lambda_arn, str) and lambda_arn.count(":") >= 6 else _UNKNOWN_ARN
    _, partition, _, region, account, *_ = arn.split(":")
    api_arn = f"arn:{partition}:execute-api:{region}:{account}:{_API_ID}"
    statements = [
        {
            "Sid": f"{name}-permission-{route_suffix(route_key)}{_RANDOM_SUFFIX}",
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn,
            "Condition": {"ArnLike": {"AWS:SourceArn": f"{api_arn}/*/{invocation_path(route_key)}"}},
        }
        for route_key in route_keys
    ]
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return len(json.dumps(policy, separators=(",", ":")).encode())
