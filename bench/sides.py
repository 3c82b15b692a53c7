"""The Lambda functions to compare, each in a folder as Lambda would unpack it."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from components.lambda_authorizer.package import build_package
from components.lambda_package.target import host_target
from emulator.aws import DEFAULT_REGION
from emulator.server import MiniStack
from testkit.signers import Signer
from testkit.tokens import AUDIENCE, ISSUER

from .environment import MissingError, go_program, node_function, runtime_python, site_packages
from .tokens import config

NOTHING, OURS, PYJWT, GO = "Python, does nothing", "kms-jwt", "PyJWT + boto3", "Go, as the original"
NODE = "aws-jwt-verify (Node.js)"
WITHOUT_BYTECODE = "kms-jwt without bytecode"

_FUNCTIONS = Path(__file__).parent / "functions"
_LIBRARIES = ("cryptography", "cffi", "jwt", "_cffi_backend*")


class Side(NamedTuple):
    """How to start a function."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str]


def prepare(folder: Path, signer: Signer, ministack: MiniStack) -> tuple[dict[str, Side], list[str]]:
    """The sides, below ``folder``, and remarks on those that are missing."""
    aws = {
        "KMS_KEY_ID": signer.kid,
        "AWS_ENDPOINT_URL": ministack.endpoint,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    sides = {
        NOTHING: _python("noop.handler", _copy(_FUNCTIONS / "noop.py", folder / "noop"), {}),
        OURS: _python("authorizer.handler.handler", _ours(folder / "ours", signer), {}),
        WITHOUT_BYTECODE: _python("authorizer.handler.handler", _ours(folder / "plain", signer, bytecode=False), {}),
        PYJWT: _python("pyjwt_boto3.handler", _pyjwt(folder / "pyjwt"), aws),
    }
    others: dict[str, Callable[[], Side]] = {
        GO: lambda: Side([str(go_program("original"))], folder, aws),
        NODE: lambda: Side(["node", "runtime.mjs"], node_function(), _pinned(signer)),
    }
    missing = []
    for name, make in others.items():
        try:
            sides[name] = make()
        except MissingError as error:
            missing.append(str(error))
    return sides, missing


def _python(handler: str, folder: Path, environment: Mapping[str, str]) -> Side:
    return Side([str(runtime_python()), "-m", "awslambdaric", handler], folder, environment)


def _copy(file: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(file, folder)
    return folder


def _ours(folder: Path, signer: Signer, *, bytecode: bool = True) -> Path:
    ignored = [] if bytecode else ["__pycache__"]
    shutil.copytree(build_package(host_target()), folder, ignore=shutil.ignore_patterns(*ignored))
    (folder / "config.json").write_text(json.dumps(config(signer)))
    return folder


def _pinned(signer: Signer) -> Mapping[str, str]:
    """The settings of the function in Node.js; its key is pinned, as ours is."""
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "ISSUER": ISSUER, "AUDIENCE": AUDIENCE, "JWKS": json.dumps({"keys": [signer.jwk]})}


def _pyjwt(folder: Path) -> Path:
    """PyJWT and cryptography come with the function, as sources; boto3 is the runtime's, with bytecode, as in Lambda."""
    _copy(_FUNCTIONS / "pyjwt_boto3.py", folder)
    for pattern in _LIBRARIES:
        for path in site_packages().glob(pattern):
            if path.is_dir():
                shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, folder)
    return folder
