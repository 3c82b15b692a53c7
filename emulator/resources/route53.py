"""Route 53: hosted zones and their records. MiniStack does not answer DNS queries."""

import time
from typing import Any

from ..aws import PARTITION, Aws
from .handler import Deployed, Handler, Inputs, Outputs


def _create_zone(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    answer = aws.client("route53").create_hosted_zone(
        Name=inputs["name"],
        CallerReference=f"kms-jwt-{time.time_ns()}",
        HostedZoneConfig={"Comment": inputs["comment"]},
    )
    zone_id = answer["HostedZone"]["Id"].removeprefix("/hostedzone/")
    servers = answer["DelegationSet"]["NameServers"]
    return zone_id, {
        "arn": f"arn:{PARTITION}:route53:::hostedzone/{zone_id}",
        "zoneId": zone_id,
        "nameServers": servers,
        "primaryNameServer": servers[0],
    }


ZONE = Handler(
    create=_create_zone,
    delete=lambda aws, zone: aws.client("route53").delete_hosted_zone(Id=zone.id),
    inputs=frozenset({"name"}),
    defaults={"comment": "Managed by Pulumi"},
)


def _record(inputs: Inputs) -> dict[str, Any]:
    record: dict[str, Any] = {"Name": inputs["name"], "Type": inputs["type"]}
    if inputs["aliases"]:
        (alias,) = inputs["aliases"]
        record["AliasTarget"] = {
            "HostedZoneId": alias["zoneId"],
            "DNSName": alias["name"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    else:
        record["TTL"] = inputs["ttl"]
        record["ResourceRecords"] = [{"Value": value} for value in inputs["records"]]
    return record


def _change_record(aws: Aws, action: str, inputs: Inputs) -> None:
    change = {"Action": action, "ResourceRecordSet": _record(inputs)}
    aws.client("route53").change_resource_record_sets(HostedZoneId=inputs["zoneId"], ChangeBatch={"Changes": [change]})


def _create_record(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    _change_record(aws, "UPSERT" if inputs["allowOverwrite"] else "CREATE", inputs)
    zone = aws.client("route53").get_hosted_zone(Id=inputs["zoneId"])["HostedZone"]["Name"].rstrip(".")
    name = inputs["name"].rstrip(".")
    fqdn = name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"
    return f"{inputs['zoneId']}_{name}_{inputs['type']}", {"fqdn": fqdn}


def _update_record(aws: Aws, record: Deployed, new: Inputs) -> Outputs:
    _change_record(aws, "UPSERT", new)
    return {}


RECORD = Handler(
    create=_create_record,
    update=_update_record,
    delete=lambda aws, record: _change_record(aws, "DELETE", record.inputs),
    inputs=frozenset({"name", "type", "zoneId"}),
    replace_on=frozenset({"name", "type", "zoneId"}),
    defaults={"aliases": [], "allowOverwrite": False, "records": [], "ttl": None},
)
