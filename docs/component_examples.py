"""An example of each component and of each of its inputs; ``tests/docs/test_component_examples.py`` declares them all."""

import json
from collections.abc import Mapping

from .component_example import Example
from .component_snippets import Declaration, Ref

_ACCOUNT = "123456789012"
_REGION = "eu-west-1"
_KEY = f"arn:aws:kms:{_REGION}:{_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_CERTIFICATE = f"arn:aws:acm:{_REGION}:{_ACCOUNT}:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
_FUNCTION = f"arn:aws:lambda:{_REGION}:{_ACCOUNT}:function:orders"
_TOPIC = f"arn:aws:sns:{_REGION}:{_ACCOUNT}:on-call"
_RFC_7517 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "kid": "1",
    "alg": "ES256",
}
"""The public key of appendix A.1."""
_ISSUER, _PARTNER = "https://auth.example.com", "https://partner.example.com/"
_JWKS = json.dumps({"keys": [_RFC_7517]})
_TAGS = {"team": "shop"}
_KEYS = Declaration("signing", "SigningKeys", "signing", {})
_STATEMENTS = [
    {
        "actions": ["secretsmanager:GetSecretValue"],
        "resources": [f"arn:aws:secretsmanager:{_REGION}:{_ACCOUNT}:secret:orders-AbCdEf"],
    }
]


def _role(name: str) -> str:
    return f"arn:aws:iam::{_ACCOUNT}:role/{name}"


