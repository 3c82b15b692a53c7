"""``templates/python``: projects made of it, under any name, are deployed and let in who should get in."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from emulator.web import fetch
from testkit.api import bearer
from tests.examples.consumer import Consumer

from .pulumi_new import new_project

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "templates" / "python"
DESCRIPTION = 'The shop\'s API: "orders" #1'
"""What YAML must quote."""

STACK_ON_AWS = """
import json
from pathlib import Path

import pulumi
from kms_jwt.components.testing import declare
from kms_jwt.emulator.config import full_config, load_stack

here = Path.cwd()
stack = load_stack(here, "dev")
pulumi.runtime.set_all_config(full_config(here, stack.project, "dev", stack.config))
declared = declare(here / "__main__.py", project=stack.project, stack="dev")
functions = declared.all("aws:lambda/function:Function")
print(json.dumps([stack.project, stack.config, sorted(declared.outputs), [item.inputs["architectures"] for item in functions]]))
"""


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    return Consumer(tmp_path_factory.mktemp("newcomer"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "other"), [("shop", "2026"), ("2026", "shop")])
def test_a_project_of_any_name_lets_in_who_should_get_in(
    consumer: Consumer, tmp_path: Path, name: str, other: str
) -> None:
    new_project(TEMPLATE, tmp_path, name, DESCRIPTION)

    with consumer.deployed(tmp_path) as stack:
        assert stack.outputs["key_alias"] == f"alias/{name}-local-signing"
        tokens = {
            "nothing": None,
            "a token of another project": stack.token(aud=other, scope="orders:read"),
            "no scope": stack.token(aud=name),
            "all": stack.token(aud=name, scope="orders:read"),
        }
        answers = {who: fetch(stack.outputs["endpoint"] + "/orders", bearer(token)) for who, token in tokens.items()}
        health = fetch(stack.outputs["endpoint"] + "/health")

    statuses = {who: answer.status for who, answer in answers.items()}
    assert statuses == {"nothing": 401, "a token of another project": 403, "no scope": 403, "all": 200}
    assert answers["all"].json() == {"route": "GET /orders", "claims": {"sub": "alice", "scope": "orders:read"}}
    assert (health.status, health.json()) == (200, {"route": "GET /health", "claims": None})


@pytest.mark.slow
def test_what_is_asked_is_all_that_a_stack_on_aws_needs(consumer: Consumer, tmp_path: Path) -> None:
    new_project(TEMPLATE, tmp_path, "shop", DESCRIPTION)
    declared = consumer.run(tmp_path, "-W", "ignore", "-c", STACK_ON_AWS)

    assert declared.returncode == 0, declared.stderr
    project, config, outputs, architectures = json.loads(declared.stdout.splitlines()[-1])
    assert project == "shop"
    assert config == {"aws:region": "eu-west-1", "shop:issuer": "https://auth.example.com"}
    assert outputs == ["audience", "endpoint", "issuer", "key_alias"]
    assert architectures == [["arm64"], ["arm64"]]


def test_nothing_is_left_to_replace(tmp_path: Path) -> None:
    new_project(TEMPLATE, tmp_path, "2026", DESCRIPTION)

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {
        "__main__.py",
        "Pulumi.yaml",
        "README.md",
        "requirements.txt",
        ".gitignore",
    }
    for file in files:
        assert "${" not in f"{file}{file.read_text()}", file
    project = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())
    assert project["name"] == project["config"]["audience"]["default"] == "2026"
    assert (tmp_path / "README.md").read_text().startswith(f"# 2026\n\n{DESCRIPTION}\n")


def test_the_prompts_are_for_plain_values_of_the_programs_configuration() -> None:
    project = yaml.safe_load((TEMPLATE / "Pulumi.yaml").read_text())

    asked = project["template"]["config"]
    assert asked.keys() - project["config"].keys() == {"aws:region"}
    for prompt in asked.values():
        assert prompt.keys() == {"description", "default"}
        assert isinstance(prompt["default"], str)


def test_it_installs_the_package_of_this_repository_and_nothing_before_its_release() -> None:
    """Until then the name is not ours, and ``pulumi new`` would install at once whatever has it."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    sections = re.findall(r"^## (.*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    requirement = f"{package['name']}[pulumi]"
    lines = (TEMPLATE / "requirements.txt").read_text().splitlines()

    installed = [line for line in lines if not line.startswith("#")]
    if sections == ["Unreleased"]:
        assert installed == []
        assert {f"# {requirement}", f"# {requirement} @ file:///path/of/the/clone/or/wheel"} <= set(lines)
    else:
        assert installed == [requirement]
    assert "pulumi" in package["optional-dependencies"]


def test_the_repository_itself_is_no_template() -> None:
    """Its program needs the folders beside it, and ``pulumi new`` would copy them all."""
    assert "template" not in yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
