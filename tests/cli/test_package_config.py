"""``config.json`` of a package, which anybody may have made."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from cli.check import function
from cli.check.row import NotChecked
from cli.check.sender import Deadline
from cli.package_config import package_config

_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def _package(content: bytes, compression: int = zipfile.ZIP_DEFLATED, name: str = "config.json") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as package:
        package.writestr(name, content)
    return packed.getvalue()


def _with_header(flags: int | None = None, method: int | None = None) -> bytes:
    """Not compressed, whatever the headers say."""
    octets = bytearray(_package(b"{}", zipfile.ZIP_STORED))
    for signature, place in ((_LOCAL, 6), (_CENTRAL, 8)):
        start = octets.find(signature) + place
        for value, at in ((flags, start), (method, start + 2)):
            if value is not None:
                octets[at : at + 2] = struct.pack("<H", value)
    return bytes(octets)


def _broken(compression: int) -> bytes:
    octets = bytearray(_package(json.dumps(list(range(2000))).encode(), compression))
    start = octets.find(b"config.json") + len("config.json")
    octets[start : start + 30] = bytes(octet ^ 0xFF for octet in octets[start : start + 30])
    return bytes(octets)


def test_it_is_read() -> None:
    assert package_config(_package(b'{"version": 1}')) == {"version": 1}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"<html>", id="no zip file"),
        pytest.param(lambda: _package(b"{}")[:40], id="cut off"),
        pytest.param(lambda: _package(b"{}", name="main.py"), id="no such file"),
        pytest.param(lambda: _package(b"/etc/passwd"), id="a link's target"),
        pytest.param(lambda: _package(b"[1]"), id="no object"),
        pytest.param(lambda: _package(b"[" * 50_000_000), id="a bomb"),
        pytest.param(lambda: _with_header(flags=1), id="encrypted"),
        pytest.param(lambda: _with_header(method=97), id="compressed as nobody can read"),
        pytest.param(lambda: _with_header(method=12), id="compressed otherwise than it says"),
        *(pytest.param(lambda method=method: _broken(method), id=f"broken {method}") for method in (8, 12, 14)),
    ],
)
def test_what_is_none_is_one_error(make: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match=r"^it has no config.json of an authorizer of kms-jwt$"):
        package_config(make())


def test_a_function_of_a_container_image_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched: without a location that would be from whoever listens on this machine."""
    monkeypatch.setattr(function, "fetch", None)
    image = {"RepositoryType": "ECR", "ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}
    account: Any = SimpleNamespace(lambda_=SimpleNamespace(get_function=lambda **_: {"Code": image}))
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    with pytest.raises(NotChecked, match=r"^its package has no config.json: is it an authorizer of kms-jwt\?$"):
        _ = function.AuthorizerFunction(lambda: arn, account, Deadline()).document