_TRUSTED = {
    "issuer": _ISSUER,
    "audience": ["orders"],
    "keys": {"jwks": [Ref("signing", "jwks")]},
    "policy": {"required_claims": ["sub"], "leeway_seconds": 30},
    "trusted_issuers": [
        {
            "issuer": _PARTNER,
            "audience": ["orders"],
            "jwks": _JWKS,
            "scopes": ["orders:read"],
        }
    ],
    "denylist": {"bucket": "shop-denylist"},
    "function": {"memory_size": 1024, "log_retention_days": 90},
    "tags": _TAGS,
}
_AUTHORIZER = {
    "cache_ttl": 300,
    "identity_sources": ["$request.header.X-Tenant"],
    "role": {"policy_statements": _STATEMENTS},
    "function_arn": f"{_FUNCTION}-authorizer:live",
}
_OWN_FUNCTION = (
    "issuer",
    "audience",
    "keys",
    "policy",
    "trusted_issuers",
    "denylist",
    "function",
    "role",
    "route_scopes",
)
_CLIENTS = {"billing": {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": ["ab" * 32]}}

EXAMPLES: Mapping[str, Example] = {
    "AuthorizedHttpApi": Example(
        "api",
        "orders",
        ("issuer", "audience", "keys", "integration", "routes"),
        {
            **_TRUSTED,
            **_AUTHORIZER,
            "integration": {"http_url": "https://backend.example.com/orders"},
            "routes": {"GET /orders": {"scopes": ["orders:read"]}, "GET /health": {"public": True}},
            "jwt_authorizers": {"partners": {"issuer": _PARTNER, "audience": ["orders"]}},
            "scopes": ["orders:read"],
            "stage": {"throttling_rate_limit": 100, "throttling_burst_limit": 200},
            "cors": {"allow_origins": ["https://app.example.com"], "allow_methods": ["GET"]},
            "domain": {"name": "api.example.com", "certificate_arn": _CERTIFICATE},
            "well_known": {"jwks": Ref("signing", "jwks")},
            "alarms": {"topic_arn": _TOPIC, "denials": {"bad_signature": 20}},
            "dashboard": True,
            "description": "Orders",
        },
        before=(_KEYS,),
        instead={"function_arn": _OWN_FUNCTION},
        together={
            "function_arn": {"routes": {"GET /orders": {}}},  # which scopes they need is the function's to know
            "jwt_authorizers": {"routes": {"GET /prices": {"authorization": "jwt", "jwt_authorizer": "partners"}}},
        },
        wrong=(
            {"issuer": None, "audience": None, "keys": None},
            {"routes": {"GET orders": {}}},
            {"routes": {"GET /orders": {"scope": ["orders:read"]}}},
            {"integration": None},
            {"cache_ttl": 7200},
            {"cors": {"allow_origins": ["*"], "allow_credentials": True}},
        ),
    ),
    "JwtAuthorizer": Example(
        "authorizer",
        "orders",
        ("api_id", "issuer", "audience", "keys", "route_scopes"),
        {
            **_TRUSTED,
            **_AUTHORIZER,
            "api_id": "a1b2c3d4e5",
            "route_scopes": {"GET /orders": {"scopes": ["orders:read"]}},
        },
        before=(_KEYS,),
        instead={"function_arn": _OWN_FUNCTION},
        wrong=(
            {"issuer": None, "audience": None, "keys": None},
            {"audience": []},
            {"identity_sources": ["X-Tenant"]},
            {"route_scopes": {"GET orders": {"scopes": ["orders:read"]}}},
        ),
    ),
    "SigningKeys": Example(
        "signing",
        "signing",
        ("algorithm", "generations", "active"),
        {
            "algorithm": "ES256",
            "generations": [{"name": "2026-11"}, {"name": "2027-05"}],
            "active": "2026-11",
            "max_token_lifetime_seconds": 900,
            "multi_region": True,
            "alias": "alias/shop/signing",
            "deletion_window_in_days": 30,
            "protect": True,
            "replica_regions": ["eu-central-1"],
            "signers": [_role("token-service")],
            "administrators": [_role("deployer")],
            "administrators_only": True,
            "readers": [_role("auditor")],
            "tags": _TAGS,
        },
        together={
            "replica_regions": {"multi_region": True},
            "administrators_only": {"administrators": [_role("deployer")]},
        },
        wrong=(
            {"algorithm": "HS256"},
            {"active": "2028-01"},
            {"deletion_window_in_days": 3},
            {"alias": "signing"},
        ),
    ),
    "AuthorizerFunction": Example(
        "authorizer",
        "orders",
        ("role_arn", "issuer", "audience", "keys", "route_scopes"),
        {
            **_TRUSTED,
            "role_arn": Ref("role", "role_arn"),
            "route_scopes": {"GET /orders": {"scopes": ["orders:read"]}},
        },
        before=(
            _KEYS,
            Declaration("role", "AuthorizerRole", "orders-role", {"log_group_name": "/aws/lambda/orders"}),
        ),
        wrong=({"role_arn": "orders-role"}, {"policy": {"leeway_seconds": -1}}, {"function": {"timeout": 60}}),
    ),
    "AuthorizerRole": Example(
        "role",
        "orders-role",
        ("log_group_name",),
        {
            "log_group_name": "/aws/lambda/orders",
            "kms_key_arns": [_KEY],
            "denylist_bucket": "shop-denylist",
            "vpc": True,
            "tracing": True,
            "policy_statements": _STATEMENTS,
            "tags": _TAGS,
        },
        wrong=({"log_group_name": None}, {"kms_key_arns": ["alias/signing"]}),
    ),
    "TokenService": Example(
        "tokens",
        "tokens",
        ("issuer", "clients"),
        {
            "clients": _CLIENTS,
            "issuer": _ISSUER,
            "signing_keys": {"algorithm": "ES256"},
            "keys": {
                "active_key_arn": Ref("signing", "active_key_arn"),
                "key_arns": Ref("signing", "key_arns"),
                "jwks": Ref("signing", "jwks"),
            },
            "role": {"arn": _role("token-service"), "name": "token-service"},
            "api": {
                "api_id": "a1b2c3d4e5",
                "execution_arn": f"arn:aws:execute-api:{_REGION}:{_ACCOUNT}:a1b2c3d4e5",
                "endpoint": f"https://a1b2c3d4e5.execute-api.{_REGION}.amazonaws.com",
            },
            "stage": {"throttling_rate_limit": 20, "throttling_burst_limit": 40},
            "domain": {"name": "auth.example.com", "certificate_arn": _CERTIFICATE},
            "aws_accounts": [
                {
                    "account_id": _ACCOUNT,
                    "issuer": "https://1234abcd-12ab-34cd-56ef-1234567890ab.tokens.sts.global.api.aws",
                }
            ],
            "function": {"memory_size": 1024},
            "log_level": "WARN",
            "alarms": {"topic_arn": _TOPIC, "failed_logins": 20},
            "tags": _TAGS,
        },
        wrong=(
            {"clients": {}},
            {"issuer": "http://auth.example.com"},
            {"clients": {"billing": {"scopes": ["orders:read"], "audiences": ["orders"]}}},
        ),
    ),
    "TokenServiceRole": Example("role", "tokens-role", (), {"tags": _TAGS}, wrong=({"tag": _TAGS},)),
    "Denylist": Example("denylist", "denylist", (), {"tags": _TAGS}, wrong=({"tag": _TAGS},)),
    "Domain": Example(
        "domain",
        "api",
        ("domain_name", "hosted_zone_id"),
        {
            "domain_name": "api.example.com",
            "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
            "certificate_arn": _CERTIFICATE,
            "ip_address_type": "dualstack",
            "mutual_tls": {"truststore_uri": "s3://trust/store.pem"},
            "tags": _TAGS,
        },
        wrong=({"hosted_zone_id": None}, {"ip_address_type": "ipv6"}, {"domain_name": "https://api.example.com"}),
    ),
}
