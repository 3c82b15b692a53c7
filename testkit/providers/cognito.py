"""Amazon Cognito user pools: access tokens without ``aud``, and, with resource binding, with it. No token has a ``typ``.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
"""

from ..signers import Signer
from .provider import ADMIN, DIRECT, Provider, key, public, sealed

REGION = "https://cognito-idp.eu-west-1.amazonaws.com"
CLIENT = "1example23456789shop000001"
RESOURCE = "https://api.example.com/orders"


def cognito(now: int) -> Provider:
    """A pool whose access tokens name the client only."""
    return _pool("cognito", "eu-west-1_Example01", now, {})


def cognito_resource(now: int) -> Provider:
    """A pool whose client asks for tokens for a resource (RFC 8707)."""
    return _pool("cognito-resource", "eu-west-1_Example02", now, {"aud": RESOURCE})


def _pool(name: str, pool: str, now: int, bound: dict[str, object]) -> Provider:
    access_key, id_key = _keys(name)
    issuer = f"{REGION}/{pool}"
    common = {
        "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        "iss": issuer,
        "origin_jti": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
        "event_id": "aaaaaaaa-bbbb-4ccc-8ddd-000000000002",
        "auth_time": now - 30,
        "iat": now - 30,
        "exp": now + 3570,
        "jti": "aaaaaaaa-bbbb-4ccc-8ddd-000000000003",
    }
    access = {
        **common,
        **bound,
        "client_id": CLIENT,
        "token_use": "access",
        "version": 2,
        "scope": "openid orders/read",
        "username": "alice",
    }
    groups = {**access, "scope": "aws.cognito.signin.user.admin", "cognito:groups": ["orders-readers", "staff"]}
    identity = {**common, "aud": CLIENT, "token_use": "id", "cognito:username": "alice", "email": "alice@example.com"}
    neighbour = key("RS256", "stranger", "another+pool/ExampleExampleExampleExamplekey=")

    def signed(claims: dict[str, object]) -> str:
        return sealed(access_key, claims, typ=None)

    return Provider(
        name,
        issuer,
        f"{issuer}/.well-known/jwks.json",
        {"keys": [public(id_key), public(access_key)]},
        {
            DIRECT: signed(access),
            "of a group": signed(groups),
            ADMIN: signed({**access, "scope": "orders/read orders/admin orders:admin"}),
            "ID token": sealed(id_key, identity, typ=None),
            "neighbour": sealed(neighbour, {**access, "iss": f"{REGION}/eu-west-1_Another01"}, typ=None),
            "another client": signed({**access, "client_id": "another"}),
        },
    )


def _keys(name: str) -> tuple[Signer, Signer]:
    """The pool's two keys, whose ids end in ``=``: access tokens are signed with one, ID tokens with the other."""
    kids = [f"{name}+{use}/ExampleExampleExampleExampleExam"[:43] + "=" for use in ("access", "id")]
    return key("RS256", f"{name}-access", kids[0]), key("RS256", f"{name}-id", kids[1])
