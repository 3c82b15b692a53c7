"""Okta, with a custom authorization server. Its tokens have no ``typ``.

https://developer.okta.com/docs/reference/api/oidc/
"""

from .provider import ADMIN, DIRECT, Provider, key, public, sealed, spare

ISSUER = "https://example.okta.com/oauth2/ausexampleorders0001"
CLIENT = "0oaexampleshop000001"


def okta(now: int) -> Provider:
    """An authorization server with the audience ``api://orders``."""
    current, neighbour = (
        key("RS256", "okta", "oktaexamplecurrent-01"),
        key("RS256", "stranger", "oktaexampleanother-01"),
    )
    access = {
        "ver": 1,
        "jti": "AT.0exampleexampleexampleexampleexample",
        "iss": ISSUER,
        "aud": "api://orders",
        "iat": now - 30,
        "exp": now + 3570,
        "cid": CLIENT,
        "uid": "00uexampleuser000001",
        "scp": ["openid", "orders:read"],
        "auth_time": now - 60,
        "sub": "alice@example.com",
    }
    identity = {
        "sub": "00uexampleuser000001",
        "ver": 1,
        "jti": "ID.0exampleexampleexampleexampleexample",
        "iss": ISSUER,
        "aud": CLIENT,
        "iat": now - 30,
        "exp": now + 3570,
        "amr": ["pwd"],
        "idp": "00oexample0000000001",
        "at_hash": "exampleexampleexample0",
    }
    organization = {**access, "iss": "https://example.okta.com", "aud": "https://example.okta.com"}
    return Provider(
        "okta",
        ISSUER,
        f"{ISSUER}/v1/keys",
        {"keys": [public(current), spare("okta-next", "oktaexamplethenext-01", alg="RS256")]},
        {
            DIRECT: sealed(current, access, typ=None),
            ADMIN: sealed(current, {**access, "scp": ["orders:read", "orders:admin"]}, typ=None),
            "ID token": sealed(current, identity, typ=None),
            "neighbour": sealed(neighbour, {**access, "iss": "https://other.okta.com/oauth2/default"}, typ=None),
            "org server": sealed(current, organization, typ="okta-internal-at+jwt"),
            "another client": sealed(current, {**access, "cid": "0oaanother"}, typ=None),
        },
    )
