"""What ``pulumi new`` makes of a template: ``CopyTemplateFiles`` and ``runNew`` of the Pulumi CLI, as far as files go."""

import subprocess
from pathlib import Path
from typing import Any

import yaml


def new_project(template: Path, folder: Path, name: str, description: str) -> None:
    """Write the project ``name`` into ``folder``, with a stack ``dev`` of the answers that the prompts propose."""
    for file in _files(template):
        target = folder / file.relative_to(template)
        target.parent.mkdir(parents=True, exist_ok=True)
        # In YAML the values are scalars of their own, quoted where they must be, each with its newline.
        values = [_scalar(name), _scalar(description)] if file.suffix == ".yaml" else [name, description]
        text = file.read_text().replace("${PROJECT}", values[0]).replace("${DESCRIPTION}", values[1])
        target.with_name(file.name.replace("${PROJECT}", name)).write_text(text)
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
    asked = project.pop("template")["config"]
    _write(folder / "Pulumi.yaml", {**project, "name": name, "description": description})
    answers = {key if ":" in key else f"{name}:{key}": value["default"] for key, value in asked.items()}
    _write(folder / "Pulumi.dev.yaml", {"config": answers})


def _files(template: Path) -> list[Path]:
    """Those that a clone has, and new ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=template, capture_output=True, text=True, check=True).stdout.splitlines()
    return [template / name for name in names]


def _scalar(value: str) -> str:
    return yaml.safe_dump(value).removesuffix("...\n")


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(document))
