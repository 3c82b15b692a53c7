"""Workflows, Dependabot, hooks, forms, owners, editor and container settings: valid, and in step with the repository."""

import configparser
import json
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
            assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40}", step["uses"]), "a tag can be moved: pin the commit"
        for words in re.findall(r"\bmake ([a-z ]+)", step.get("run", "")):
            assert set(words.split()) <= set(TARGETS)


def test_the_tests_run_on_every_python_that_the_package_is_for() -> None:
    tested = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [classifier.rpartition(" :: ")[2] for classifier in project["classifiers"] if ":: Python :: " in classifier]

    assert project["requires-python"] == f">={tested[0]}"
    assert named == tested
    assert tested == ["3.11", "3.12", "3.13", "3.14"]
    assert f"for version in {' '.join(tested)}; do" in (ROOT / ".ci" / "run").read_text()


def test_the_engine_job_proves_that_a_second_preview_changes_nothing() -> None:
    steps = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["engine"]["steps"]
    pulumi = [step["run"].split()[1] for step in steps if step.get("run", "").startswith("pulumi ")]

    assert [command for command in pulumi if command in ("up", "preview", "destroy")] == ["up", "preview", "destroy"]
    assert any("--expect-no-changes" in step.get("run", "") for step in steps)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_pinned_actions_say_their_version(file: Path) -> None:
    """Dependabot keeps the comment in step with the commit."""
    uses = [line for line in file.read_text().splitlines() if "uses:" in line]

    assert [line for line in uses if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_publishing_takes_no_secret() -> None:
    file = ROOT / ".github" / "workflows" / "release.yml"
    jobs = _load(file)["jobs"]

    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert {name for name, job in jobs.items() if "permissions" in job} == {"publish", "announce"}
    assert "secrets." not in file.read_text()


def test_what_is_published_was_tried_on_every_python_before() -> None:
    """The files themselves: after the job that builds them, nobody does so again."""
    tested = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    jobs = _load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    commands = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}

    assert [jobs[name].get("needs") for name in ("build", "smoke", "publish", "announce")] == [
        *(None, "build", "smoke", "publish")
    ]
    assert jobs["smoke"]["strategy"]["matrix"]["python"] == tested
    assert commands["smoke"] == ["make smoke"]
    assert commands["publish"] == []
    steps = [step.get("run") or step["uses"].partition("@")[0] for step in jobs["build"]["steps"]]
    assert steps.index("make dist") + 1 == steps.index("actions/upload-artifact") < steps.index("make check test smoke")
    (notes,) = [command for command in commands["build"] if "release.notes" in command]
    assert '> "$RUNNER_TEMP/' in notes, (
        "in the checkout it would be one of the files that are tried for being a commit's"
    )
    (publishing,) = [step for step in jobs["publish"]["steps"] if "pypi-publish" in step["uses"]]
    assert publishing["with"] == {"attestations": True}


def test_what_installs_the_rest_is_compared_with_its_hash_as_well() -> None:
    """uv: a version alone would be whatever the index has under its name."""
    recipe = re.search(r"^\$\(VENV\)/\.installed:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    installing = [line for line in recipe[1].splitlines() if "pip install" in line]
    assert len(installing) == 1
    assert "--require-hashes -r $(VENV)/uv.txt" in installing[0]


def test_dependabot_sees_every_lock() -> None:
    updates = {update["package-ecosystem"]: update for update in _load(ROOT / ".github" / "dependabot.yml")["updates"]}
    locks = {
        "/" if lock.parent == ROOT else f"/{lock.parent.relative_to(ROOT).as_posix()}"
        for lock in ROOT.glob("**/requirements.txt")
        if not {".venv", "venv", ".cache", "build"} & set(lock.parts) and "--hash=" in lock.read_text()
    }

    assert updates.keys() == {"pip", "npm", "gomod", "github-actions"}
    assert set(updates["pip"]["directories"]) >= locks
    for ecosystem, name in (("npm", "package-lock.json"), ("gomod", "go.sum")):
        update = updates[ecosystem]
        for folder in update.get("directories") or [update["directory"]]:
            assert (ROOT / folder[1:] / name).exists()


def test_the_hooks_run_what_make_check_runs() -> None:
    (local,) = _load(ROOT / ".pre-commit-config.yaml")["repos"]
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert recipe
    assert [hook["entry"] for hook in local["hooks"]] == re.sub(r"\t@\$\(BIN\)", ".venv/bin", recipe[1]).splitlines()
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in local["hooks"])


def test_the_owners_are_those_of_files_that_are_there() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text().splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]

    assert rules[0][0] == "*"  # the last match counts
    assert [pattern for pattern, *owners in rules if not owners or not any(ROOT.glob(pattern.strip("/")))] == []


def test_pull_requests_are_asked_for_targets_that_are_there() -> None:
    asked = re.findall(r"`make (\w+)`", (ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md").read_text())

    assert {"check", "test"} <= set(asked) <= set(TARGETS)


def test_the_dev_container_sets_up_what_is_tested() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    tested = _load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]

    assert container["image"].removeprefix("python:") in tested
    assert container["postCreateCommand"].removeprefix("make ") in TARGETS


@pytest.mark.parametrize("name", ["bug", "feature"])
def test_issue_forms(name: str) -> None:
    """As GitHub's form schema has it: what it does not know, it shows to nobody."""
    form = _load(ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml")
    fields = [element for element in form["body"] if element["type"] != "markdown"]

    assert form.keys() == {"name", "description", "labels", "body"}
    assert len({field["id"] for field in fields}) == len(fields) > 0
    for field in fields:
        assert field["type"] in ("dropdown", "input", "textarea")
        assert field["attributes"]["label"]
        assert ("options" in field["attributes"]) == (field["type"] == "dropdown")


def test_the_editors_settings_are_those_of_ruff_and_git() -> None:
    settings = configparser.ConfigParser(strict=True)
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]

    assert settings.getint("*.py", "max_line_length") == ruff["line-length"]
    assert settings.getint("*", "indent_size") == 4  # ruff's own default
    assert f"* text=auto eol={settings['*']['end_of_line']}" in (ROOT / ".gitattributes").read_text()
