"""RSA keys by name, kept in the checkout: to generate one takes as long as to sign with it a hundred times."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

_FOLDER = Path(__file__).resolve().parents[1] / ".cache" / "rsa-keys"


def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """The key called ``name``, of 2048 bits: random, and the same in every process until ``make clean``.

    If processes generate it at the same time, or it cannot be kept, each has its own in this run.
    """
    path = _FOLDER / f"{sha256(name.encode()).hexdigest()}.der"
    try:
        # Nobody else writes there. To test whether the primes are prime takes half as long as to find them.
        kept = load_der_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    except OSError:
        return _generate(path)
    return cast("rsa.RSAPrivateKey", kept)


def _generate(path: Path) -> rsa.RSAPrivateKey:
    key = rsa.generate_private_key(65537, 2048)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        Path(file.name).replace(path)  # at once, so that no process reads half of it
    return key
