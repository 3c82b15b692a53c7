"""Google: ID tokens, the only JWTs that it gives to others' APIs, with either spelling of ``iss``.

https://developers.google.com/identity/openid-connect/reference
"""

from .provider import ADMIN, DIRECT, Provider, key, public, sealed, spare

ISSUER = "https://accounts.google.com"
CLIENT = "000000000001-example.apps.googleusercontent.com"


def google(now: int) -> Provider:
    """Two people of the Workspace domain ``example.com``, and others."""
    current = key("RS256", "google", "0123456789abcdef0123456789abcdef01234567")
    identity = {
        "iss": ISSUER,
        "azp": CLIENT,
        "aud": CLIENT,
        "sub": "100000000000000000001",
        "hd": "example.com",
        "email": "alice@example.com",
        "email_verified": True,
        "iat": now - 30,
        "exp": now + 3570,
    }

    def signed(**changes: object) -> str:
        return sealed(current, {**identity, **changes}, typ="JWT")

    private = {name: value for name, value in identity.items() if name != "hd"} | {"email": "alice@example.net"}
    return Provider(
        "google",
        ISSUER,
        "https://www.googleapis.com/oauth2/v3/certs",
        {"keys": [spare("google-next", "89abcdef0123456789abcdef0123456789abcdef", alg="RS256"), public(current)]},
        {
            DIRECT: signed(),
            "without https://": signed(iss="accounts.google.com"),
            ADMIN: signed(scope="orders:admin"),
            "of another client": signed(aud="000000000002-other.apps.googleusercontent.com"),
            "neighbour": signed(hd="example.org", email="bob@example.org"),
            "of nobody's domain": sealed(current, private, typ="JWT"),
        },
    )
