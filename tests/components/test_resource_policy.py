"""The resource policy of a Lambda function: measured by bytes, as Lambda would write it."""

import json
from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.http_api.resource_policy import MAX_POLICY_BYTES, policy_bytes
from components.testing import Recording

from .example import BACKEND, declare_api

API_ID = "a1b2c3d4e5"


def _routes(count: int, lambda_arn: Any = BACKEND, **integration: Any) -> dict[str, Any]:
    """Routes to one function, with paths of ordinary length."""
    keys = [f"GET /customers/{{customer}}/orders/{{order}}/lines/{number}" for number in range(count)]
    return {key: {"integration": {"lambda_arn": lambda_arn, **integration}} for key in keys}


def _written_by_lambda(recording: Recording, function_arn: str) -> str:
    """The policy of the function, in the form in which ``aws lambda get-policy`` shows it."""
    statements = [
        {
            "Sid": f"{item.name}-1a2b3c4",
            "Effect": "Allow",
            "Principal": {"Service": item.inputs["principal"]},
            "Action": item.inputs["action"],
            "Resource": function_arn,
            "Condition": {
                "ArnLike": {"AWS:SourceArn": item.inputs["sourceArn"].replace("orders-api", API_ID)},
            },
        }
        for item in recording.all("aws:lambda/permission:Permission")
        if item.name.startswith("orders-permission-")
    ]
    return json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements}, separators=(",", ":"))


@pytest.mark.parametrize("arn", [BACKEND, f"{BACKEND}:live"])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_measure_is_that_of_the_permissions(arn: str, count: int) -> None:
    routes = _routes(count, arn)

    policy = _written_by_lambda(declare_api(routes=routes), arn)
    assert policy_bytes("orders", arn, routes) == len(policy.encode())


def test_as_many_routes_as_fit_and_no_more() -> None:
    most = max(count for count in range(1, 100) if policy_bytes("orders", BACKEND, _routes(count)) <= MAX_POLICY_BYTES)

    assert len(_written_by_lambda(declare_api(routes=_routes(most)), BACKEND)) <= 20480
    with pytest.raises(InvalidArgs) as refused:
        declare_api(routes=_routes(most + 1))
    size = policy_bytes("orders", BACKEND, _routes(most + 1))
    assert size > 20480
    assert (
        f"{most + 1} routes invoke this function, and their permissions take {size} bytes of its resource policy"
        in str(refused.value)
    )
    assert (
        "which is limited to 20480: use fewer routes, for example with ANY or {proxy+}, or several functions or aliases"
        in str(refused.value)
    )


def test_short_keys_leave_room_for_more() -> None:
    short = {f"GET /{number}": {"integration": {"lambda_arn": BACKEND}} for number in range(60)}

    declare_api(routes=short)


def test_routes_count_together_though_their_integrations_differ() -> None:
    routes = _routes(70)
    for number, route in enumerate(routes.values()):
        route["integration"] = {"lambda_arn": BACKEND, "timeout_milliseconds": 1000 + number}

    with pytest.raises(InvalidArgs, match="70 routes invoke this function"):
        declare_api(routes=routes)


def test_an_alias_has_a_policy_of_its_own() -> None:
    routes = _routes(80)
    for number, route in enumerate(routes.values()):
        route["integration"] = {"lambda_arn": f"{BACKEND}:{'blue' if number % 2 else 'green'}"}

    declare_api(routes=routes)


def test_a_function_that_is_not_known_yet_is_taken_for_one_with_a_long_name() -> None:
    unknown = pulumi.Output.from_input(BACKEND)

    declare_api(routes=_routes(40, unknown), preview=True)
    with pytest.raises(InvalidArgs, match="70 routes invoke this function"):
        declare_api(routes=_routes(70, unknown))


def test_functions_that_are_not_known_yet_are_told_apart() -> None:
    first, second = (pulumi.Output.from_input(BACKEND) for _ in range(2))
    routes = _routes(80)
    for number, route in enumerate(routes.values()):
        route["integration"] = {"lambda_arn": first if number % 2 else second}

    declare_api(routes=routes)
