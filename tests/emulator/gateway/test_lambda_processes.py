"""What passes between the gateway, or Lambda's Invoke, and the process of a function."""

import json
from typing import Any

import pytest

from emulator.web import Answer

from .conftest import Builder

TALKATIVE = """
import os, sys
sys.stderr.write('i' * 100_000 + '\\n')
def handler(event, context):
    sys.stderr.write('h' * 300_000 + '\\n')
    os.write(1, b'no answer\\n' * 10_000 + b'{"status": 7}\\n[]\\n')
    return {'statusCode': 200, 'body': 'x' * len(event['body'])}
"""
DYING = """
import os
def handler(event, context):
    if event['body'] == 'die':
        os._exit(1)
    return {'statusCode': 200, 'body': str(os.getpid())}
"""
FAILING = "def handler(event, context): raise ValueError('so it goes')"
TOO_SLOW = "import threading\ndef handler(event, context): threading.Event().wait(20)"


class _Function:
    """A function behind ``POST /a``, which is also invoked by itself."""

    def __init__(self, api: Builder, code: str, timeout: int = 3) -> None:
        self._api = api
        self.arn = api.function(code, f"{api.arn}/*/*", timeout=timeout)
        made = api.integration(IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion="2.0")
        api.route("POST /a", made)

    def behind_the_gateway(self, body: str) -> Answer:
        return self._api.send("/a", "POST", body.encode(), **{"Content-Type": "text/plain"})

    def invoked(self, body: str) -> dict[str, Any]:
        payload = json.dumps({"body": body}).encode()
        answer = self._api.aws.lambda_.invoke(FunctionName=self.arn, Payload=payload)
        found: dict[str, Any] = json.loads(answer["Payload"].read())
        return found

    @property
    def log(self) -> list[str]:
        group = f"/aws/lambda/{self.arn.rpartition(':')[2]}"
        events = self._api.aws.logs.filter_log_events(logGroupName=group)["events"]
        return [event["message"].strip() for event in events]


def test_what_a_function_writes_and_what_it_gets_and_answers_may_be_large(api: Builder) -> None:
    function = _Function(api, TALKATIVE)
    body = "b" * 2_000_000

    for _ in range(2):
        assert len(function.behind_the_gateway(body).body) == len(body)
    assert len(function.invoked(body)["body"]) == len(body)
    assert sorted(len(line) for line in function.log if line[0] in "ih") == [100_000, 300_000, 300_000, 300_000]


def test_a_function_whose_process_ends_gets_another_one(api: Builder) -> None:
    function = _Function(api, DYING)

    first = function.behind_the_gateway("live").body.decode()
    assert function.behind_the_gateway("live").body.decode() == first
    assert function.behind_the_gateway("die").status == 500
    second = function.behind_the_gateway("live").body.decode()
    assert function.invoked("die")["errorMessage"] == "Worker process died"
    third = function.invoked("live")["body"]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("code", "message"), [(FAILING, "so it goes"), (TOO_SLOW, "Task timed out after 1.00 seconds")]
)
def test_an_error_of_a_function_is_in_its_log(api: Builder, code: str, message: str) -> None:
    function = _Function(api, code, timeout=1)

    assert function.behind_the_gateway("").status == 500
    assert function.invoked("")["errorMessage"] == message
    assert len([line for line in function.log if line.endswith(message)]) == 2


def test_a_function_that_cannot_be_loaded(api: Builder) -> None:
    function = _Function(api, "raise ValueError('at once')")

    assert function.behind_the_gateway("").status == 500
    assert "at once" in function.invoked("")["errorMessage"]
