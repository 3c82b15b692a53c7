"""One component stamped out many times: nothing collides, and what is deployed does not change unseen."""

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, SigningKeys
from components.lambda_package import package
from components.lambda_package.target import Target
from components.testing import Recording, declare

from .example import api_args, token_service, whole_api

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent

PHYSICAL_NAMES = {
    "aws:apigatewayv2/api:Api": "name",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:kms/alias:Alias": "name",
}


def _stamp(count: int) -> Recording:
    def program() -> None:
        keys, partner = SigningKeys("signing", {}), SigningKeys("partner", {})
        for number in range(count):
            args = api_args(keys={"jwks": [keys.jwks, partner.jwks]}, well_known={}, dashboard=True, alarms={})
            AuthorizedHttpApi(f"api-{number}", args)

    return declare(program)


def test_fifty_apis_in_one_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = _stamp(50)

    names = Counter((item.type, item.name) for item in recording.resources)
    assert max(names.values()) == 1
    for type_, key in PHYSICAL_NAMES.items():
        physical = Counter(item.inputs[key] for item in recording.all(type_))
        assert max(physical.values()) == 1, type_
    assert len(recording.all("kms-jwt:index:AuthorizedHttpApi")) == 50
    assert len(recording.all("aws:apigatewayv2/authorizer:Authorizer")) == 50


def test_resources_grow_in_step_with_the_apis() -> None:
    one, two, five = (len(_stamp(count).resources) for count in (1, 2, 5))

    assert five - two == 3 * (two - one)
    assert two - one == 41


def test_the_package_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    builds: list[Target] = []
    install = package._install_dependencies

    def counted(contents: package.Contents, target: Target, build: Path) -> None:
        builds.append(target)
        install(contents, target, build)

    monkeypatch.setattr(package, "_install_dependencies", counted)
    _stamp(3)

    assert builds == [Target("python3.13", "arm64")]


def test_many_key_sets_may_be_trusted() -> None:
    recording = _stamp(1)

    code = recording.only("aws:lambda/function:Function", "api-0-authorizer-function-lambda").inputs["code"]
    kids = [key["kid"] for key in json.loads(code.assets["config.json"].text)["keys"]]
    assert len(kids) == len(set(kids)) == 2


@pytest.mark.parametrize(
    ("golden", "program"), [("golden.json", whole_api), ("golden_token_service.json", token_service)]
)
def test_names_types_and_inputs_are_those_of_the_golden_snapshot(golden: str, program: Callable[[], object]) -> None:
    """A change here replaces or updates users' resources when they upgrade: review it, then write it with UPDATE_GOLDEN=1."""
    found = {f"{item.type}::{item.name}": _plain(item.inputs) for item in declare(program).resources}
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / golden).write_text(text)

    assert json.loads(text) == json.loads((GOLDEN / golden).read_text())


def test_token_services_in_one_stack_have_names_of_their_own() -> None:
    recording = declare(lambda: [token_service(f"tokens-{number}") for number in range(3)])

    for type_, key in PHYSICAL_NAMES.items():
        physical = Counter(item.inputs[key] for item in recording.all(type_))
        assert not physical or max(physical.values()) == 1, type_
    assert max(Counter((item.type, item.name) for item in recording.resources).values()) == 1
    assert len(recording.all("kms-jwt:index:TokenService")) == 3


def test_a_token_service_and_an_api_may_have_the_same_name() -> None:
    recording = declare(
        lambda: (token_service("orders"), AuthorizedHttpApi("orders", api_args(well_known={}, dashboard=True)))
    )
    for type_, key in PHYSICAL_NAMES.items():
        if type_ != "aws:apigatewayv2/api:Api":  # whose names need not differ
            assert max(Counter(item.inputs[key] for item in recording.all(type_)).values(), default=1) == 1, type_


def _plain(value: Any) -> Any:
    """``value`` without what differs from run to run: the key of the test, and where the package lies."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, pulumi.AssetArchive):
        return {"archive": sorted(value.assets)}
    return value
