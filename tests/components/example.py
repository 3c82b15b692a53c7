"""A small, complete set of arguments to start from."""

import json
from typing import Any

from components import (
    AuthorizedHttpApi,
    AuthorizedHttpApiArgs,
    AwsAccountArgs,
    SigningKeys,
    TokenClientArgs,
    TokenService,
)
from components.testing import ACCOUNT, REGION, Recording, declare

ISSUER = "https://auth.example.com"
JWKS = json.dumps(
    {
        "keys": [
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
                "kid": "1",
                "alg": "ES256",
            }
        ]
    }
)
"""The public key of RFC 7517 appendix A.1."""
BACKEND = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:backend"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:mine"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/mine"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"


def api_args(**changes: Any) -> AuthorizedHttpApiArgs:
    """Arguments of an ``AuthorizedHttpApi`` with one scoped, one plain and one public route."""
    args: AuthorizedHttpApiArgs = {
        "issuer": ISSUER,
        "audience": ["orders"],
        "keys": {"jwks": [JWKS]},
        "routes": {
            "GET /orders": {"scopes": ["orders:read"], "integration": {"lambda_arn": BACKEND}},
            "POST /orders": {"integration": {"lambda_arn": BACKEND}},
            "GET /health": {"public": True, "integration": {"http_url": "https://status.example.com/"}},
        },
    }
    return {**args, **changes}  # type: ignore[typeddict-item] # wrong ones too


def whole_api() -> dict[str, Any]:
    """Signing keys and an API that trusts them."""
    keys = SigningKeys("signing", {})
    api = AuthorizedHttpApi("orders", api_args(keys={"jwks": [keys.jwks]}))
    return {"endpoint": api.api_endpoint, "jwks": keys.jwks, "alias": keys.alias_name, "authorizer": api.authorizer_id}


def token_service(name: str = "tokens") -> dict[str, Any]:
    """A token service with a client of each kind, and alarms."""
    clients: dict[str, TokenClientArgs] = {
        "billing": {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]},
        "batch": {"scopes": ["orders:read"], "audiences": ["orders"], "assertion": {"jwks": JWKS}},
        "job": {"scopes": ["orders:read"], "audiences": ["orders"], "aws_roles": [ROLE]},
    }
    issuer = "https://00000000-0000-4000-8000-000000000000.tokens.sts.global.api.aws"
    accounts: list[AwsAccountArgs] = [{"account_id": ACCOUNT, "issuer": issuer}]
    tokens = TokenService(name, clients=clients, aws_accounts=accounts, alarms={})
    return {"token_endpoint": tokens.token_endpoint}


def declare_api(*, preview: bool = False, **changes: Any) -> Recording:
    """What an API with ``api_args`` and these changes declares."""
    return declare(lambda: AuthorizedHttpApi("orders", api_args(**changes)), preview=preview)
