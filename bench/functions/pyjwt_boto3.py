"""A typical request authorizer with PyJWT and boto3: the key is read from KMS once, at init."""

import json
import os
from typing import Any

import boto3
import jwt
from cryptography.hazmat.primitives.serialization import load_der_public_key

_key = load_der_public_key(boto3.client("kms").get_public_key(KeyId=os.environ["KMS_KEY_ID"])["PublicKey"])


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    token = event["headers"]["authorization"].removeprefix("Bearer ")
    try:
        claims = jwt.decode(
            token,
            _key,  # type: ignore[arg-type] # the kind of key that this KMS key has
            algorithms=["ES512"],
            audience="orders",
            issuer="https://auth.example.com",
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as error:
        print(json.dumps({"level": "WARN", "message": "denied", "reason": type(error).__name__}))
        return {"isAuthorized": False}
    if "orders:read" not in claims.get("scope", "").split():
        return {"isAuthorized": False}
    print(json.dumps({"level": "INFO", "message": "allowed", "kid": jwt.get_unverified_header(token)["kid"]}))
    return {"isAuthorized": True, "context": {name: claims[name] for name in ("sub", "scope", "client_id")}}
