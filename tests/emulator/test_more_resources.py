"""Resources around the API: alarms, dashboards, metrics, topics, queues, domains, key replicas."""

import json
from typing import Any

import pytest

from emulator.server import MiniStack

from .bench import Bench

DOMAIN = """
zone = aws.route53.Zone("zone", name="example.com")
certificate = aws.acm.Certificate(
    "certificate", domain_name="api.example.com", validation_method="DNS", tags={{"stage": "{stage}"}})
option = certificate.domain_validation_options[0]
proof = aws.route53.Record(
    "proof", zone_id=zone.zone_id, name=option.resource_record_name, type=option.resource_record_type,
    records=[option.resource_record_value], ttl=60)
valid = aws.acm.CertificateValidation(
    "valid", certificate_arn=certificate.arn, validation_record_fqdns=[proof.fqdn])
domain = aws.apigatewayv2.DomainName(
    "domain", domain_name="api.example.com", tags={{"stage": "{stage}"}},
    domain_name_configuration={{
        "certificate_arn": valid.certificate_arn, "endpoint_type": "REGIONAL", "security_policy": "TLS_1_2"}})
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
stage = aws.apigatewayv2.Stage("stage", api_id=api.id, name="{stage}", auto_deploy=True)
aws.apigatewayv2.ApiMapping("mapping", api_id=api.id, domain_name=domain.domain_name, stage=stage.name)
target = domain.domain_name_configuration
aws.route53.Record("name", zone_id=zone.zone_id, name="api.example.com", type="A", aliases=[{{
    "name": target.target_domain_name, "zone_id": target.hosted_zone_id, "evaluate_target_health": False}}])
pulumi.export("zone", zone.zone_id)
pulumi.export("target", target.target_domain_name)
"""

MONITORING = """
topic = aws.sns.Topic("topic", name="alarms", display_name="{text}", tags={{"text": "{text}"}})
group = aws.cloudwatch.LogGroup("group")
metric = aws.cloudwatch.LogMetricFilter(
    "metric", log_group_name=group.name, pattern='{{ $.outcome = "{text}" }}',
    metric_transformation={{"name": "Denied", "namespace": "Bench", "value": "1", "default_value": "0"}})
simple = aws.cloudwatch.MetricAlarm(
    "simple", name="simple", namespace="AWS/Lambda", metric_name="Errors", dimensions={{"FunctionName": "f"}},
    statistic="Sum", period=60, evaluation_periods=1, threshold=0.5, comparison_operator="GreaterThanThreshold",
    treat_missing_data="notBreaching", alarm_description="{text}", alarm_actions=[topic.arn], ok_actions=[topic.arn],
    tags={{"text": "{text}"}})
rate = aws.cloudwatch.MetricAlarm(
    "rate", name="rate", evaluation_periods=1, threshold=1, comparison_operator="GreaterThanThreshold",
    metric_queries=[
        {{"id": "rate", "expression": "errors / 60", "label": "{text}", "return_data": True}},
        {{"id": "errors", "metric": {{
            "namespace": "AWS/Lambda", "metric_name": "Errors", "dimensions": {{"FunctionName": "f"}},
            "period": 60, "stat": "Sum"}}}}])
aws.cloudwatch.Dashboard("dashboard", dashboard_name="bench", dashboard_body=json.dumps({{"widgets": [
    {{"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {{"markdown": "{text}"}}}}]}}))
queue = aws.sqs.Queue("queue", name="orders", visibility_timeout_seconds={number}, tags={{"text": "{text}"}})
pulumi.export("queue", queue.url)
pulumi.export("topic", topic.arn)
pulumi.export("group", group.name)
pulumi.export("alarm", simple.arn)
"""


