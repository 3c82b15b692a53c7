"""SSM parameters."""

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request, update_tags

_PARAMETER = ("allowedPattern", "description", "keyId", "name", "tier", "type")


def _put(aws: Aws, inputs: Inputs, *, overwrite: bool) -> Outputs:
    ssm = aws.client("ssm")
    value = inputs["insecureValue"] if inputs["value"] is None else inputs["value"]
    # DataType cannot be changed, and tags are accepted only when the parameter is new.
    new = {} if overwrite else {**request(inputs, "dataType"), "Tags": key_value_tags(inputs["tags"])}
    ssm.put_parameter(Value=value, Overwrite=overwrite, **request(inputs, *_PARAMETER), **new)
    found = ssm.get_parameter(Name=inputs["name"])["Parameter"]
    return {
        "arn": found["ARN"],
        "dataType": found.get("DataType", "text"),
        "tier": inputs["tier"] or "Standard",
        "version": found["Version"],
        "value" if inputs["insecureValue"] is None else "insecureValue": value,
    }


def _create(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    outputs = _put(aws, inputs, overwrite=bool(inputs["overwrite"]))
    if inputs["overwrite"] and inputs["tags"]:
        _tag(aws, inputs["name"], inputs["tags"])
    return inputs["name"], outputs


def _tag(aws: Aws, name: str, tags: dict[str, str]) -> None:
    aws.client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=key_value_tags(tags))


def _update(aws: Aws, parameter: Deployed, new: Inputs) -> Outputs:
    untagged = ({key: value for key, value in inputs.items() if key != "tags"} for inputs in (parameter.inputs, new))
    outputs = {} if len({repr(sorted(inputs.items())) for inputs in untagged}) == 1 else _put(aws, new, overwrite=True)
    ssm = aws.client("ssm")
    update_tags(
        parameter,
        new,
        lambda tags: _tag(aws, parameter.id, tags),
        lambda keys: ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=parameter.id, TagKeys=keys),
    )
    return outputs


PARAMETER = Handler(
    create=_create,
    update=_update,
    delete=lambda aws, parameter: aws.client("ssm").delete_parameter(Name=parameter.id),
    inputs=frozenset({"name", "type"}),
    replace_on=frozenset({"dataType", "name"}),
    defaults={
        "allowedPattern": None,
        "dataType": None,
        "description": "",
        "insecureValue": None,
        "keyId": None,
        "overwrite": None,
        "tags": {},
        "tier": None,
        "value": None,
    },
    auto_name="name",
)
