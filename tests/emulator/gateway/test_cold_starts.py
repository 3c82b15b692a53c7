"""What a function's process begins with."""

from .conftest import Builder

SEEN = """
import sys
before = sorted(name for name in sys.modules if name.partition('.')[0] in ('boto3', 'botocore'))
def handler(event, context):
    import boto3
    from botocore.awsrequest import AWSResponse
    client, headers = boto3.client('sts'), []
    def refuse(request, **_):
        headers.append(request.headers.get('X-Ministack-Invoke-Depth', b'none').decode())
        raise RuntimeError('not sent')
    client.meta.events.register('before-send', refuse)
    try:
        client.get_caller_identity()
    except RuntimeError:
        pass
    return {'before': before, 'headers': headers}
"""


def test_a_function_begins_without_botocore_and_its_calls_say_how_deep_they_are(api: Builder) -> None:
    api.lambda_route("GET /a", SEEN)

    assert api.event("/a") == {"before": [], "headers": ["0"]}
