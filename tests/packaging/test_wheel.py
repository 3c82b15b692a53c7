"""The wheel, installed in empty environments, in a folder that has a ``components`` folder of its own."""

import email
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from uv import find_uv_bin

import components.lambda_authorizer.package as authorizer_package
import components.token_service.package as token_service_package
from components.lambda_package.target import Target, host_target

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import pulumi
from kms_jwt.components import AuthorizedHttpApi, SigningKeys
import components

pulumi.CustomResource("acme:index/thing:Thing", "thing", {"size": 1})
keys = SigningKeys("signing", {})
backend = components.backend("backend")
api = AuthorizedHttpApi("orders", {
    "issuer": "https://auth.example.com",
    "audience": ["orders"],
    "keys": {"jwks": [keys.jwks]},
    "function": {"architecture": "host"},
    "routes": {"GET /orders": {"integration": {"lambda_arn": backend.arn}}},
})
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("key_alias", keys.alias_name)
"""

OWN_COMPONENTS = '''
import json
import pulumi
import pulumi_aws as aws


def backend(name):
    """A consumer's own module, which happens to have the name of a folder of ours."""
    principal = {"Service": "lambda.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    source = "def handler(event, context): return event['requestContext']['authorizer']['lambda']"
    return aws.lambda_.Function(
        name,
        role=aws.iam.Role(name, assume_role_policy=policy).arn,
        runtime="python3.13",
        handler="backend.handler",
        code=pulumi.AssetArchive({"backend.py": pulumi.StringAsset(source)}),
    )
'''

TEST = """
import json
import sys
import time
import urllib.request

import pytest

from kms_jwt.authorizer import ConfigError, Denied, Reason, Verifier
from kms_jwt.components import AuthorizedHttpApi, InvalidArgs
from kms_jwt.components.testing import declare
from kms_jwt.emulator.resources import Handler
from kms_jwt.issuer import IssuerError, KeyNotFound, KmsSigner


def test_a_bad_configuration_is_refused_by_the_authorizer_of_the_wheel():
    args = {"issuer": " https://auth.example.com", "audience": ["orders"], "keys": {"jwks": ['{"keys": [{"kid": "a"}]}']}}
    args["routes"] = {"GET /orders": {"integration": {"http_url": "https://backend.example.com"}}}
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizedHttpApi("orders", args))
    assert {fault["property_path"] for fault in refused.value.errors} == {"issuer", "keys.jwks[0]"}
    assert "kms_jwt.authorizer.config" in sys.modules
    assert "authorizer" not in sys.modules


def test_the_public_names_of_the_wheel():
    assert issubclass(KeyNotFound, IssuerError)
    policy = {"version": 1, "keys": [], "issuers": ["a"], "audiences": ["b"]}
    with pytest.raises(ConfigError):
        Verifier(policy)
    key = {"kid": "a", "alg": "EdDSA", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    with pytest.raises(Denied) as denied:
        Verifier({**policy, "keys": [key]}).verify("a.b.c")
    assert denied.value.reason is Reason.MALFORMED_TOKEN


THING = Handler(create=lambda aws, inputs: ("1", {}), delete=lambda aws, thing: None, inputs=frozenset({"size"}))


def test_my_stack(deployed_stack):
    stack = deployed_stack(handlers={"acme:index/thing:Thing": THING})
    now = int(time.time())
    claims = {"iss": "https://auth.example.com", "aud": "orders", "sub": "alice", "iat": now, "exp": now + 60}
    token = KmsSigner(stack.outputs["key_alias"], stack.client("kms")).sign(claims)
    request = urllib.request.Request(stack.outputs["endpoint"] + "/orders", headers={"Authorization": token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
        assert json.load(response) == {"sub": "alice"}
"""


TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.AAAA"  # header {"alg":"ES256"}, claims {"sub":"alice"}


def _environment(folder: Path, *requirements: str) -> Path:
    """The interpreter of a new environment with these and nothing else."""
    _run(find_uv_bin(), "venv", "--quiet", "--python", sys.executable, str(folder / "venv"), cwd=folder)
    python = folder / "venv" / "bin" / "python"
    install = [find_uv_bin(), "pip", "install", "--quiet", "--python", str(python), "--constraint"]
    _run(*install, str(ROOT / "requirements-dev.txt"), *requirements, cwd=folder)
    _give_bytecode(python)
    return python


def _give_bytecode(python: Path) -> None:
    """What this environment has compiled of the dependencies, for three seconds: Python compares it with the sources there."""
    ours, (theirs,) = Path(sysconfig.get_path("purelib")), python.parents[1].glob("lib/python*/site-packages")
    for package in theirs.iterdir():
        for compiled in (ours / package.name).rglob("__pycache__"):
            if (given := theirs / compiled.relative_to(ours)).parent.is_dir():
                shutil.copytree(compiled, given, copy_function=_link, dirs_exist_ok=True)


def _link(file: str, link: str) -> None:
    try:
        os.link(file, link)
    except OSError:  # on another disk
        shutil.copy2(file, link)


def _run(*command: str, cwd: Path) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    return result.stdout


def test_what_travels_and_what_does_not(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {
        "kms_jwt/authorizer/handler.py",
        "kms_jwt/authorizer/requirements.txt",
        "kms_jwt/authorizer/py.typed",
        "kms_jwt/__main__.py",
        "kms_jwt/cli/py.typed",
        "kms_jwt/components/http_api/functions/preflight.py",
        "kms_jwt/components/http_api/functions/well_known.py",
        "kms_jwt/components/py.typed",
        "kms_jwt/emulator/requirements.txt",
        "kms_jwt/issuer/py.typed",
        "kms_jwt/issuer/token_service/requirements.txt",
    } <= names
    assert not {"kms_jwt/components/__main__.py", "kms_jwt/cli/__main__.py"} & names
    assert not [name for name in names if not name.startswith(("kms_jwt/", "kms_jwt-"))]


def test_two_clones_build_the_same_bytes(builds: list[list[Path]]) -> None:
    one, other = ([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files] for files in builds)

    assert [Path(name).suffix for name, _ in one] == [".whl", ".gz"]
    assert one == other


def _sbom(wheel: Path, name: str) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        document: dict[str, Any] = json.loads(
            archive.read(f"kms_jwt-{wheel.name.split('-')[1]}.dist-info/sboms/{name}.cdx.json")
        )
    return document


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("kms-jwt-authorizer", authorizer_package.build_package),
        ("kms-jwt-token-service", token_service_package.build_package),
    ],
)
def test_its_sboms_list_what_functions_have(wheel: Path, name: str, build: Callable[[Target], Path]) -> None:
    folders = [folder.name.removesuffix(".dist-info") for folder in build(host_target()).glob("*.dist-info")]

    assert {f"{item['name']}-{item['version']}" for item in _sbom(wheel, name)["components"]} == set(folders)


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("kms-jwt", "requirements.txt"),
        ("kms-jwt-authorizer", "authorizer/requirements.txt"),
        ("kms-jwt-token-service", "issuer/token_service/requirements.txt"),
    ],
)
def test_its_sboms_list_what_the_locks_pin(wheel: Path, name: str, lock: str) -> None:
    """PEP 770: below ``sboms/`` of the metadata."""
    pinned = {line.split()[0] for line in (ROOT / lock).read_text().splitlines() if re.match(r"[\w.-]+==", line)}
    pinned -= {pin for pin in pinned if name != "kms-jwt" and pin.startswith("pycparser==")}  # is not deployed
    version = wheel.name.split("-")[1]
    document = _sbom(wheel, name)

    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["version"] == version
    assert {f"{item['name']}=={item['version']}" for item in document["components"]} == pinned
    assert {item["purl"] for item in document["components"]} == {f"pkg:pypi/{pin.replace('==', '@')}" for pin in pinned}


def test_the_long_description_has_nothing_that_a_package_index_cannot_show(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    description = metadata.get_payload()
    assert isinstance(description, str)

    assert metadata["Description-Content-Type"] == "text/markdown"
    assert description.startswith("# kms-jwt\n")
    assert "mermaid" not in description
    links = re.findall(r"\]\(([^)]*)\)", description)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []


def test_the_issuer_and_the_verifier_need_no_pulumi(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    python = _environment(tmp_path, str(wheel))

    program = (
        "import sys, kms_jwt.issuer, kms_jwt.authorizer, kms_jwt.cli.check.run, importlib.util as u;"
        "print(u.find_spec('pulumi'), 'jwt' in sys.modules)"
    )
    assert _run(str(python), "-c", program, cwd=tmp_path) == "None True\n"
    version = wheel.name.split("-")[1]
    for name, words in {
        "kms-jwt": [str(python.parent / "kms-jwt")],
        "python -m kms_jwt": [str(python), "-m", "kms_jwt"],
    }.items():
        for command in ("mint", "jwks", "explain", "logs", "check"):
            assert _run(*words, command, "--help", cwd=tmp_path).startswith(f"usage: {name} {command} ")
        assert _run(*words, "--version", cwd=tmp_path) == f"kms-jwt {version}\n"
        assert 'sub  "alice"' in _run(*words, "inspect", TOKEN, cwd=tmp_path)
        assert "complete " in _run(*words, "completion", "bash", cwd=tmp_path)
    installed = _run(find_uv_bin(), "pip", "list", "--python", str(python), "--format", "freeze", cwd=tmp_path)
    assert {line.split("==")[0].split(" ")[0] for line in installed.splitlines()} == {
        *("boto3", "botocore", "cffi", "cryptography", "jmespath", "kms-jwt", "pycparser"),
        *("pyjwt", "python-dateutil", "s3transfer", "shtab", "six", "urllib3"),
        *("markdown-it-py", "mdurl", "pygments", "rich"),
    }


def test_a_stranger_deploys_and_tests_a_stack_of_their_own(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "__init__.py").write_text(OWN_COMPONENTS)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (tmp_path / "test_stack.py").write_text(TEST)
    python = _environment(tmp_path, f"kms-jwt[pulumi] @ {wheel.as_uri()}", "pytest")

    assert "3 passed" in _run(str(python), "-m", "pytest", "-q", "test_stack.py", cwd=tmp_path)
