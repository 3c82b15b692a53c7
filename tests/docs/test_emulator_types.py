"""``docs/emulator.md`` lists exactly what the emulator supports."""

import re
from collections import defaultdict

from emulator.resources.table import FUNCTIONS, RESOURCES

from .code_blocks import ROOT

TEXT = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")


def test_every_resource_type_is_listed_and_no_other() -> None:
    supported = defaultdict(set)
    for token in RESOURCES.keys() - {"pulumi:providers:aws"}:
        _, module, name = token.split(":")
        supported[module.partition("/")[0]].add(name)
    rows = re.findall(r"^\| `aws\.([a-z0-9_]+)` \| (.+) \|$", TEXT, re.MULTILINE)

    assert {module.rstrip("_"): set(re.findall(r"`(\w+)`", names)) for module, names in rows} == supported
    assert "| `aws.Provider` |" in TEXT


def test_every_function_is_named() -> None:
    for token in FUNCTIONS:
        name = re.sub("(?<=[a-z])([A-Z])", r"_\1", token.rpartition(":")[2]).lower()
        assert re.search(rf"`(\w+\.)?{name}`", TEXT), name
