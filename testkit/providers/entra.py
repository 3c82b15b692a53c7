"""Microsoft Entra ID: tokens of both versions, from one tenant and one set of keys, which other tenants share.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from .provider import ADMIN, DIRECT, Provider, certified, key, public, sealed, spare

TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
NEIGHBOUR = "22222222-aaaa-4bbb-8ccc-000000000002"
API = "33333333-aaaa-4bbb-8ccc-000000000003"
CLIENT = "44444444-aaaa-4bbb-8ccc-000000000004"
KEY_ISSUER = "https://login.microsoftonline.com/{tenantid}/v2.0"
"""The member ``issuer`` of its keys, as it is written there."""


def entra(now: int) -> Provider:
    """A tenant with an API that is registered as ``API``, and a client that is registered as ``CLIENT``."""
    current = key("RS256", "entra", "exampleEntraKey0000000000001")
    x509 = certified(current, "accounts.accesscontrol.windows.net")
    common = {
        "iat": now - 300,
        "nbf": now - 300,
        "exp": now + 3600,  # 3900 s after iat, as in Microsoft's samples
        "oid": "55555555-aaaa-4bbb-8ccc-000000000005",
        "sub": "exampleExampleExampleExampleExampleExample1",
        "tid": TENANT,
        "uti": "exampleExampleExample1",
    }
    v2 = {
        **common,
        "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "aud": API,
        "azp": CLIENT,
        "azpacr": "0",
        "name": "Alice",
        "preferred_username": "alice@example.com",
        "scp": "Orders.Read",
        "ver": "2.0",
    }
    v1 = {
        **common,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "aud": f"api://{API}",
        "appid": CLIENT,
        "appidacr": "0",
        "scp": "Orders.Read",
        "ver": "1.0",
    }
    app = {name: value for name, value in v2.items() if name not in ("scp", "name", "preferred_username")}
    app |= {"azpacr": "1", "roles": ["Orders.Read.All"]}
    identity = {name: value for name, value in v2.items() if name not in ("azp", "azpacr", "scp")} | {"aud": CLIENT}
    other = {"iss": f"https://login.microsoftonline.com/{NEIGHBOUR}/v2.0", "tid": NEIGHBOUR}

    def signed(claims: dict[str, object], **header: object) -> str:
        return sealed(current, claims, typ="JWT", **header)

    return Provider(
        "entra",
        f"https://login.microsoftonline.com/{TENANT}/v2.0",
        f"https://login.microsoftonline.com/{TENANT}/discovery/v2.0/keys",
        {
            "keys": [
                public(current, {**x509, "issuer": KEY_ISSUER}, alg=False),
                spare(
                    "entra-next",
                    "exampleEntraKey0000000000002",
                    issuer="https://login.microsoftonline.com/{tenantid}/v2.0",
                ),
            ]
        },
        {
            DIRECT: signed(v2),
            "version 1": signed(v1, x5t=x509["x5t"]),
            "of an application": signed(app),
            "of an application without roles": signed({**app, "roles": []}),
            ADMIN: signed({**v2, "scp": "Orders.Read orders:admin"}),
            "ID token": signed(identity),
            "ID token, one app for both": signed({**identity, "aud": API}),
            "neighbour": signed({**v2, **other}),
            "neighbour, version 1": signed({**v1, "iss": f"https://sts.windows.net/{NEIGHBOUR}/", "tid": NEIGHBOUR}),
            "another client": signed({**v2, "azp": "66666666-aaaa-4bbb-8ccc-000000000006"}),
        },
    )
