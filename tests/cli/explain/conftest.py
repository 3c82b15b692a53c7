"""The configuration as a file."""

import json
from pathlib import Path

import pytest

from .judged import CONFIG


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG))
    return str(path)
