"""The rules of the house: who may import whom, and what must not be in the repository."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("components", "authorizer", "issuer", "cli")

PLUGIN = ROOT / "components" / "__main__.py"
"""Run by the engine as a program, so that it is in no package and must import the components by name."""

PACKAGES = ROOT / "cli" / "packages"
"""The one place of the command line that imports other parts: a module for each, of its name."""


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    """(level, module) of every import in ``file``; level 0 is absolute."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


CONTRACT = ROOT / "components" / "contract.py"
"""The one place where the components import the authorizer, under either of its names."""


OF_THE_ISSUER = [
    ROOT / "issuer" / name
    for name in ("authorizer.py", "client_certificates.py", "jwt_verification.py", "runtime_keys.py")
]
"""The places where the issuer's token service imports the authorizer: what all of it needs, and what some clients need."""


ISSUER_CONTRACT = ROOT / "components" / "token_service" / "contract.py"
"""The one place where the components import the issuer, under either of its names."""


def test_the_contract_of_the_token_service_imports_the_issuer_and_nothing_else_beyond_its_part() -> None:
    depth = len(ISSUER_CONTRACT.relative_to(ROOT).parts)
    beyond = [
        (level, name) for level, name in _imports(ISSUER_CONTRACT) if level == depth or name.split(".")[0] in PARTS
    ]

    assert {(level, module.split(".")[0]) for level, module in beyond if level in (0, depth)} == {
        (0, "issuer"),
        (depth, "issuer"),
    }


@pytest.mark.parametrize("file", [CONTRACT, *OF_THE_ISSUER], ids=lambda file: str(file.relative_to(ROOT)))
def test_the_contract_imports_the_authorizer_and_nothing_else_of_ours(file: Path) -> None:
    ours = [(level, module) for level, module in _imports(file) if level > 0 or module.split(".")[0] in PARTS]

    assert {(level, module.split(".")[0]) for level, module in ours} == {(0, "authorizer"), (2, "authorizer")}


def test_the_command_line_imports_the_other_parts_in_one_place() -> None:
    modules = sorted(PACKAGES.glob("[!_]*.py"))

    assert modules
    for file in modules:
        part = file.stem
        ours = {(level, module.split(".")[0]) for level, module in _imports(file) if module != "typing"}
        assert part in (*PARTS, "emulator")
        assert ours == {(0, part), (3, part)}


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_never_import_one_another(part: str) -> None:
    places = {PLUGIN, CONTRACT, ISSUER_CONTRACT, *OF_THE_ISSUER, *PACKAGES.glob("[!_]*.py")}
    files = sorted(set((ROOT / part).rglob("*.py")) - places)

    assert files
    for file in files:
        depth = len(file.relative_to(ROOT / part).parts)
        for level, module in _imports(file):
            assert level <= depth, f"{file} leaves {part}"
            assert level > 0 or module.split(".")[0] not in (*PARTS, "emulator", "kms_jwt"), f"{file}: {module}"


@pytest.mark.parametrize("part", [*PARTS, "emulator", "bench", "testkit"])
def test_nothing_needs_the_tests(part: str) -> None:
    ours = {"bench": {"tests"}, "testkit": {"bench", "tests"}}
    forbidden = ours.get(part, {"bench", "testkit", "tests"})
    for file in sorted((ROOT / part).rglob("*.py")):
        for level, module in _imports(file):
            assert level > 0 or module.split(".")[0] not in forbidden, f"{file}: {module}"


FLOORS = ("testing", "token_service", "http_api", "lambda_authorizer", "kms", "lambda_package")
"""From top to bottom; what lies beside them in ``components/`` is below them all."""

TOP = {"__init__.py", "__main__.py", "plugin.py"}
"""The faces of the package, which are above all floors."""


def test_components_import_what_is_on_their_own_floor_or_below() -> None:
    components = ROOT / "components"
    for file in sorted(components.rglob("*.py")):
        inner = file.relative_to(components)
        floor = inner.parts[0] if len(inner.parts) > 1 else None
        if floor is None and file.name in TOP:
            continue
        above = FLOORS[: FLOORS.index(floor)] if floor else FLOORS
        for level, module in _imports(file):
            if level == len(inner.parts):  # from the folder of the floors
                assert module.split(".")[0] not in above, f"{inner} imports {module}, which is above it"


def test_the_authorizer_needs_the_standard_library_and_cryptography_only() -> None:
    for file in sorted((ROOT / "authorizer").rglob("*.py")):
        # boto3 is for key_source "kms" only, and Lambda's runtime has it.
        aws = {"boto3", "botocore", "mypy_boto3_kms"} if file.parent.name == "kms" else set()
        for level, module in _imports(file):
            top = module.split(".")[0]
            assert level > 0 or top in {"cryptography", *aws} or top in sys.stdlib_module_names, f"{file}: {module}"


def test_components_can_be_analysed_by_pulumi() -> None:
    """A postponed annotation is a string, which Pulumi's component analyzer cannot read."""
    for file in sorted((ROOT / "components").rglob("*.py")):
        assert (0, "__future__") not in list(_imports(file)), file


def test_the_services_of_aws_that_are_used_are_typed() -> None:
    """mypy skips the others: what is in none of the modules that it reads would be of any type, and nobody would see it."""
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    (read,) = (rule["module"] for rule in mypy["overrides"] if rule.get("follow_imports") == "normal")
    services = {module.split(".")[1] for module in read if module.endswith(".*")}
    used: dict[str, Path] = {}
    for file in filter(Path.exists, _tracked("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.Import) and node.names[0].name == "pulumi_aws" for node in ast.walk(tree)):
            chains = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
            used |= {node.value.attr: file for node in chains if _is_of_aws(node.value)}

    assert services <= set(used), "a service that nobody uses is read"
    assert set(used) <= services, {name: str(file) for name, file in used.items() if name not in services}


def _is_of_aws(node: ast.expr) -> TypeGuard[ast.Attribute]:
    """``aws.kms`` in ``aws.kms.Key``."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "aws"


def test_no_index_and_no_machine_is_named_in_the_repository() -> None:
    forbidden = ["pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "npmjs" + ".com", "/" + "root/"]
    for file in filter(Path.exists, _tracked()):
        content = file.read_bytes().decode(errors="replace")
        for word in forbidden:
            assert word not in content, f"{file} names {word}"


def _tracked(*patterns: str) -> list[Path]:
    """The files in git, of which some may be deleted in the working tree."""
    command = ["git", "ls-files", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names]
