"""The workflows and Dependabot's settings: valid, and in step with the rest of the repository."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def _load(file: Path) -> dict[Any, Any]:
    document: dict[Any, Any] = yaml.safe_load(file.read_text())
    return document


def _steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_do_what_they_say(file: Path) -> None:
    workflow = _load(file)

    assert workflow[True]  # `on`, as YAML 1.1 reads it
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert set(job.get("needs", [])) <= workflow["jobs"].keys() or job["needs"] in workflow["jobs"]
    for step in _steps(workflow):
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w./-]+@(v\d+|release/v\d+|[0-9a-f]{40})", step["uses"])
        for words in re.findall(r"\bmake ([a-z ]+)", step.get("run", "")):
            assert set(words.split()) <= set(TARGETS)


def test_the_tests_run_on_every_python_that_the_package_is_for() -> None:
    tested = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    assert oldest == f">={tested[0]}"
    assert tested == ["3.11", "3.12", "3.13", "3.14"]
    assert f"for version in {' '.join(tested)}; do" in (ROOT / ".ci" / "run").read_text()


def test_the_engine_job_proves_that_a_second_preview_changes_nothing() -> None:
    steps = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["engine"]["steps"]
    pulumi = [step["run"].split()[1] for step in steps if step.get("run", "").startswith("pulumi ")]

    assert [command for command in pulumi if command in ("up", "preview", "destroy")] == ["up", "preview", "destroy"]
    assert any("--expect-no-changes" in step.get("run", "") for step in steps)


def test_publishing_takes_no_secret() -> None:
    file = ROOT / ".github" / "workflows" / "release.yml"
    publish = _load(file)["jobs"]["publish"]

    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets." not in file.read_text()


def test_dependabot_sees_every_lock() -> None:
    updates = {update["package-ecosystem"]: update for update in _load(ROOT / ".github" / "dependabot.yml")["updates"]}
    locks = {
        "/" if lock.parent == ROOT else f"/{lock.parent.relative_to(ROOT).as_posix()}"
        for lock in ROOT.glob("**/requirements.txt")
        if not {".venv", "venv", ".cache", "build"} & set(lock.parts) and "--hash=" in lock.read_text()
    }

    assert updates.keys() == {"pip", "github-actions"}
    assert set(updates["pip"]["directories"]) >= locks
