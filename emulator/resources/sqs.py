"""SQS queues, as targets of AWS-service integrations."""

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, update_tags

# Input -> the name of the attribute in SQS.
_ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redrivePolicy": "RedrivePolicy",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}


def _attributes(inputs: Inputs) -> dict[str, str]:
    """SQS requires every attribute as a string."""
    return {attribute: str(inputs[name]) for name, attribute in _ATTRIBUTES.items() if name in inputs}


def _create_queue(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=inputs["name"], Attributes=_attributes(inputs), tags=inputs["tags"])["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, {"arn": found["QueueArn"], "url": url}


def _update_queue(aws: Aws, queue: Deployed, new: Inputs) -> Outputs:
    sqs = aws.client("sqs")
    sqs.set_queue_attributes(QueueUrl=queue.id, Attributes=_attributes(new))
    update_tags(
        queue,
        new,
        lambda tags: sqs.tag_queue(QueueUrl=queue.id, Tags=tags),
        lambda keys: sqs.untag_queue(QueueUrl=queue.id, TagKeys=keys),
    )
    return {}


QUEUE = Handler(
    create=_create_queue,
    update=_update_queue,
    delete=lambda aws, queue: aws.client("sqs").delete_queue(QueueUrl=queue.id),
    inputs=frozenset({"name", "policy", "redrivePolicy"}),
    replace_on=frozenset({"name"}),
    defaults={
        "delaySeconds": 0,
        "maxMessageSize": 262144,
        "messageRetentionSeconds": 345600,
        "receiveWaitTimeSeconds": 0,
        "tags": {},
        "visibilityTimeoutSeconds": 30,
    },
    auto_name="name",
)
