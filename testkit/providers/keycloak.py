"""Keycloak: a realm, whose set has a key for encryption, and whose payload says what kind of token it is.

https://www.keycloak.org/docs/latest/server_admin/
"""

from .provider import ADMIN, DIRECT, Provider, certified, key, public, sealed, spare

HOST = "https://sso.example.com/realms"


def keycloak(now: int) -> Provider:
    """The realm ``shop``, with a client ``shop`` and an audience mapper for ``orders``."""
    current = key("RS256", "keycloak", "exampleRealmKey-RS256-00000001")
    neighbour = key("RS256", "stranger", "anotherRealmKey-RS256-00000001")
    common = {
        "iss": f"{HOST}/shop",
        "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        "iat": now - 30,
        "exp": now + 270,
        "azp": "shop",
        "sid": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
        "acr": "1",
    }
    access = {
        **common,
        "jti": "onrtac:aaaaaaaa-bbbb-4ccc-8ddd-000000000002",
        "aud": ["orders", "account"],
        "typ": "Bearer",
        "realm_access": {"roles": ["offline_access", "uma_authorization"]},
        "resource_access": {"orders": {"roles": ["reader"]}, "account": {"roles": ["manage-account"]}},
        "scope": "openid profile",
        "preferred_username": "alice",
    }
    identity = {**common, "jti": "aaaaaaaa-bbbb-4ccc-8ddd-000000000003", "aud": "shop", "typ": "ID"}
    wide = {"orders": {"roles": ["reader", "orders:admin"]}}

    def signed(claims: dict[str, object], typ: str = "JWT") -> str:
        return sealed(current, claims, typ=typ)

    return Provider(
        "keycloak",
        f"{HOST}/shop",
        f"{HOST}/shop/protocol/openid-connect/certs",
        {
            "keys": [
                public(current, certified(current, "shop")),
                spare("keycloak-encryption", "exampleRealmKey-RSA-OAEP-0001", use="enc", alg="RSA-OAEP"),
            ]
        },
        {
            DIRECT: signed(access),
            "at+jwt": signed(access, "at+jwt"),
            ADMIN: signed({**access, "resource_access": wide, "scope": "openid orders:admin"}),
            "ID token": signed(identity),
            "ID token for the API": signed({**identity, "aud": ["shop", "orders"]}),
            "without a mapper": signed({**access, "aud": "account"}),
            "neighbour": sealed(neighbour, {**access, "iss": f"{HOST}/other"}, typ="JWT"),
            "neighbour, our iss": sealed(neighbour, access, typ="JWT"),
            "another client": signed({**access, "azp": "other"}),
        },
    )
