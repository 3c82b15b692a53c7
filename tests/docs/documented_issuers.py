"""The inputs of ``docs/issuers.md`` for each provider: the page is what the tests deploy."""

from collections.abc import Mapping
from typing import Any

import yaml

from .code_blocks import BLOCKS

DOCUMENTED: Mapping[str, dict[str, Any]] = {
    inputs["name"]: inputs
    for block in BLOCKS
    if (block.language, block.kind) == ("yaml", "issuer")
    for inputs in [yaml.safe_load(block.text)]
}
"""An entry of ``trusted_issuers`` by its name."""
