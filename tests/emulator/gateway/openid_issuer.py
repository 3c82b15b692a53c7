"""An OpenID provider on this machine: its configuration, its keys, and tokens that it signs with RSA."""

import base64
import json
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .conftest import Backend

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


class Issuer:
    """Answers at the URL of a backend, whose requests are counted."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.url = f"{backend.url}/tenant"
        self.keys: list[dict[str, Any]] = [jwk("1")]
        self.configuration: dict[str, Any] = {"issuer": self.url, "jwks_uri": f"{backend.url}/keys"}
        backend.by_path = {
            "/tenant/.well-known/openid-configuration": lambda: json.dumps(self.configuration).encode(),
            "/keys": lambda: json.dumps({"keys": self.keys}).encode(),
        }

    @property
    def asked(self) -> list[str]:
        return [request["path"] for request in self._backend.requests]

    def token(self, header: dict[str, Any] | None = None, key: rsa.RSAPrivateKey = KEY, **claims: Any) -> str:
        """A token for ``orders``; a claim that is ``None`` is left out."""
        now = int(time.time())
        payload = {"iss": self.url, "sub": "alice", "aud": "orders", "exp": now + 600, "iat": now - 1, **claims}
        return signed({"alg": "RS256", "kid": "1", **(header or {})}, payload, key)


def jwk(kid: str, key: rsa.RSAPrivateKey = KEY, **more: Any) -> dict[str, Any]:
    """The public key as a JSON Web Key."""
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "e": _number(numbers.e), "n": _number(numbers.n), **more}


def signed(header: dict[str, Any], claims: dict[str, Any], key: rsa.RSAPrivateKey = KEY) -> str:
    """A token; what is ``None`` is left out. With an algorithm that is not of RSA, it has the signature of RS256."""
    parts = [
        json.dumps({name: value for name, value in part.items() if value is not None}).encode()
        for part in (header, claims)
    ]
    text = ".".join(map(segment, parts))
    algorithm = HASHES.get(str(header.get("alg")), HASHES["RS256"])
    return f"{text}.{segment(key.sign(text.encode(), padding.PKCS1v15(), algorithm))}"


def segment(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _number(number: int) -> str:
    return segment(number.to_bytes((number.bit_length() + 7) // 8, "big"))
