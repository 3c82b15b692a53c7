"""A program with its own load balancer, and an API that reaches it through a VPC link."""

from emulator.web import fetch

from .bench import Bench
from .gateway.conftest import Backend, backend

__all__ = ["backend"]

PROGRAM = """
balancer = aws.lb.LoadBalancer(
    "orders", internal=True, subnets=["subnet-1"], security_groups=["sg-TEXT"], tags={"TEXT": "1"})
group = aws.lb.TargetGroup(
    "orders", port=80, protocol="HTTP", target_type="ip", vpc_id="vpc-1", tags={"TEXT": "1"},
    health_check={"path": "/TEXT", "matcher": "200-299", "interval": 10, "healthy_threshold": 2})
aws.lb.TargetGroupAttachment("orders", target_group_arn=group.arn, target_id="127.0.0.1", port=PORT)
listener = aws.lb.Listener(
    "orders", load_balancer_arn=balancer.arn, port=80, tags={"TEXT": "1"},
    default_actions=[{"type": "fixed-response", "fixed_response": {
        "content_type": "text/plain", "message_body": "TEXT", "status_code": "404"}}])
aws.lb.ListenerRule(
    "orders", listener_arn=listener.arn, priority=1, actions=[{"type": "forward", "target_group_arn": group.arn}],
    conditions=[{"path_pattern": {"values": ["/orders/*"]}},
                {"http_header": {"http_header_name": "X-Text", "values": ["TEXT"]}},
                {"query_strings": [{"key": "q", "value": "1"}]}], tags={"TEXT": "1"})
link = aws.apigatewayv2.VpcLink("link", subnet_ids=["subnet-1"], security_group_ids=[])
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
integration = aws.apigatewayv2.Integration(
    "integration", api_id=api.id, integration_type="HTTP_PROXY", integration_method="ANY", connection_type="VPC_LINK",
    connection_id=link.id, integration_uri=listener.arn)
target = integration.id.apply("integrations/{}".format)
aws.apigatewayv2.Route("route", api_id=api.id, route_key="$default", target=target)
aws.apigatewayv2.Stage("stage", api_id=api.id, name="$default", auto_deploy=True)
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("balancer", balancer.arn)
"""


def test_a_load_balancer_of_the_program(bench: Bench, backend: Backend) -> None:
    program = PROGRAM.replace("PORT", str(backend.server_address[1]))
    endpoint = bench.up(program.replace("TEXT", "one"))["endpoint"]
    assert fetch(endpoint + "/orders/7?q=1", {"X-Text": "one"}).status == 200
    assert [request["path"] for request in backend.requests] == ["/orders/7?q=1"]

    outputs = bench.up(program.replace("TEXT", "two"))
    assert {action for action, _ in bench.actions} == {"update"}
    assert len(bench.actions) == 4
    answer = fetch(endpoint + "/orders/7?q=1", {"X-Text": "one"})
    assert (answer.status, answer.body) == (404, b"two")
    assert fetch(endpoint + "/orders/7?q=1", {"X-Text": "two"}).status == 200
    assert len(backend.requests) == 2

    balancing = bench.deployment.aws.client("elbv2")
    (balancer,) = balancing.describe_load_balancers(LoadBalancerArns=[outputs["balancer"]])["LoadBalancers"]
    assert (balancer["Scheme"], balancer["SecurityGroups"]) == ("internal", ["sg-two"])
    (group,) = balancing.describe_target_groups()["TargetGroups"]
    assert (group["HealthCheckPath"], group["Matcher"], group["HealthyThresholdCount"]) == (
        "/two",
        {"HttpCode": "200-299"},
        2,
    )
    tagged = balancing.describe_tags(ResourceArns=[outputs["balancer"], group["TargetGroupArn"]])["TagDescriptions"]
    assert [each["Tags"] for each in tagged] == [[{"Key": "two", "Value": "1"}]] * 2

    bench.deployment.destroy()
    assert balancing.describe_load_balancers()["LoadBalancers"] == []
