"""Stands for an identity provider (Auth0) on the emulator: `keys` makes a key, `access` and `id` print a token of a user.

The tokens have the shape that Auth0 documents; nobody has asked Auth0 for one.
"""

import json
import sys
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY, JWKS = Path("provider.pem"), Path("provider.jwks.json")
ISSUER, CLIENT = "https://example-dev.eu.auth0.com/", "Zx3Example0Shop0Client0AppId00001"
AUDIENCES = {"access": ["https://api.example.com/orders", f"{ISSUER}userinfo"], "id": CLIENT}


def make_key() -> None:
    """A new key: its private half stays with the provider, the other one is published."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    KEY.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    JWKS.write_text(json.dumps({"keys": [{**jwk, "kid": "provider-1", "use": "sig", "alg": "RS256"}]}))


def token(kind: str) -> str:
    """An access token, with permissions as with RBAC, or an ID token."""
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "auth0|alice", "aud": AUDIENCES[kind], "azp": CLIENT, "iat": now, "exp": now + 600}
    granted = {"scope": "openid", "permissions": ["orders:read", "orders:write"]} if kind == "access" else {}
    return jwt.encode({**claims, **granted}, KEY.read_bytes(), "RS256", {"kid": "provider-1"})


if __name__ == "__main__":
    if sys.argv[1:] == ["keys"]:
        make_key()
    else:
        print(token(sys.argv[1]))
