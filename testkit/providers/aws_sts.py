"""AWS STS as an issuer (``sts:GetWebIdentityToken``): a set with the same ``kid`` in each account, one key without ``alg``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html (``principal_id``)
"""

from collections.abc import Mapping

from ..signers import Signer
from .provider import ADMIN, DIRECT, Provider, key, public, sealed, spare

AUDIENCE = "https://api.example.com/orders"
ACCOUNT, PARTNER, STRANGER = "111122223333", "444455556666", "777788889999"

AWS = "https://sts.amazonaws.com/"
"""The claim with all that is not of RFC 7519."""

_IDS = {
    ACCOUNT: "aaaaaaaa-1111-4222-8333-000000000001",
    PARTNER: "aaaaaaaa-1111-4222-8333-000000000002",
    STRANGER: "aaaaaaaa-1111-4222-8333-000000000003",
}


def issuer(account: str) -> str:
    """The issuer of an account, which ``aws iam get-outbound-web-identity-federation-info`` shows."""
    return f"https://{_IDS[account]}.tokens.sts.global.api.aws"


def sts_key(account: str) -> Signer:
    """The key with which the account's ES384 tokens are signed; its ``kid`` is the same in each account."""
    return key("ES384", f"sts-{account}", "EC384_0")


def sts_jwks(account: str) -> dict[str, list[dict[str, object]]]:
    """What is published for the account."""
    rsa = spare(f"sts-{account}", "RSA_0")
    return {"keys": [rsa, public(sts_key(account))]}


def sts_claims(now: int, account: str, role: str, changes: Mapping[str, object]) -> dict[str, object]:
    """Of a token for the role; ``changes`` replace some."""
    return {
        "iss": issuer(account),
        "aud": AUDIENCE,
        "sub": f"arn:aws:iam::{account}:role/{role}",
        "iat": now - 5,
        "exp": now + 295,
        "jti": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
        AWS: {
            "aws_account": account,
            "principal_id": f"arn:aws:iam::{account}:role/{role}",
            "source_region": "eu-west-1",
            "org_id": "o-abc1234567",
            "principal_tags": {"team": "billing"},
        },
        **changes,
    }


def aws_sts(now: int) -> Provider:
    """The account of the API."""

    def signed(changes: Mapping[str, object], role: str = "billing", account: str = ACCOUNT) -> str:
        return sealed(sts_key(account), sts_claims(now, account, role, changes), typ="JWT")

    def principal(role: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{role}"

    tags = {"aws_account": ACCOUNT, "principal_id": principal("billing"), "request_tags": {"scope": "orders:admin"}}
    return Provider(
        "aws-sts",
        issuer(ACCOUNT),
        f"{issuer(ACCOUNT)}/.well-known/jwks.json",
        sts_jwks(ACCOUNT),
        {
            DIRECT: signed({}),
            "with two audiences": signed({"aud": [AUDIENCE, "https://api.example.com/invoices"]}),
            ADMIN: signed({"scope": "orders:admin", AWS: tags}),
            "of another role": signed({}, role="reports"),
            "for somebody called like the role": signed({"sub": principal("billing")}, role="reports"),
            "for another audience": signed({"aud": "https://api.example.com/invoices"}),
            "neighbour": signed({}, account=STRANGER),
            "neighbour, our iss": signed({"iss": issuer(ACCOUNT)}, account=STRANGER),
        },
    )


def partner_account(now: int) -> Provider:
    """Another account that is trusted, too, with keys of the same names."""

    def signed(**changes: object) -> str:
        return sealed(sts_key(PARTNER), sts_claims(now, PARTNER, "shop", changes), typ="JWT")

    other = f"arn:aws:iam::{ACCOUNT}:role/billing"
    return Provider(
        "aws-sts-partner",
        issuer(PARTNER),
        f"{issuer(PARTNER)}/.well-known/jwks.json",
        sts_jwks(PARTNER),
        {
            DIRECT: signed(),
            ADMIN: signed(scope="orders:admin"),
            "as the other account": signed(iss=issuer(ACCOUNT), sub=f"arn:aws:iam::{ACCOUNT}:role/billing"),
            "with the other's role": signed(sub=other, **{AWS: {"aws_account": PARTNER, "principal_id": other}}),
        },
    )
