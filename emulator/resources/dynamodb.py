"""DynamoDB tables."""

from collections.abc import Mapping
from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, pascal, request, update_tags

# UpdateTable changes one of these at a time.
_SETTINGS = (
    ("BillingMode", "ProvisionedThroughput"),
    ("StreamSpecification",),
    ("SSESpecification",),
    ("TableClass",),
    ("DeletionProtectionEnabled",),
)


def _key_schema(hash_key: str, range_key: str | None) -> list[Any]:
    keys = {"HASH": hash_key, "RANGE": range_key}
    return [{"AttributeName": name, "KeyType": kind} for kind, name in keys.items() if name]


def _throughput(given: Mapping[str, Any], billing_mode: str) -> dict[str, Any]:
    if billing_mode == "PAY_PER_REQUEST":
        return {}
    if not (given.get("readCapacity") and given.get("writeCapacity")):
        raise ValueError(
            "billingMode PROVISIONED, the default, needs readCapacity and writeCapacity; or write PAY_PER_REQUEST"
        )
    units = {"ReadCapacityUnits": given["readCapacity"], "WriteCapacityUnits": given["writeCapacity"]}
    return {"ProvisionedThroughput": units}


_INDEX = {"hashKey", "name", "nonKeyAttributes", "projectionType", "rangeKey", "readCapacity", "writeCapacity"}


def _index(given: Inputs, hash_key: str) -> dict[str, Any]:
    if unknown := sorted(given.keys() - _INDEX):
        raise ValueError(f"the index {given['name']} has {', '.join(unknown)}, which the emulator does not support")
    return {
        "IndexName": given["name"],
        "KeySchema": _key_schema(hash_key, given.get("rangeKey")),
        "Projection": request(given, "nonKeyAttributes", "projectionType"),
    }


def _global_indexes(inputs: Inputs) -> dict[str, dict[str, Any]]:
    """By name."""
    return {
        index["name"]: {**_index(index, index["hashKey"]), **_throughput(index, inputs["billingMode"])}
        for index in inputs["globalSecondaryIndexes"]
    }


def _settings(inputs: Inputs) -> dict[str, Any]:
    stream: dict[str, Any] = {"StreamEnabled": bool(inputs["streamEnabled"])}
    if inputs["streamEnabled"]:
        stream["StreamViewType"] = inputs["streamViewType"]
    encryption = inputs["serverSideEncryption"]
    key = {"SSEType": "KMS", "KMSMasterKeyId": encryption["kmsKeyArn"]} if encryption.get("kmsKeyArn") else {}
    return {
        **request(inputs, "billingMode", "deletionProtectionEnabled", "tableClass"),
        **_throughput(inputs, inputs["billingMode"]),
        "StreamSpecification": stream,
        "SSESpecification": {"Enabled": encryption.get("enabled", False), **key},
    }


def _attributes(inputs: Inputs) -> list[Any]:
    return [{"AttributeName": item["name"], "AttributeType": item["type"]} for item in inputs["attributes"]]


def _create_table(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    indexes = {
        "GlobalSecondaryIndexes": list(_global_indexes(inputs).values()),
        "LocalSecondaryIndexes": [_index(index, inputs["hashKey"]) for index in inputs["localSecondaryIndexes"]],
    }
    aws.client("dynamodb").create_table(
        TableName=inputs["name"],
        AttributeDefinitions=_attributes(inputs),
        KeySchema=_key_schema(inputs["hashKey"], inputs["rangeKey"]),
        Tags=key_value_tags(inputs["tags"]),
        **{name: given for name, given in indexes.items() if given},
        **_settings(inputs),
    )
    _set_ttl(aws, inputs, {})
    _set_recovery(aws, inputs, {})
    return inputs["name"], _outputs(aws, inputs["name"])


def _update_table(aws: Aws, table: Deployed, new: Inputs) -> Outputs:
    dynamodb = aws.client("dynamodb")
    before, after = _settings(table.inputs), _settings(new)
    for names in _SETTINGS:
        if any(before.get(name) != after.get(name) for name in names):
            dynamodb.update_table(TableName=table.id, **{name: after[name] for name in names if name in after})
    old_indexes, indexes = _global_indexes(table.inputs), _global_indexes(new)
    dropped = [{"Delete": {"IndexName": name}} for name in old_indexes if old_indexes[name] != indexes.get(name)]
    added = [{"Create": index} for name, index in indexes.items() if index != old_indexes.get(name)]
    for change in (*dropped, *added):
        dynamodb.update_table(
            TableName=table.id, AttributeDefinitions=_attributes(new), GlobalSecondaryIndexUpdates=[change]
        )
    _set_ttl(aws, new, table.inputs)
    _set_recovery(aws, new, table.inputs)
    arn = table.outputs["arn"]
    update_tags(
        table,
        new,
        lambda tags: dynamodb.tag_resource(ResourceArn=arn, Tags=key_value_tags(tags)),
        lambda keys: dynamodb.untag_resource(ResourceArn=arn, TagKeys=keys),
    )
    return _outputs(aws, table.id)


def _set_ttl(aws: Aws, inputs: Inputs, before: Mapping[str, Any]) -> None:
    """Removing the input disables it, on the attribute that had it."""
    old, new = before.get("ttl") or {}, inputs["ttl"]
    if old.get("enabled", False) != new.get("enabled", False):
        specification = {"AttributeName": (new or old)["attributeName"], "Enabled": new.get("enabled", False)}
        aws.client("dynamodb").update_time_to_live(TableName=inputs["name"], TimeToLiveSpecification=specification)


def _set_recovery(aws: Aws, inputs: Inputs, before: Mapping[str, Any]) -> None:
    enabled = inputs["pointInTimeRecovery"].get("enabled", False)
    if enabled != (before.get("pointInTimeRecovery") or {}).get("enabled", False):
        specification: dict[str, Any] = {"PointInTimeRecoveryEnabled": enabled}
        specification.update(pascal({k: v for k, v in inputs["pointInTimeRecovery"].items() if k != "enabled"}))
        aws.client("dynamodb").update_continuous_backups(
            TableName=inputs["name"], PointInTimeRecoverySpecification=specification
        )


def _outputs(aws: Aws, name: str) -> Outputs:
    found = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    return {
        "arn": found["TableArn"],
        "streamArn": found.get("LatestStreamArn", ""),
        "streamLabel": found.get("LatestStreamLabel", ""),
    }


TABLE = Handler(
    create=_create_table,
    update=_update_table,
    delete=lambda aws, table: aws.client("dynamodb").delete_table(TableName=table.id),
    inputs=frozenset({"hashKey", "name"}),
    replace_on=frozenset({"hashKey", "localSecondaryIndexes", "name", "rangeKey"}),
    defaults={
        "attributes": [],
        "billingMode": "PROVISIONED",
        "deletionProtectionEnabled": False,
        "globalSecondaryIndexes": [],
        "localSecondaryIndexes": [],
        "pointInTimeRecovery": {},
        "rangeKey": None,
        "readCapacity": None,
        "serverSideEncryption": {},
        "streamEnabled": False,
        "streamViewType": None,
        "tableClass": "STANDARD",
        "tags": {},
        "ttl": {},
        "writeCapacity": None,
    },
    auto_name="name",
)
