"""Auth0, with both of its profiles of access tokens.

https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
"""

from .provider import ADMIN, DIRECT, Provider, certified, key, public, sealed, spare

ISSUER = "https://example-dev.eu.auth0.com/"
AUDIENCE = "https://api.example.com/orders"
CLIENT = "Zx3Example0Shop0Client0AppId00001"


def auth0(now: int) -> Provider:
    """A tenant whose next signing key is published already."""
    current, neighbour = (
        key("RS256", "auth0", "q1Example0current0key"),
        key("RS256", "stranger", "q1Example0another0key"),
    )
    user = {"sub": "auth0|0123456789abcdef01234567", "iat": now - 30, "exp": now + 86370}
    access = {
        "iss": ISSUER,
        "aud": [AUDIENCE, f"{ISSUER}userinfo"],
        **user,
        "azp": CLIENT,
        "scope": "openid profile orders:read",
    }
    rfc9068 = {name: value for name, value in access.items() if name != "azp"}
    rfc9068 |= {"client_id": CLIENT, "jti": "73WakrfVbNJBaAmhQtEeDv"}
    rbac = {**access, "scope": "openid", "permissions": ["orders:read"]}
    identity = {"iss": ISSUER, "aud": CLIENT, **user, "nonce": "n-0S6_WzA2Mj", "sid": "s1", "email": "a@example.com"}
    return Provider(
        "auth0",
        ISSUER,
        f"{ISSUER}.well-known/jwks.json",
        {
            "keys": [
                public(current, certified(current, "example-dev.eu.auth0.com")),
                spare("auth0-next", "q1Example0the0next0k1", alg="RS256"),
            ]
        },
        {
            DIRECT: sealed(current, access, typ="JWT"),
            "RFC 9068 profile": sealed(current, rfc9068, typ="at+jwt"),
            "RBAC": sealed(current, rbac, typ="JWT"),
            ADMIN: sealed(current, {**access, "scope": "orders:read orders:admin"}, typ="JWT"),
            "ID token": sealed(current, identity, typ="JWT"),
            "neighbour": sealed(neighbour, {**access, "iss": "https://example-other.eu.auth0.com/"}, typ="JWT"),
            "neighbour, our iss": sealed(neighbour, access, typ="JWT"),
            "another client": sealed(current, {**access, "azp": "another"}, typ="JWT"),
        },
    )
