"""Keys, tokens, events and configurations for the benchmarks, of the shape that real ones have."""

import json
import time
from typing import Any

from testkit import tokens
from testkit.signers import Signer
from testkit.tokens import AUDIENCE, ISSUER

ROUTE_KEY = "GET /orders"


def claims(number: int) -> dict[str, Any]:
    """The claims of token ``number``: no two tokens are alike."""
    now = int(time.time())
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"6f1ed002-ab59-4ae6-9b0e-{number:012d}",
        "iat": now - 10,
        "exp": now + 3000,
        "jti": f"0b8a5a9e-1f6c-4ac3-8c1d-{number:012d}",
        "client_id": "web",
        "scope": "orders:read orders:write",
    }


def token(signer: Signer, number: int, **changes: object) -> str:
    """Token ``number`` of ``signer``, with ``changes`` to its claims."""
    return tokens.token(signer, {**claims(number), **changes})


def config(*signers: Signer) -> dict[str, object]:
    """``config.json`` as the components write it by default, for an API with one route."""
    return {
        "version": 1,
        "keys": [signer.jwk for signer in signers],
        "issuers": [ISSUER],
        "audiences": [AUDIENCE],
        "required_claims": ["sub"],
        "max_token_age_seconds": 3600,
        "context_claims": ["sub", "scope", "client_id"],
        "routes": {ROUTE_KEY: {"scopes": ["orders:read"], "scopes_match": "all"}},
    }


def event(authorization: str) -> dict[str, Any]:
    """API Gateway's event, payload format 2.0, as a browser's request makes it."""
    headers = {
        "accept": "application/json",
        "accept-encoding": "gzip, deflate, br",
        "authorization": authorization,
        "content-length": "0",
        "host": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "x-amzn-trace-id": "Root=1-65f00000-0123456789abcdef01234567",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/$default/GET/orders",
        "identitySource": [authorization, ROUTE_KEY],
        "routeKey": ROUTE_KEY,
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-west-1.amazonaws.com",
            "domainPrefix": "abcdefghij",
            "http": {
                "method": "GET",
                "path": "/orders",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": headers["user-agent"],
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": ROUTE_KEY,
            "stage": "$default",
            "time": "18/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1_795_003_200_000,
        },
    }


def bearer(text: str) -> dict[str, Any]:
    """An event with the token ``text``."""
    return event(f"Bearer {text}")


def presented(text: str, certificate: str) -> dict[str, Any]:
    """An event with the token ``text`` and the client ``certificate`` (PEM), as it comes through a domain with mutual TLS."""
    found = bearer(text)
    found["identitySource"].append(certificate)
    found["requestContext"]["authentication"] = {
        "clientCert": {
            "clientCertPem": certificate,
            "subjectDN": "C=CH,O=Example,CN=client",
            "issuerDN": "C=CH,O=Example,CN=Example CA",
            "serialNumber": "1",
            "validity": {"notBefore": "Jan  5 00:00:00 2026 GMT", "notAfter": "Jan  5 00:00:00 2027 GMT"},
        }
    }
    return found


def dumps(value: object) -> bytes:
    """JSON as bytes."""
    return json.dumps(value).encode()
