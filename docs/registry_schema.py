"""Writes the schema from which the Pulumi Registry makes its pages, ``schema.json``: ``python -m docs.registry_schema``.

It is the schema of the Pulumi package with the metadata of ``pyproject.toml``. What the Registry asks for:
https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.plugin import KmsJwtProvider

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema.json"

LOGO = "docs/logo.svg"

KEYWORDS = ("category/cloud", "kind/component")
"""The Registry's own: under which heading it lists the package, and what sort of package it is."""

_GITHUB = "https://github.com/"


def project_metadata() -> dict[str, Any]:
    """The table ``[project]`` of ``pyproject.toml``."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def package_schema() -> dict[str, Any]:
    """The schema as the Pulumi package answers it to the engine."""
    schema: dict[str, Any] = json.loads(KmsJwtProvider(project_metadata()["version"]).schema or "")
    return schema


def registry_schema(schema: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, Any]:
    """The package's ``schema`` with what the Registry shows beside it, from the table ``[project]`` of ``pyproject.toml``.

    The logo is that of the released version, at the address ``Source`` in ``[project.urls]``; without an address there is none.
    """
    source = project.get("urls", {}).get("Source", "").rstrip("/")
    metadata: dict[str, Any] = {
        "description": f"{project['description']} ({project['name']})",
        "publisher": project["authors"][0]["name"],
        "license": project["license"],
        "keywords": [*project["keywords"], *KEYWORDS],
    }
    if source:
        raw = source.replace(_GITHUB, "https://raw.githubusercontent.com/", 1)
        metadata |= {"repository": source, "homepage": project["urls"].get("Homepage", source)}
        metadata["logoUrl"] = f"{raw}/v{project['version']}/{LOGO}"
    return {**schema, **metadata}


def written(schema: Mapping[str, Any]) -> str:
    """``schema`` as it stands in ``schema.json``."""
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(written(registry_schema(package_schema(), project_metadata())), encoding="utf-8")
