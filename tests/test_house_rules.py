"""The rules of the house: who may import whom, and what must not be in the repository."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("components", "authorizer", "issuer")

PLUGIN = ROOT / "components" / "__main__.py"
"""Run by the engine as a program, so that it is in no package and must import the components by name."""

COMMANDS = ROOT / "issuer" / "commands" / "shared.py"
"""The one place of the issuer that imports the authorizer: what their commands have in common."""


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    """(level, module) of every import in ``file``; level 0 is absolute."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


CONTRACT = ROOT / "components" / "contract.py"
"""The one place where the components import the authorizer, under either of its names."""


def test_the_contract_imports_the_authorizer_and_nothing_else_of_ours() -> None:
    ours = [(level, module) for level, module in _imports(CONTRACT) if level > 0 or module.split(".")[0] in PARTS]

    assert ours == [(0, "authorizer"), (2, "authorizer")]


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_never_import_one_another(part: str) -> None:
    files = sorted(set((ROOT / part).rglob("*.py")) - {PLUGIN, CONTRACT, COMMANDS})

    assert files
    for file in files:
        depth = len(file.relative_to(ROOT / part).parts)
        for level, module in _imports(file):
            assert level <= depth, f"{file} leaves {part}"
            assert level > 0 or module.split(".")[0] not in (*PARTS, "emulator", "tests", "kms_jwt"), (
                f"{file}: {module}"
            )


def test_the_authorizer_needs_the_standard_library_and_cryptography_only() -> None:
    for file in sorted((ROOT / "authorizer").rglob("*.py")):
        # boto3 is for key_source "kms" only, and Lambda's runtime has it.
        allowed = (
            {"cryptography", "boto3", "botocore", "mypy_boto3_kms"} if file.name == "kms_keys.py" else {"cryptography"}
        )
        for level, module in _imports(file):
            top = module.split(".")[0]
            assert level > 0 or top in allowed or top in sys.stdlib_module_names, f"{file}: {module}"


def test_components_can_be_analysed_by_pulumi() -> None:
    """A postponed annotation is a string, which Pulumi's component analyzer cannot read."""
    for file in sorted((ROOT / "components").rglob("*.py")):
        assert (0, "__future__") not in list(_imports(file)), file


def test_no_index_and_no_machine_is_named_in_the_repository() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")

    forbidden = ["pypi" + ".org", "python" + "hosted", "/" + "root/"]
    for name in filter(None, files):
        content = (ROOT / name).read_bytes().decode(errors="replace") if (ROOT / name).exists() else ""
        for word in forbidden:
            assert word not in content, f"{name} names {word}"
