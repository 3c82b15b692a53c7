"""``kms-jwt client``: credentials that a client and the token service can use as they are."""

import hashlib
import json
import re
import stat
from pathlib import Path

import jwt
import pytest
from joserfc.jwk import ECKey

from cli.command_line import main


def _new(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["client", "new", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_a_secret_of_256_bits_and_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (_new(capsys).splitlines() for _ in range(2))

    secret, digest = first[1].strip(), first[3].strip()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret), "a character that Basic encodes, or not, by library"
    assert digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not {secret, digest} & {line.strip() for line in second}
    assert first[0].endswith("(client_secret):")
    assert first[2].endswith("(secret_hashes):")


def test_a_key_whose_signatures_the_printed_jwks_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "billing.pem"
    jwks = json.loads(_new(capsys, "--key", str(file)))

    (jwk,) = jwks["keys"]
    assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}, "the private key is not printed"
    assert (jwk["kty"], jwk["crv"], jwk["alg"], jwk["use"]) == ("EC", "P-256", "ES256", "sig")
    assert jwk["kid"] == ECKey.import_key(file.read_text()).thumbprint()
    token = jwt.encode({"sub": "billing"}, file.read_text(), "ES256", {"kid": jwk["kid"]})
    assert jwt.decode(token, jwt.PyJWKSet.from_dict(jwks)[jwk["kid"]], ["ES256"]) == {"sub": "billing"}


def test_the_private_key_is_for_its_owner_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "billing.pem"
    _new(capsys, "--key", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text()

    assert main(["client", "new", "--key", str(file)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"client: --key {file}: there is such a file, and a key is never overwritten: name another\n"
    )
    assert file.read_text() == written


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "new", "--key", str(tmp_path / "nowhere" / "key.pem")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(
        f"client: --key {tmp_path}/nowhere/key.pem: cannot be created: No such file or directory"
    )
