"""The token service's Lambda package: ``issuer/``, ``authorizer/``, and their locked dependencies.

boto3 is not among them: Lambda's Python runtimes have it.
"""

from pathlib import Path

from ..contract import AUTHORIZER
from ..lambda_package import package
from ..lambda_package.target import Target
from .contract import ISSUER

HANDLER = "issuer.token_service.handler.handler"

CONTENTS = package.Contents(
    "The token service's package", (AUTHORIZER, ISSUER), ISSUER / "token_service" / "requirements.txt"
)


def build_package(target: Target, *, bytecode: bool = True) -> Path:
    """The folder to deploy. Raises ``PackageError``."""
    return package.build_package(CONTENTS, target, bytecode=bytecode)
