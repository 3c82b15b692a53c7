"""The size of the permissions of routes in the resource policy of a Lambda function, which is limited.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from collections.abc import Iterable

import pulumi

from ..names import route_suffix
from ..route_keys import invocation_path

MAX_POLICY_BYTES = 20 * 1024
"""The maximum for a function, and for each version and alias, which have policies of their own. Lambda's limit is 20480."""

_UNKNOWN_ARN = f"arn:aws:lambda:ap-southeast-1:{'0' * 12}:function:{'f' * 40}"
"""Placeholder for an ARN that is not known yet."""

_API_ID = "a" * 10
_RANDOM_SUFFIX = "-" + "0" * 7


def policy_bytes(name: str, lambda_arn: pulumi.Input[str], route_keys: Iterable[str]) -> int:
    """The size of a policy with only the permissions for these routes of the API ``name``, in Lambda's own form.

    The form is that of ``aws lambda get-policy``; a statement's id is the resource name with Pulumi's suffix. The API is
    assumed to be in the account and region of the function, and a function whose ARN is not known yet to have a name of 40
    characters in a region with a long name. Other permissions, such as for another API, are not included.
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
