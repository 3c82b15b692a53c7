"""The authorizer's Lambda package: ``authorizer/`` and its locked dependencies."""

from pathlib import Path

from ..contract import AUTHORIZER
from ..lambda_package import package
from ..lambda_package.single_module import SingleModule
from ..lambda_package.target import Target

SINGLE_MODULE = SingleModule(
    handler="authorizer.handler",
    condition="authorizer.single_module",
    later=("authorizer.algorithms.ecdsa",),
    by_compiled_code=(
        (
            "cryptography.exceptions",
            ("AlreadyFinalized", "InternalError", "InvalidKey", "InvalidSignature", "UnsupportedAlgorithm"),
        ),
        ("cryptography.hazmat.primitives.hashes", ("ExtendableOutputFunction", "HashAlgorithm")),
        ("cryptography.hazmat.primitives.asymmetric.ec", ("ECDSA", "EllipticCurve")),
        ("cryptography.hazmat.primitives.asymmetric.utils", ("Prehashed",)),
    ),
)
"""What the default configuration imports. The names are those that ``cryptography``'s Rust code imports for ECDSA and hashes:
``src/rust/src/types.rs``, ``exceptions.rs`` and ``error.rs`` in its repository."""

_PLAIN = package.Contents("The authorizer's package", (AUTHORIZER,), AUTHORIZER / "requirements.txt")

CONTENTS = _PLAIN._replace(single_module=SINGLE_MODULE)


def build_package(target: Target, *, bytecode: bool = True, single_module: bool = True) -> Path:
    """The folder to deploy. Raises ``PackageError``.

    With ``single_module``, what the default configuration imports is one module, which shortens cold starts.
    """
    return package.build_package(CONTENTS if single_module else _PLAIN, target, bytecode=bytecode)
