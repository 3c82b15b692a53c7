"""KMS: keys and their replicas, aliases, key policies, and reading public keys."""

import json
from base64 import b64encode
from typing import Any

from ..aws import Aws
from .handler import Deployed, Function, Handler, Inputs, Outputs, again, request, update_tags


def _tags(tags: dict[str, str]) -> list[Any]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


def _policy(aws: Aws, key_id: str) -> str:
    return aws.kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]


def _create_key(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "bypassPolicyLockoutSafetyCheck", "description", "keyUsage", "multiRegion", "policy")
    parameters["KeySpec"] = inputs["customerMasterKeySpec"]
    key = aws.kms.create_key(Tags=_tags(inputs["tags"]), **parameters)["KeyMetadata"]
    if not inputs["isEnabled"]:
        aws.kms.disable_key(KeyId=key["KeyId"])
    return key["KeyId"], {"arn": key["Arn"], "keyId": key["KeyId"], "policy": _policy(aws, key["KeyId"])}


def _update_key(aws: Aws, key: Deployed, new: Inputs) -> Outputs:
    aws.kms.update_key_description(KeyId=key.id, Description=new["description"])
    if new["policy"] not in (None, key.inputs["policy"]):
        aws.kms.put_key_policy(KeyId=key.id, PolicyName="default", Policy=new["policy"])
    enabled = new["isEnabled"] if "isEnabled" in new else new["enabled"]  # the two types have different names for it
    change = aws.kms.enable_key if enabled else aws.kms.disable_key
    change(KeyId=key.id)
    update_tags(
        key,
        new,
        lambda tags: aws.kms.tag_resource(KeyId=key.id, Tags=_tags(tags)),
        lambda keys: aws.kms.untag_resource(KeyId=key.id, TagKeys=keys),
    )
    return {"policy": _policy(aws, key.id)}


def _delete_key(aws: Aws, key: Deployed) -> None:
    aws.kms.schedule_key_deletion(KeyId=key.id, PendingWindowInDays=key.inputs["deletionWindowInDays"])


KEY = Handler(
    create=_create_key,
    update=_update_key,
    delete=_delete_key,
    replace_on=frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"}),
    defaults={
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "deletionWindowInDays": 30,
        "description": "",
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
        "multiRegion": False,
        "policy": None,
        "tags": {},
    },
)


def _create_replica(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    """A replica is requested in the region of its primary key, which is part of the primary's ARN."""
    primary = inputs["primaryKeyArn"]
    parameters = request(inputs, "bypassPolicyLockoutSafetyCheck", "description", "policy")
    key = aws.in_region(primary.split(":")[3]).kms.replicate_key(
        KeyId=primary, ReplicaRegion=aws.region, Tags=_tags(inputs["tags"]), **parameters
    )["ReplicaKeyMetadata"]
    if not inputs["enabled"]:
        aws.kms.disable_key(KeyId=key["KeyId"])
    return key["KeyId"], {
        "arn": key["Arn"],
        "keyId": key["KeyId"],
        "keySpec": key["KeySpec"],
        "keyUsage": key["KeyUsage"],
        "keyRotationEnabled": False,
        "policy": _policy(aws, key["KeyId"]),
    }


REPLICA_KEY = Handler(
    create=_create_replica,
    update=_update_key,
    delete=_delete_key,
    inputs=frozenset({"primaryKeyArn"}),
    replace_on=frozenset({"primaryKeyArn"}),
    defaults={
        "bypassPolicyLockoutSafetyCheck": False,
        "deletionWindowInDays": 30,
        "description": "",
        "enabled": True,
        "policy": None,
        "tags": {},
    },
)


def _create_alias(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.kms.create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
    return inputs["name"], _alias_outputs(aws, inputs)


def _update_alias(aws: Aws, alias: Deployed, new: Inputs) -> Outputs:
    aws.kms.update_alias(AliasName=alias.id, TargetKeyId=new["targetKeyId"])
    return _alias_outputs(aws, new)


def _alias_outputs(aws: Aws, inputs: Inputs) -> Outputs:
    key = aws.kms.describe_key(KeyId=inputs["targetKeyId"])["KeyMetadata"]
    return {"arn": aws.arn("kms", inputs["name"]), "targetKeyArn": key["Arn"], "targetKeyId": key["KeyId"]}


ALIAS = Handler(
    create=_create_alias,
    update=_update_alias,
    delete=lambda aws, alias: aws.kms.delete_alias(AliasName=alias.id),
    inputs=frozenset({"name", "targetKeyId"}),
    replace_on=frozenset({"name"}),
    auto_name="name",
    auto_name_prefix="alias/",
)


def _put_policy(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "bypassPolicyLockoutSafetyCheck", "keyId", "policy")
    aws.kms.put_key_policy(PolicyName="default", **parameters)
    return inputs["keyId"], {}


def _delete_policy(aws: Aws, policy: Deployed) -> None:
    """A key always has a policy: like the AWS provider, this restores KMS's default key policy."""
    root = {"AWS": f"arn:aws:iam::{aws.account}:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.kms.put_key_policy(KeyId=policy.id, PolicyName="default", Policy=document)


KEY_POLICY = Handler(
    create=_put_policy,
    update=again(_put_policy),
    delete=_delete_policy,
    inputs=frozenset({"keyId", "policy"}),
    replace_on=frozenset({"keyId"}),
    defaults={"bypassPolicyLockoutSafetyCheck": False},
)


def _get_public_key(aws: Aws, arguments: Inputs) -> Outputs:
    found = aws.kms.get_public_key(KeyId=arguments["keyId"])
    body = b64encode(found["PublicKey"]).decode()
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return {
        "id": found["KeyId"],
        "arn": found["KeyId"],
        "keyId": arguments["keyId"],
        "customerMasterKeySpec": found["KeySpec"],
        "keyUsage": found["KeyUsage"],
        "encryptionAlgorithms": found.get("EncryptionAlgorithms", []),
        "signingAlgorithms": found.get("SigningAlgorithms", []),
        "publicKey": body,
        "publicKeyPem": "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]),
        "region": aws.region,
    }


GET_PUBLIC_KEY = Function(_get_public_key, frozenset({"keyId"}))
