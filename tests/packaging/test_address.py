"""The repository's address, written before the first release, and what is filled in by hand then."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from docs.registry_schema import registry_schema
from release.address import RELEASING, NotWritten, tracked_texts, with_address

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://github.com/acme/kms-jwt"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return tracked_texts(ROOT)


@pytest.fixture(scope="module")
def written(texts: dict[str, str]) -> dict[str, str]:
    return with_address(texts, ADDRESS)


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_no_document_is_without_it(texts: dict[str, str], written: dict[str, str]) -> None:
    changed = _changed(texts, written)

    assert {"README.md", "docs/getting-started.md", "docs/_index.md", "components/PulumiPlugin.yaml"} <= changed
    assert f"`pulumi new {ADDRESS}/templates/python`" in written["README.md"]
    assert f"pulumi package add {ADDRESS}/components@<tag>" in written["docs/getting-started.md"]
    left = {name for name, text in written.items() if re.search(r"<(this\s+)?repository>", text)}
    assert left == {RELEASING}


def test_the_project_s_urls(written: dict[str, str]) -> None:
    project = tomllib.loads(written["pyproject.toml"])["project"]

    assert project["urls"] == {
        "Homepage": ADDRESS,
        "Documentation": f"{ADDRESS}/blob/main/docs/README.md",
        "Changelog": f"{ADDRESS}/blob/main/CHANGELOG.md",
        "Issues": f"{ADDRESS}/issues",
        "Source": ADDRESS,
    }
    assert project["scripts"]
    schema = registry_schema({}, project)
    assert schema["repository"] == ADDRESS
    assert schema["logoUrl"].startswith("https://raw.githubusercontent.com/acme/kms-jwt/v")


def test_every_link_of_the_long_description_is_absolute_and_leads_to_a_file(written: dict[str, str]) -> None:
    readme = tomllib.loads(written["pyproject.toml"])["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    description = written["README.md"]
    for substitution in readme["substitutions"]:
        description = re.sub(substitution["pattern"], substitution["replacement"], description)
    links = re.findall(r"\]\(([^)]+)\)", description)
    ours = [link.removeprefix(f"{ADDRESS}/blob/v$HFPR_VERSION/") for link in links if link.startswith(ADDRESS)]

    assert all(link.startswith("https://") for link in links)
    assert len(ours) > 20
    assert [link for link in ours if not (ROOT / link.partition("#")[0]).exists()] == []


def test_a_vulnerability_is_reported_in_private(written: dict[str, str]) -> None:
    form = f"{ADDRESS}/security/advisories/new"
    config = yaml.safe_load(written[".github/ISSUE_TEMPLATE/config.yml"])

    assert f"({form})" in written["SECURITY.md"]
    assert config["blank_issues_enabled"] is False
    assert [link["url"] for link in config["contact_links"]] == [form]
    assert {"name", "url", "about"} == set(config["contact_links"][0])


@pytest.mark.parametrize(
    "address", ["", "acme/kms-jwt", "http://github.com/acme/kms-jwt", f"{ADDRESS}.git", f"{ADDRESS}/", f"{ADDRESS} x"]
)
def test_an_address_that_is_none(address: str, texts: dict[str, str]) -> None:
    with pytest.raises(NotWritten, match=r"^the address must have the form https://<host>/<owner>/<name>, and is '"):
        with_address(texts, address)


def test_an_address_is_written_once(written: dict[str, str]) -> None:
    with pytest.raises(NotWritten, match=r"^pyproject\.toml has \[project\.urls\] already"):
        with_address(written, ADDRESS)


def test_every_place_that_is_filled_in_by_hand_is_listed(texts: dict[str, str]) -> None:
    without = {name for name, text in texts.items() if re.search(r"@<owner>|`<address>`", text)} - {RELEASING}

    assert {"CODE_OF_CONDUCT.md", ".github/CODEOWNERS"} <= without
    assert without <= set(re.findall(r"`([^`\s]+)`", texts[RELEASING]))


def test_nothing_else_needs_what_is_deleted_then(written: dict[str, str]) -> None:
    using = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if "release.address" in path.read_text()
    }
    naming = {name for name, text in written.items() if re.search(r"release[./]address", text)}

    assert using == {"tests/packaging/test_address.py"}
    assert naming == {"release/address.py", RELEASING}


def test_a_file_that_no_longer_has_its_place_for_it(texts: dict[str, str]) -> None:
    with pytest.raises(NotWritten, match=r"'\*Report a vulnerability\*' was not found"):
        with_address({**texts, "SECURITY.md": ""}, ADDRESS)