@pytest.mark.parametrize(("text", "number"), [("one", 30), ("two", 60)])
def test_monitoring_arrives_and_is_updated_in_place(bench: Bench, ministack: MiniStack, text: str, number: int) -> None:
    bench.up(MONITORING.format(text="one", number=30))
    outputs = bench.up(MONITORING.format(text=text, number=number))
    assert {action for action, _ in bench.actions} == (set() if text == "one" else {"update"})

    cloudwatch = ministack.client("cloudwatch")
    alarms = {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    simple = alarms["simple"]
    assert simple["AlarmArn"] == outputs["alarm"]
    assert simple["AlarmDescription"] == text
    assert simple["Dimensions"] == [{"Name": "FunctionName", "Value": "f"}]
    assert simple["AlarmActions"] == simple["OKActions"] == [outputs["topic"]]
    assert simple["Threshold"] == 0.5
    assert cloudwatch.list_tags_for_resource(ResourceARN=outputs["alarm"])["Tags"] == [{"Key": "text", "Value": text}]
    assert text in cloudwatch.get_dashboard(DashboardName="bench")["DashboardBody"]

    (metric,) = ministack.region().logs.describe_metric_filters(logGroupName=outputs["group"])["metricFilters"]
    assert metric["filterPattern"] == f'{{ $.outcome = "{text}" }}'
    assert metric["metricTransformations"][0]["metricNamespace"] == "Bench"
    topic = ministack.client("sns").get_topic_attributes(TopicArn=outputs["topic"])["Attributes"]
    assert topic["DisplayName"] == text
    sqs = ministack.client("sqs")
    queue = sqs.get_queue_attributes(QueueUrl=outputs["queue"], AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert queue == {"VisibilityTimeout": str(number)}
    assert sqs.list_queue_tags(QueueUrl=outputs["queue"])["Tags"] == {"text": text}


def test_monitoring_is_deleted(bench: Bench, ministack: MiniStack) -> None:
    bench.up(MONITORING.format(text="one", number=30))
    bench.deployment.destroy()
    assert ministack.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert ministack.client("cloudwatch").list_dashboards()["DashboardEntries"] == []
    assert ministack.client("sns").list_topics()["Topics"] == []
    assert not ministack.client("sqs").list_queues().get("QueueUrls")


def test_metric_queries_are_sent_as_the_api_spells_them(bench: Bench, ministack: MiniStack) -> None:
    """MiniStack accepts them and does not give them back, so this looks at the request."""
    sent: dict[str, Any] = {}
    events = ministack.client("cloudwatch").meta.events
    events.register(
        "provide-client-params.cloudwatch.PutMetricAlarm",
        lambda params, **_: sent.update({params["AlarmName"]: params}),
    )
    bench.up(MONITORING.format(text="one", number=30))
    metric = {
        "Metric": {
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
        },
        "Period": 60,
        "Stat": "Sum",
    }
    assert sent["rate"]["Metrics"] == [
        {"Id": "rate", "Expression": "errors / 60", "Label": "one", "ReturnData": True},
        {"Id": "errors", "MetricStat": metric},
    ]


def test_a_custom_domain_is_mapped_and_named(bench: Bench, ministack: MiniStack) -> None:
    outputs = bench.up(DOMAIN.format(stage="one"))
    gateway = ministack.region().apigatewayv2
    (mapping,) = gateway.get_api_mappings(DomainName="api.example.com")["Items"]
    assert mapping["Stage"] == "one"
    assert gateway.get_domain_name(DomainName="api.example.com")["Tags"] == {"stage": "one"}

    zone = ministack.client("route53").list_resource_record_sets(HostedZoneId=outputs["zone"])
    records = {(item["Name"], item["Type"]): item for item in zone["ResourceRecordSets"]}
    alias = records["api.example.com.", "A"]["AliasTarget"]
    assert alias["DNSName"].rstrip(".") == outputs["target"]

    bench.up(DOMAIN.format(stage="two"))
    (mapping,) = gateway.get_api_mappings(DomainName="api.example.com")["Items"]
    assert mapping["Stage"] == "two"
    assert ("update", "mapping") in bench.actions
    assert ("replace", "stage") in bench.actions
    certificate = bench.resource("certificate").id
    tags = ministack.client("acm").list_tags_for_certificate(CertificateArn=certificate)["Tags"]
    assert tags == [{"Key": "stage", "Value": "two"}]


def test_a_domain_is_deleted(bench: Bench, ministack: MiniStack) -> None:
    bench.up(DOMAIN.format(stage="one"))
    bench.deployment.destroy()
    assert ministack.region().apigatewayv2.get_domain_names()["Items"] == []
    assert ministack.client("route53").list_hosted_zones()["HostedZones"] == []
    assert ministack.client("acm").list_certificates()["CertificateSummaryList"] == []


def test_a_replica_signs_in_its_own_region(bench: Bench, ministack: MiniStack) -> None:
    source = """
    key = aws.kms.Key(
        "key", customer_master_key_spec="ECC_NIST_P256", key_usage="SIGN_VERIFY", multi_region=True)
    replica = aws.kms.ReplicaKey(
        "replica", primary_key_arn=key.arn, region="eu-west-1", description="{0}", deletion_window_in_days=7)
    pulumi.export("keys", [key.key_id, replica.key_id])
    """
    key, replica = bench.up(source.format("one"))["keys"]
    assert key == replica
    bench.up(source.format("two"))
    assert bench.actions == [("update", "replica")]

    here, there = ministack.region().kms, ministack.region("eu-west-1").kms
    assert there.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "two"
    signed = there.sign(KeyId=key, Message=b"hello", SigningAlgorithm="ECDSA_SHA_256")
    verified = here.verify(KeyId=key, Message=b"hello", SigningAlgorithm="ECDSA_SHA_256", Signature=signed["Signature"])
    assert verified["SignatureValid"]
    assert json.loads(there.get_key_policy(KeyId=key)["Policy"])["Statement"]
