"""``config.json`` in the package of a Lambda function, which may be anybody's."""

import io
import zipfile

from .packages.authorizer import strict_json

CONFIG = "config.json"
_MAX_BYTES = 1024 * 1024


def package_config(package: bytes) -> dict[str, object]:
    """The document. Raises ``ValueError`` if there is none, in whatever way."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as files, files.open(CONFIG) as file:
            return strict_json.loads(file.read(_MAX_BYTES))
    except Exception:  # also what zlib, bz2 and lzma raise, and what is encrypted or compressed otherwise
        raise ValueError(f"it has no {CONFIG} of an authorizer of kms-jwt") from None
