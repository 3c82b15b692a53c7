"""Large files of Lambda packages, compressed once for all runs: otherwise it is a tenth of what a first deployment takes.

They are in the user's cache folder, a few megabytes for each version of a compiled dependency. What is damaged there is
compressed anew.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

LARGE = 1 << 20
"""Bytes from which on a file is kept."""

_DIGEST = hashlib.sha256().digest_size


def kept(key: str, compress: Callable[[], bytes]) -> bytes:
    """What ``compress`` returns, or what it has returned for this ``key`` before."""
    folder = user_cache_path("kms-jwt", appauthor=False) / "compressed"
    file = folder / hashlib.sha256(key.encode()).hexdigest()
    with contextlib.suppress(OSError):
        digest, content = (found := file.read_bytes())[:_DIGEST], found[_DIGEST:]
        if hashlib.sha256(content).digest() == digest:
            return content
    content = compress()
    with contextlib.suppress(OSError):  # without it, the next run takes as long as this one
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
            unfinished.write(hashlib.sha256(content).digest() + content)
        Path(unfinished.name).replace(file)
    return content
