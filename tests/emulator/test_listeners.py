"""VPC links, and the setting that says where the listeners behind them are."""

from typing import Any

import pytest

from emulator.errors import ConfigError
from emulator.web import fetch

from .bench import Bench
from .gateway.conftest import Backend, backend

__all__ = ["backend"]

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/orders/50dc6c49/f2f7dc8e"
PROGRAM = f"""
link = aws.apigatewayv2.VpcLink("link", subnet_ids=["subnet-1"], security_group_ids=[], name="NAME", tags={{"TAG": "1"}})
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "integration", api_id=api.id, integration_type="HTTP_PROXY", integration_method="ANY", connection_type="VPC_LINK",
    connection_id=link.id, integration_uri="{LISTENER}")
target = integration.id.apply("integrations/{{}}".format)
aws.apigatewayv2.Route("route", api_id=api.id, route_key="$default", target=target)
aws.apigatewayv2.Stage("stage", api_id=api.id, name="$default", auto_deploy=True)
pulumi.export("endpoint", api.api_endpoint)
"""


def test_a_stack_says_where_a_listener_is(bench: Bench, backend: Backend) -> None:
    setting: dict[str, Any] = {"emulator:listeners": {LISTENER: backend.url}}
    outputs = bench.up(PROGRAM, **setting)
    assert fetch(outputs["endpoint"] + "/orders").status == 200

    bench.up(PROGRAM)
    assert fetch(outputs["endpoint"] + "/orders").status == 501


def test_a_vpc_link_is_updated_in_place(bench: Bench) -> None:
    bench.up(PROGRAM)
    link = bench.resource("link").id
    bench.up(PROGRAM.replace("NAME", "new").replace("TAG", "other"))

    assert bench.actions == [("update", "link")]
    found = bench.deployment.aws.apigatewayv2.get_vpc_link(VpcLinkId=link)
    assert (found["Name"], found["Tags"], found["VpcLinkStatus"]) == ("new", {"other": "1"}, "AVAILABLE")
    assert [each["VpcLinkId"] for each in bench.deployment.aws.apigatewayv2.get_vpc_links()["Items"]] == [link]


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        (["x"], "must map ARNs of listeners to URLs"),
        ({"orders": "http://127.0.0.1"}, "'orders' is neither the ARN of a listener"),
        ({LISTENER: "http://127.0.0.1/orders"}, "must be a URL without a path"),
        ({LISTENER: 8080}, "must be a URL without a path"),
    ],
)
def test_what_is_wrong_in_the_setting_is_said(bench: Bench, setting: object, fault: str) -> None:
    wrong: dict[str, Any] = {"emulator:listeners": setting}
    with pytest.raises(ConfigError, match=fault):
        bench.up(PROGRAM, **wrong)
    assert bench.actions == []
