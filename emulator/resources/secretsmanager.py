"""Secrets Manager: secrets and their values."""

from base64 import b64decode

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request, update_tags


def _create_secret(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    arn = aws.client("secretsmanager").create_secret(
        Tags=key_value_tags(inputs["tags"]), **request(inputs, "description", "kmsKeyId", "name")
    )["ARN"]
    _set_policy(aws, arn, inputs["policy"])
    return arn, {"arn": arn}


def _set_policy(aws: Aws, arn: str, policy: str | None) -> None:
    if policy:
        aws.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=policy)


def _update_secret(aws: Aws, secret: Deployed, new: Inputs) -> Outputs:
    secrets = aws.client("secretsmanager")
    if any(new[name] != secret.inputs[name] for name in ("description", "kmsKeyId")):
        secrets.update_secret(SecretId=secret.id, **request(new, "description", "kmsKeyId"))
    _set_policy(aws, secret.id, new["policy"])
    if secret.inputs["policy"] and not new["policy"]:
        secrets.delete_resource_policy(SecretId=secret.id)
    update_tags(
        secret,
        new,
        lambda tags: secrets.tag_resource(SecretId=secret.id, Tags=key_value_tags(tags)),
        lambda keys: secrets.untag_resource(SecretId=secret.id, TagKeys=keys),
    )
    return {}


def _delete_secret(aws: Aws, secret: Deployed) -> None:
    """Its name stays taken during the recovery window, as on AWS; with a window of 0 it is free at once."""
    days = secret.inputs["recoveryWindowInDays"]
    how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    aws.client("secretsmanager").delete_secret(SecretId=secret.id, **how)


SECRET = Handler(
    create=_create_secret,
    update=_update_secret,
    delete=_delete_secret,
    inputs=frozenset({"name"}),
    replace_on=frozenset({"name"}),
    defaults={"description": "", "kmsKeyId": None, "policy": None, "recoveryWindowInDays": 30, "tags": {}},
    auto_name="name",
)


def _put_value(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    value = request(inputs, "secretId", "secretString")
    if inputs["secretBinary"]:
        value["SecretBinary"] = b64decode(inputs["secretBinary"])
    answer = aws.client("secretsmanager").put_secret_value(**value)
    return f"{inputs['secretId']}|{answer['VersionId']}", {
        "arn": answer["ARN"],
        "secretArn": answer["ARN"],
        "versionId": answer["VersionId"],
        "versionStages": answer["VersionStages"],
    }


SECRET_VERSION = Handler(
    create=_put_value,
    delete=lambda aws, version: None,  # a secret keeps its current version until it has another one, or goes
    inputs=frozenset({"secretId"}),
    defaults={"secretBinary": None, "secretString": None},
)
