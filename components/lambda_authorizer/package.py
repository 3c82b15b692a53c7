"""The authorizer's Lambda package: ``authorizer/`` and its locked dependencies."""

from pathlib import Path

from ..contract import AUTHORIZER
from ..lambda_package import package
from ..lambda_package.single_module import Later, SingleModule
from ..lambda_package.target import Target

_HASHES = ("cryptography.hazmat.primitives.hashes", ("ExtendableOutputFunction", "HashAlgorithm"))

_EXCEPTIONS = (
    "cryptography.exceptions",
    ("AlreadyFinalized", "InternalError", "InvalidKey", "InvalidSignature", "UnsupportedAlgorithm"),
)

SINGLE_MODULE = SingleModule(
    handler="authorizer.handler",
    default=Later(
        "authorizer.algorithms.ecdsa",
        (
            _EXCEPTIONS,
            _HASHES,
            ("cryptography.hazmat.primitives.asymmetric.ec", ("ECDSA", "EllipticCurve")),
            ("cryptography.hazmat.primitives.asymmetric.utils", ("Prehashed",)),
        ),
    ),
    others=(
        Later(
            "authorizer.algorithms.rsassa",
            (
                _EXCEPTIONS,
                _HASHES,
                ("cryptography.hazmat.primitives.asymmetric.padding", ("AsymmetricPadding", "MGF1", "PKCS1v15", "PSS")),
                ("cryptography.hazmat.primitives.asymmetric.utils", ("NoDigestInfo", "Prehashed")),
            ),
        ),
        Later("authorizer.algorithms.eddsa", (_EXCEPTIONS,)),
    ),
    condition="authorizer.single_module",
)
"""What pinned keys import, except those for ML-DSA, for which ``cryptography`` imports ciphers and more. The names are those
that its Rust code looks up to hash and to verify: ``src/rust/src/types.rs``, ``exceptions.rs``, ``error.rs`` and
``backend/rsa.rs`` in its repository."""

_PLAIN = package.Contents("The authorizer's package", (AUTHORIZER,), AUTHORIZER / "requirements.txt")

CONTENTS = _PLAIN._replace(single_module=SINGLE_MODULE)


def build_package(target: Target, *, bytecode: bool = True, single_module: bool = True) -> Path:
    """The folder to deploy. Raises ``PackageError``.

    With ``single_module``, what the default configuration imports is one module, which shortens cold starts.
    """
    return package.build_package(CONTENTS if single_module else _PLAIN, target, bytecode=bytecode)
