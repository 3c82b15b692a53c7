"""What a configuration needs of the package's single module, and for which it does not suffice."""

import json
from pathlib import Path
from typing import Any

import pytest

from authorizer.keys import _FAMILIES
from authorizer.single_module import needed
from testkit.signers import ALGORITHMS, signer

from .documents import document

KEY = signer("ES512")

PARTNER = {"name": "partner", "issuers": ["https://partner.example.com"], "audiences": ["orders"], "scopes": []}


def _needed(folder: Path, text: str) -> set[str] | None:
    """The names of the families, or ``None``."""
    path = folder / "config.json"
    path.write_text(text)
    modules = needed(str(path))
    if modules is None:
        return None
    assert all(module.startswith("authorizer.algorithms.") for module in modules)
    return {module.rpartition(".")[2] for module in modules}


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_pinned_keys(alg: str, tmp_path: Path) -> None:
    """The families as ``keys`` has them: ECDSA's is always there, and that of ML-DSA never."""
    family = _FAMILIES[alg]
    wanted = None if family == "mldsa" else {family} - {"ecdsa"}
    theirs = [{**PARTNER, "keys": [signer(alg, "partner").jwk]}]

    assert _needed(tmp_path, json.dumps(document(signer(alg)))) == wanted
    assert _needed(tmp_path, json.dumps(document(KEY, trusted_issuers=theirs))) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"kms": {"keys": []}},
        {"denylist": {"bucket": "revoked"}},
        {"trusted_issuers": [{**PARTNER, "keys": [], "jwks_url": {"url": "https://partner.example.com/keys"}}]},
    ],
)
def test_nothing_that_is_read_at_run_time(changes: dict[str, Any], tmp_path: Path) -> None:
    assert _needed(tmp_path, json.dumps(document(KEY, **changes))) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"keys": [1]}', '{"keys": [{}]}', '{"keys": null}', "\xff", "[" * 100_000],
    ids=lambda text: text[:20],
)
def test_the_errors_of_a_configuration_are_for_the_other_modules(text: str, tmp_path: Path) -> None:
    assert _needed(tmp_path, text) is None


def test_no_configuration(tmp_path: Path) -> None:
    assert needed(str(tmp_path / "config.json")) is None
