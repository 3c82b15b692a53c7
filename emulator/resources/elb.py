"""Elastic Load Balancing: load balancers, target groups and their targets, listeners and their rules."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, pascal, request, update_tags


def _retagged(aws: Aws, resource: Deployed, new: Inputs) -> None:
    client = aws.client("elbv2")
    update_tags(
        resource,
        new,
        lambda tags: client.add_tags(ResourceArns=[resource.id], Tags=key_value_tags(tags)),
        lambda keys: client.remove_tags(ResourceArns=[resource.id], TagKeys=keys),
    )


def _tags(inputs: Inputs) -> dict[str, Any]:
    return {"Tags": key_value_tags(inputs["tags"])} if inputs["tags"] else {}


def _create_balancer(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    made = aws.client("elbv2").create_load_balancer(
        Type=inputs["loadBalancerType"],
        Scheme="internal" if inputs["internal"] else "internet-facing",
        **request(inputs, "name", "securityGroups", "subnets"),
        **_tags(inputs),
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    outputs = {"dnsName": made["DNSName"], "zoneId": made.get("CanonicalHostedZoneId", "Z32O12XQLNTSW2")}
    return arn, {"arn": arn, "arnSuffix": arn.partition(":loadbalancer/")[2], "vpcId": made["VpcId"], **outputs}


def _update_balancer(aws: Aws, balancer: Deployed, new: Inputs) -> Outputs:
    client = aws.client("elbv2")
    if new["securityGroups"] != balancer.inputs["securityGroups"]:
        client.set_security_groups(LoadBalancerArn=balancer.id, SecurityGroups=new["securityGroups"])
    if new["subnets"] != balancer.inputs["subnets"]:
        client.set_subnets(LoadBalancerArn=balancer.id, Subnets=new["subnets"])
    _retagged(aws, balancer, new)
    return {}


LOAD_BALANCER = Handler(
    create=_create_balancer,
    update=_update_balancer,
    delete=lambda aws, balancer: aws.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer.id),
    inputs=frozenset({"name"}),
    replace_on=frozenset({"internal", "loadBalancerType", "name"}),
    defaults={"internal": False, "loadBalancerType": "application", "securityGroups": [], "subnets": [], "tags": {}},
    auto_name="name",
)


def _health_check(inputs: Inputs) -> dict[str, Any]:
    given = dict(inputs["healthCheck"] or {})
    matcher = {"Matcher": {"HttpCode": given.pop("matcher")}} if "matcher" in given else {}
    names = {
        "healthyThreshold": "HealthyThresholdCount",
        "interval": "HealthCheckIntervalSeconds",
        "timeout": "HealthCheckTimeoutSeconds",
        "unhealthyThreshold": "UnhealthyThresholdCount",
    }
    return {
        names.get(name, f"HealthCheck{name[0].upper()}{name[1:]}"): value for name, value in given.items()
    } | matcher


def _create_group(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    made = aws.client("elbv2").create_target_group(
        **request(inputs, "name", "port", "protocol", "targetType", "vpcId"), **_health_check(inputs), **_tags(inputs)
    )["TargetGroups"][0]
    arn = made["TargetGroupArn"]
    return arn, {"arn": arn, "arnSuffix": "targetgroup/" + arn.partition(":targetgroup/")[2]}


def _update_group(aws: Aws, group: Deployed, new: Inputs) -> Outputs:
    if new["healthCheck"] != group.inputs["healthCheck"]:
        aws.client("elbv2").modify_target_group(TargetGroupArn=group.id, **_health_check(new))
    _retagged(aws, group, new)
    return {}


TARGET_GROUP = Handler(
    create=_create_group,
    update=_update_group,
    delete=lambda aws, group: aws.client("elbv2").delete_target_group(TargetGroupArn=group.id),
    inputs=frozenset({"name", "port", "protocol", "vpcId"}),
    replace_on=frozenset({"name", "port", "protocol", "targetType", "vpcId"}),
    defaults={"healthCheck": None, "tags": {}, "targetType": "instance"},
    auto_name="name",
)


def _target(inputs: Inputs) -> dict[str, Any]:
    port = {"Port": inputs["port"]} if inputs.get("port") else {}
    return {"TargetGroupArn": inputs["targetGroupArn"], "Targets": [{"Id": inputs["targetId"], **port}]}


def _create_attachment(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.client("elbv2").register_targets(**_target(inputs))
    return f"{inputs['targetGroupArn']}-{inputs['targetId']}", {}


TARGET_GROUP_ATTACHMENT = Handler(
    create=_create_attachment,
    delete=lambda aws, attachment: aws.client("elbv2").deregister_targets(**_target(attachment.inputs)),
    inputs=frozenset({"port", "targetGroupArn", "targetId"}),
)


def _actions(actions: list[dict[str, Any]]) -> list[Any]:
    configured = {"fixedResponse": "FixedResponseConfig", "redirect": "RedirectConfig"}
    return [
        pascal({name: value for name, value in action.items() if name not in configured})
        | {configured[name]: pascal(value) for name, value in action.items() if name in configured}
        for action in actions
    ]


def _listener(inputs: Inputs) -> dict[str, Any]:
    certificate = {"Certificates": [{"CertificateArn": inputs["certificateArn"]}]} if inputs["certificateArn"] else {}
    actions = {"DefaultActions": _actions(inputs["defaultActions"])}
    return request(inputs, "port", "protocol", "sslPolicy") | certificate | actions


def _create_listener(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    made = aws.client("elbv2").create_listener(
        LoadBalancerArn=inputs["loadBalancerArn"], **_listener(inputs), **_tags(inputs)
    )["Listeners"][0]
    return made["ListenerArn"], {"arn": made["ListenerArn"]}


def _update_listener(aws: Aws, listener: Deployed, new: Inputs) -> Outputs:
    aws.client("elbv2").modify_listener(ListenerArn=listener.id, **_listener(new))
    _retagged(aws, listener, new)
    return {}


LISTENER = Handler(
    create=_create_listener,
    update=_update_listener,
    delete=lambda aws, listener: aws.client("elbv2").delete_listener(ListenerArn=listener.id),
    inputs=frozenset({"defaultActions", "loadBalancerArn", "port"}),
    replace_on=frozenset({"loadBalancerArn"}),
    defaults={"certificateArn": None, "protocol": "HTTP", "sslPolicy": None, "tags": {}},
)

_FIELDS = {
    "hostHeader": "host-header",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "pathPattern": "path-pattern",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}


def _rule(inputs: Inputs) -> dict[str, Any]:
    conditions = []
    for condition in inputs["conditions"]:
        for name, value in condition.items():
            config = {"Values": [pascal(each) for each in value]} if name == "queryStrings" else pascal(value)
            kind = "queryString" if name == "queryStrings" else name
            conditions.append({"Field": _FIELDS[name], f"{kind[0].upper()}{kind[1:]}Config": config})
    return {"Conditions": conditions, "Actions": _actions(inputs["actions"])}


def _create_rule(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    made = aws.client("elbv2").create_rule(
        ListenerArn=inputs["listenerArn"], Priority=inputs["priority"], **_rule(inputs), **_tags(inputs)
    )["Rules"][0]
    return made["RuleArn"], {"arn": made["RuleArn"]}


def _update_rule(aws: Aws, rule: Deployed, new: Inputs) -> Outputs:
    aws.client("elbv2").modify_rule(RuleArn=rule.id, **_rule(new))
    _retagged(aws, rule, new)
    return {}


LISTENER_RULE = Handler(
    create=_create_rule,
    update=_update_rule,
    delete=lambda aws, rule: aws.client("elbv2").delete_rule(RuleArn=rule.id),
    inputs=frozenset({"actions", "conditions", "listenerArn", "priority"}),
    replace_on=frozenset({"listenerArn", "priority"}),
    defaults={"tags": {}},
)
