"""SNS: topics and their subscriptions."""

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

# Input -> the name of the attribute in SNS. The order is that in which they are set.
_SUBSCRIPTION = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "filterPolicy": "FilterPolicy",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


def _attribute(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _subscribe(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    given = {api: _attribute(inputs[name]) for name, api in _SUBSCRIPTION.items() if inputs[name] is not None}
    arn = aws.client("sns").subscribe(
        Attributes=given,
        ReturnSubscriptionArn=True,
        TopicArn=inputs["topic"],
        **request(inputs, "endpoint", "protocol"),
    )["SubscriptionArn"]
    found = aws.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return arn, {
        "arn": arn,
        "confirmationWasAuthenticated": found.get("ConfirmationWasAuthenticated") == "true",
        "filterPolicyScope": found.get("FilterPolicyScope", ""),
        "ownerId": found["Owner"],
        "pendingConfirmation": found["PendingConfirmation"] == "true",
    }


def _update_subscription(aws: Aws, subscription: Deployed, new: Inputs) -> Outputs:
    for name, api in _SUBSCRIPTION.items():
        if new[name] != subscription.inputs[name]:
            # A filter is removed by one that lets everything through, the others by no value.
            value = {} if new[name] is None else {"AttributeValue": _attribute(new[name])}
            if name == "filterPolicy" and new[name] is None:
                value = {"AttributeValue": "{}"}
            aws.client("sns").set_subscription_attributes(SubscriptionArn=subscription.id, AttributeName=api, **value)
    return {}


SUBSCRIPTION = Handler(
    create=_subscribe,
    update=_update_subscription,
    delete=lambda aws, subscription: aws.client("sns").unsubscribe(SubscriptionArn=subscription.id),
    inputs=frozenset({"endpoint", "protocol", "topic"}),
    replace_on=frozenset({"endpoint", "protocol", "topic"}),
    defaults={**dict.fromkeys(_SUBSCRIPTION), "rawMessageDelivery": False},
)
