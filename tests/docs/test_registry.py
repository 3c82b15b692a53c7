"""What the Pulumi Registry asks of a package: its metadata, its logo, and its two pages.

https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/ and the template of pull requests to
``pulumi/registry``.
"""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.registry_schema import LOGO, SCHEMA, package_schema, project_metadata, registry_schema, written

from .code_blocks import REGISTRY_PAGES, ROOT, blocks

CATEGORIES = {"cloud", "database", "infrastructure", "monitoring", "network", "utility", "versioncontrol"}
OVERVIEW, INSTALLATION = REGISTRY_PAGES


def _front_matter(page: Path) -> dict[str, Any]:
    _, matter, _ = page.read_text().split("---\n", 2)
    document: dict[str, Any] = yaml.safe_load(matter)
    return document


def _block(page: Path, language: str) -> str:
    (found,) = [block.text for block in blocks(page) if block.language == language]
    return found


def test_the_schema_is_current() -> None:
    assert SCHEMA.read_text() == written(registry_schema(package_schema(), project_metadata())), "run `make reference`"


def test_the_schema_has_the_metadata_that_the_registry_shows() -> None:
    schema = json.loads(SCHEMA.read_text())
    registry = dict(keyword.split("/") for keyword in schema["keywords"] if "/" in keyword)

    assert registry.keys() == {"category", "kind"}
    assert registry["category"] in CATEGORIES
    assert registry["kind"] == "component"
    assert schema["displayName"] in schema["description"]
    assert schema["publisher"]
    assert schema["license"] == "Apache-2.0"
    assert schema["version"] == project_metadata()["version"]


def test_with_the_repository_s_address_the_schema_has_it_and_the_logo_of_the_release() -> None:
    project = {**project_metadata(), "version": "1.2.3", "urls": {"Source": "https://github.com/acme/pulumi-kms-jwt/"}}
    schema = registry_schema({}, project)

    assert schema["repository"] == schema["homepage"] == "https://github.com/acme/pulumi-kms-jwt"
    assert schema["logoUrl"] == "https://raw.githubusercontent.com/acme/pulumi-kms-jwt/v1.2.3/docs/logo.svg"
    assert ("logoUrl" in json.loads(SCHEMA.read_text())) == ("urls" in project_metadata())


def test_the_logo_has_no_margins() -> None:
    logo = ET.fromstring((ROOT / LOGO).read_text())  # noqa: S314 - a file of this repository
    box = [float(number) for number in logo.attrib["viewBox"].split()]
    outline = logo.find("{http://www.w3.org/2000/svg}path[@fill]")
    assert outline is not None
    # Pairs of absolute coordinates; the control points of its curves lie inside the shield's corners.
    numbers = [float(number) for number in re.findall(r"-?\d+", outline.attrib["d"])]
    xs, ys = numbers[::2], numbers[1::2]

    assert box == [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def test_the_titles_are_the_package_s() -> None:
    name = json.loads(SCHEMA.read_text())["displayName"]

    assert _front_matter(OVERVIEW)["title"] == name
    assert _front_matter(INSTALLATION)["title"] == f"{name} Installation & Configuration"


@pytest.mark.parametrize("page", REGISTRY_PAGES, ids=lambda page: page.name)
def test_the_pages_stand_on_their_own(page: Path) -> None:
    """The Registry copies them: a relative link would lead nowhere."""
    matter = _front_matter(page)

    assert matter["layout"] == "package"
    assert 50 < len(matter["meta_desc"]) < 160
    assert [link for link in re.findall(r"\]\(([^)]+)\)", page.read_text()) if not link.startswith("https://")] == []


def test_the_overview_s_programs_are_those_that_other_tests_run() -> None:
    (python,) = [block.text for block in blocks(ROOT / "README.md") if block.language == "python"]
    tested = yaml.safe_load((ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text())
    shown = yaml.safe_load(_block(OVERVIEW, "yaml"))

    assert _block(OVERVIEW, "python") == python
    assert _block(OVERVIEW, "typescript") == (ROOT / "examples" / "typescript" / "index.ts").read_text()
    assert {key: shown[key] for key in ("config", "resources", "outputs")} == {
        key: tested[key] for key in ("config", "resources", "outputs")
    }


def test_the_overview_names_every_component() -> None:
    named = set(re.findall(r"`(\w+)`", OVERVIEW.read_text()))

    assert {token.rpartition(":")[2] for token in json.loads(SCHEMA.read_text())["resources"]} <= named


def test_installation_says_what_the_registry_s_reviewers_look_for() -> None:
    text = INSTALLATION.read_text()

    assert "pulumi config set aws:region" in text
    assert "export AWS_REGION=" in text
    assert "pulumi package add " in text
    for language in ("Python", "TypeScript", "Go", "C#", "Java", "YAML"):
        assert language in text
