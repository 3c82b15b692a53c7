"""The policy pack, in an environment of its own requirements, with Pulumi's policy SDK: called as the engine calls it."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from uv import find_uv_bin

from tests.cli.audit.registered import register
from tests.components.example import whole_api

from .consumer import EXAMPLES, Consumer

pytestmark = pytest.mark.slow

FOLDER = EXAMPLES / "policy_pack"


@pytest.fixture(scope="module")
def analyzer(consumer: Consumer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The policy pack, running."""
    installed = tmp_path_factory.mktemp("policy-sdk")
    sdk = [line for line in (FOLDER / "requirements.txt").read_text().split() if not line.startswith("..")]
    command = [find_uv_bin(), "pip", "install", "--quiet", "--only-binary", ":all:", "--python", sys.executable]
    subprocess.run([*command, "--target", str(installed), *sdk], check=True)
    environment = {**consumer.environment, "PYTHONPATH": f"{consumer.import_path}:{installed}"}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(FOLDER)], stdout=subprocess.PIPE, env=environment, text=True
    ) as pack:
        try:
            assert pack.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{int(pack.stdout.readline())}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            pack.terminate()


def _violations(analyzer: Any, states: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    request = analyzer_pb2.AnalyzeStackRequest()
    for state in states.values():
        resource = request.resources.add(type=state["type"], urn=state["urn"], name=state["urn"].rpartition("::")[2])
        json_format.ParseDict(state["inputs"], resource.properties)
        for name, urns in state["propertyDependencies"].items():
            resource.propertyDependencies[name].urns.extend(urns)
    response = analyzer.AnalyzeStack(request)
    assert {item.enforcementLevel for item in response.diagnostics} <= {analyzer_pb2.MANDATORY}
    return [(item.urn.rpartition("::")[2], item.message.splitlines()[-1]) for item in response.diagnostics]


@pytest.mark.parametrize("preview", [False, True])
def test_what_is_found_is_a_violation(analyzer: Any, preview: bool) -> None:
    """In a preview too, in which most ids are unknown."""
    states = register(whole_api, preview=preview).states
    (stage,) = (state for state in states.values() if state["type"] == "aws:apigatewayv2/stage:Stage")
    (route,) = (state for urn, state in states.items() if urn.endswith("::orders-route-POST-orders-be6d73"))

    assert _violations(analyzer, states) == []

    del stage["inputs"]["defaultRouteSettings"]
    route["inputs"]["authorizationType"] = "AWS_IAM"
    assert _violations(analyzer, states) == [
        ("orders-stage", "orders-api: the stage $default has no throttling limits: add defaultRouteSettings with both")
    ]


def test_it_says_what_it_is(analyzer: Any) -> None:
    info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())

    assert (info.name, [policy.name for policy in info.policies]) == ("kms-jwt", ["open-by-intention"])
