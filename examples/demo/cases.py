"""The requests of the demo, each with the expected response."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

Claims = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One request and the status that it must get."""

    sent: str
    expected: HTTPStatus
    authorization: str | None = None
    route: str = "/whoami"

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the request."""
        return {} if self.authorization is None else {"Authorization": self.authorization}


def cases(sign: Callable[[Claims], str], sign_with_other_key: Callable[[Claims], str], claims: Claims) -> list[Case]:
    """All requests, given signers for the API's own KMS key and for another one, and the ``claims`` of a valid token.

    The stack has the routes ``/whoami`` (any valid token), ``/orders`` (scope ``orders:read``) and ``/health`` (public).
    """
    good = sign(claims)
    now = claims["iat"]
    scoped = sign({**claims, "scope": "orders:read"})
    expired = sign({**claims, "iat": now - 960, "exp": now - 60})
    elsewhere = sign({**claims, "aud": "invoices"})
    stranger = sign({**claims, "iss": "https://evil.example.com"})
    return [
        Case("no token", HTTPStatus.UNAUTHORIZED),
        Case("no token, but the public route /health", HTTPStatus.OK, route="/health"),
        Case("good token, as `Bearer <token>`", HTTPStatus.OK, f"Bearer {good}"),
        Case("good token, as `<token>` alone", HTTPStatus.OK, good),
        Case("good token, but /orders requires a scope", HTTPStatus.FORBIDDEN, f"Bearer {good}", "/orders"),
        Case("good token with that scope", HTTPStatus.OK, f"Bearer {scoped}", "/orders"),
        Case("expired a minute ago", HTTPStatus.FORBIDDEN, f"Bearer {expired}"),
        Case("wrong audience", HTTPStatus.FORBIDDEN, f"Bearer {elsewhere}"),
        Case("wrong issuer", HTTPStatus.FORBIDDEN, f"Bearer {stranger}"),
        Case("tampered: `sub` is now mallory", HTTPStatus.FORBIDDEN, f"Bearer {_tampered(good)}"),
        Case("signed by another KMS key", HTTPStatus.FORBIDDEN, f"Bearer {sign_with_other_key(claims)}"),
        Case("signed by another key under our kid", HTTPStatus.FORBIDDEN, f"Bearer {_forged(good, claims)}"),
        Case("not signed: `alg: none`", HTTPStatus.FORBIDDEN, f"Bearer {_unsigned(good, claims)}"),
    ]


def _tampered(token: str) -> str:
    """The token with another subject and its old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(jwt.utils.base64url_decode(payload))
    changed = jwt.utils.base64url_encode(json.dumps({**claims, "sub": "mallory"}).encode()).decode()
    return f"{header}.{changed}.{signature}"


def _forged(token: str, claims: Claims) -> str:
    """A token with the header of ``token``, signed by a key that is generated here."""
    header = jwt.get_unverified_header(token)
    return jwt.encode(claims, ec.generate_private_key(ec.SECP521R1()), header["alg"], {"kid": header["kid"]})


def _unsigned(token: str, claims: Claims) -> str:
    return jwt.encode(claims, "", "none", {"kid": jwt.get_unverified_header(token)["kid"]})
