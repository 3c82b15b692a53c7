"""SNS topics, as targets of alarms."""

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, key_value_tags, request, update_tags

_ATTRIBUTES = ("displayName", "kmsMasterKeyId", "policy")


def _create_topic(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    arn = aws.client("sns").create_topic(
        Name=inputs["name"], Attributes=request(inputs, *_ATTRIBUTES), Tags=key_value_tags(inputs["tags"])
    )["TopicArn"]
    return arn, {"arn": arn, "owner": aws.account}


def _update_topic(aws: Aws, topic: Deployed, new: Inputs) -> Outputs:
    sns = aws.client("sns")
    for name, value in request(new, *_ATTRIBUTES).items():
        sns.set_topic_attributes(TopicArn=topic.id, AttributeName=name, AttributeValue=value)
    update_tags(
        topic,
        new,
        lambda tags: sns.tag_resource(ResourceArn=topic.id, Tags=key_value_tags(tags)),
        lambda keys: sns.untag_resource(ResourceArn=topic.id, TagKeys=keys),
    )
    return {}


TOPIC = Handler(
    create=_create_topic,
    update=_update_topic,
    delete=lambda aws, topic: aws.client("sns").delete_topic(TopicArn=topic.id),
    inputs=frozenset({"name", "policy"}),
    replace_on=frozenset({"name"}),
    defaults={"displayName": "", "kmsMasterKeyId": "", "tags": {}},
    auto_name="name",
)
