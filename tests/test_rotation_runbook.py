"""``docs/rotation.md``: its configurations are accepted, in this order, and its commands exist."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.stub import Stubber

from components import SigningKeysArgs
from components.faults import Faults
from components.kms.generations import Phase, generations
from components.kms.inputs import check_signing_keys

RUNBOOK = (Path(__file__).resolve().parent.parent / "docs" / "rotation.md").read_text(encoding="utf-8")


def _configurations() -> list[SigningKeysArgs]:
    blocks = re.findall(r"^```yaml\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL)
    return [yaml.safe_load(block)["signing_keys"] for block in blocks]


def test_each_step_is_accepted_and_is_what_it_says() -> None:
    phases = []
    for configuration in _configurations():
        faults = Faults("the runbook")
        checked = check_signing_keys(json.loads(json.dumps(configuration)), faults)
        faults.raise_if_any()
        phases.append([generation.phase for generation in generations(checked)])

    assert phases == [
        [Phase.ACTIVE],
        [Phase.ACTIVE, Phase.PUBLISHED],
        [Phase.RETIRING, Phase.ACTIVE],
        [Phase.RETIRED, Phase.ACTIVE],
        [Phase.ACTIVE],
        [Phase.RETIRED, Phase.ACTIVE],
    ]


@pytest.mark.parametrize(
    "line", re.findall(r"aws (apigatewayv2|kms) ([a-z-]+)((?: --[a-z-]+ (?:'[^']*'|<[^>]*>))+)", RUNBOOK)
)
def test_the_commands_of_the_aws_cli(line: tuple[str, str, str]) -> None:
    """botocore, which the CLI is made of, takes the request."""
    service, command, arguments = line
    words = shlex.split(arguments)
    names = ["".join(part.capitalize() for part in word.removeprefix("--").split("-")) for word in words[::2]]
    client: Any = boto3.client(
        service,  # type: ignore[call-overload]
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    request = dict(zip(names, words[1::2], strict=True))
    with Stubber(client) as stub:
        stub.add_response(command.replace("-", "_"), {}, request)
        getattr(client, command.replace("-", "_"))(**request)
