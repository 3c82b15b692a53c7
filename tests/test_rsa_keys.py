"""The kept RSA keys of the tests are whole keys, each of one name, which nobody else can read."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from testkit import rsa_keys


def test_a_kept_key_is_the_one_that_was_generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa_keys, "_FOLDER", tmp_path / "keys")
    generated, kept, other = (rsa_keys.rsa_key(name) for name in ("first", "first", "second"))

    assert kept.private_numbers() == generated.private_numbers() != other.private_numbers()
    signature = kept.sign(b"message", padding.PKCS1v15(), hashes.SHA256())
    generated.public_key().verify(signature, b"message", padding.PKCS1v15(), hashes.SHA256())
    files = list((tmp_path / "keys").iterdir())
    assert [file.stat().st_mode & 0o077 for file in files] == [0, 0]


def test_where_nothing_can_be_kept_each_process_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout that is read-only, or whose keys another user has generated."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(rsa_keys, "_FOLDER", tmp_path / "file" / "keys")

    assert rsa_keys.rsa_key("first").key_size == 2048
