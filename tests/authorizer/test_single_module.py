"""For which configurations the package's single module suffices."""

import json
from pathlib import Path
from typing import Any

import pytest

from authorizer.single_module import suffices
from testkit.signers import ALGORITHMS, signer

from .documents import document

KEY = signer("ES512")

PARTNER = {"name": "partner", "issuers": ["https://partner.example.com"], "audiences": ["orders"], "scopes": []}


def _suffices(folder: Path, text: str) -> bool:
    path = folder / "config.json"
    path.write_text(text)
    return suffices(str(path))


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_pinned_keys_for_ecdsa(alg: str, tmp_path: Path) -> None:
    theirs = [{**PARTNER, "keys": [signer(alg, "partner").jwk]}]

    assert _suffices(tmp_path, json.dumps(document(signer(alg)))) is alg.startswith("ES")
    assert _suffices(tmp_path, json.dumps(document(KEY, trusted_issuers=theirs))) is alg.startswith("ES")


@pytest.mark.parametrize(
    "changes",
    [
        {"kms": {"keys": []}},
        {"denylist": {"bucket": "revoked"}},
        {"trusted_issuers": [{**PARTNER, "keys": [], "jwks_url": {"url": "https://partner.example.com/keys"}}]},
    ],
)
def test_nothing_that_is_read_at_run_time(changes: dict[str, Any], tmp_path: Path) -> None:
    assert not _suffices(tmp_path, json.dumps(document(KEY, **changes)))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"keys": [1]}', '{"keys": [{}]}', '{"keys": null}', "\xff", "[" * 100_000],
    ids=lambda text: text[:20],
)
def test_the_errors_of_a_configuration_are_for_the_other_modules(text: str, tmp_path: Path) -> None:
    assert not _suffices(tmp_path, text)


def test_no_configuration(tmp_path: Path) -> None:
    assert not suffices(str(tmp_path / "config.json"))
