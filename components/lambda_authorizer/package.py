"""The authorizer's Lambda package: ``authorizer/`` and its locked dependencies."""

from pathlib import Path

from ..contract import AUTHORIZER
from ..lambda_package import package
from ..lambda_package.target import Target

CONTENTS = package.Contents("The authorizer's package", (AUTHORIZER,), AUTHORIZER / "requirements.txt")


def build_package(target: Target, *, bytecode: bool = True) -> Path:
    """The folder to deploy. Raises ``PackageError``."""
    return package.build_package(CONTENTS, target, bytecode=bytecode)
