"""A token endpoint (RFC 6749) for the client credentials grant, section 4.4. Handler: ``token_endpoint.handler``.

The tokens are access tokens in the profile of RFC 9068, signed by KMS.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote_plus

from kms_jwt.issuer import IssuerError, KmsSigner

LIFETIME_SECONDS = 900
SETTINGS: dict[str, Any] = json.loads(Path(__file__).with_name("settings.json").read_text())
SIGNER = KmsSigner(os.environ["SIGNING_KEY"])


class ErrorResponse(Exception):
    """An error response of section 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


class Credentials(NamedTuple):
    """The credentials of a client."""

    client_id: str
    secret: str


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request in API Gateway's payload format 2.0."""
    try:
        return _answer(200, _token(event))
    except ErrorResponse as error:
        body = {"error": error.error, "error_description": str(error)}
        if error.error == "invalid_client":
            return _answer(401, body, {"www-authenticate": 'Basic realm="token"'})
        return _answer(400, body)
    except IssuerError as fault:
        print(json.dumps({"level": "ERROR", "message": str(fault)}))  # names the key and what to do, but no secret
        return _answer(503, {"message": "Service Unavailable"}, {"retry-after": "1"})


def _token(event: dict[str, Any]) -> dict[str, object]:
    form = _form(event)
    client_id, client = _authenticate(_credentials(event, form))
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise ErrorResponse("invalid_request", "grant_type is missing")
    if grant_type != "client_credentials":
        raise ErrorResponse("unsupported_grant_type", "grant_type must be client_credentials")
    scopes = form["scope"].split() if "scope" in form else client["scopes"]
    if not set(scopes) <= set(client["scopes"]):
        raise ErrorResponse("invalid_scope", "the client may not have all of these scopes")
    now = int(time.time())
    claims = {
        "iss": SETTINGS["issuer"],
        "aud": SETTINGS["audience"],
        "sub": client_id,
        "client_id": client_id,
        "scope": " ".join(scopes),
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    token = SIGNER.sign(claims, {"typ": "at+jwt"})
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "scope": claims["scope"],
    }


def _form(event: dict[str, Any]) -> dict[str, str]:
    """The parameters of the body; those in the URL, which is logged, are ignored, as are empty ones (section 3.2)."""
    content_type = event.get("headers", {}).get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise ErrorResponse("invalid_request", "the body must be application/x-www-form-urlencoded")
    body = event.get("body") or ""
    try:
        text = base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
        parameters = parse_qs(text, max_num_fields=20, errors="strict")
    except ValueError:
        raise ErrorResponse("invalid_request", "the body cannot be read") from None
    if any(len(values) > 1 for values in parameters.values()):
        raise ErrorResponse("invalid_request", "a parameter is repeated")
    return {name: values[0] for name, values in parameters.items()}


def _credentials(event: dict[str, Any], form: dict[str, str]) -> Credentials:
    """From the header Authorization, or from the body; both at once are an error (section 2.3)."""
    header = event.get("headers", {}).get("authorization")
    if header is None:
        return Credentials(form.get("client_id", ""), form.get("client_secret", ""))
    if "client_secret" in form:
        raise ErrorResponse("invalid_request", "the client shows its credentials in two ways")
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        scheme, client_id, colon, secret = "", "", "", ""
    if scheme.lower() != "basic" or not colon:
        raise ErrorResponse("invalid_client", "the header Authorization must be Basic")
    return Credentials(unquote_plus(client_id), unquote_plus(secret))


def _authenticate(shown: Credentials) -> tuple[str, dict[str, Any]]:
    """The authenticated client. A secret is random and long, so that a plain hash does not reveal it.

    An unknown client takes the same comparison as a wrong secret, and gets the same response.
    """
    client = SETTINGS["clients"].get(shown.client_id, {"secret_sha256": "0" * 64, "scopes": []})
    digest = hashlib.sha256(shown.secret.encode()).hexdigest()
    if not hmac.compare_digest(digest, client["secret_sha256"]):
        raise ErrorResponse("invalid_client", "unknown client, or wrong secret")
    return shown.client_id, client


def _answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A response with a token or an error, which must not be cached (section 5.1)."""
    fixed = {"content-type": "application/json", "cache-control": "no-store", "pragma": "no-cache"}
    return {"statusCode": status, "headers": {**fixed, **(headers or {})}, "body": json.dumps(body)}
