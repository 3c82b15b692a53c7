"""AWS as an issuer: IAM user guide, id_roles_providers_outbound_token_claims and id_roles_providers_outbound_policies."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import yaml
from botocore.exceptions import ClientError

from emulator.aws import Aws
from emulator.server import MiniStack
from tests.docs.code_blocks import ROOT

from ..principals import ROOT as ROOT_USER
from ..principals import client_of, document, session_of

AUDIENCE = "https://api.example.com/orders"
EXAMPLE = yaml.safe_load((ROOT / "examples" / "aws_roles" / "Pulumi.local.yaml").read_text())["config"]
GOOD: dict[str, Any] = {"Audience": [AUDIENCE], "SigningAlgorithm": "ES384", "DurationSeconds": 120}


@pytest.fixture(scope="module")
def aws(ministack: MiniStack) -> Aws:
    return ministack.region("eu-west-1")


@pytest.fixture(scope="module")
def role(aws: Aws) -> str:
    """The ARN of a role that may have tokens as in the example aws_roles."""
    trust = {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sts:AssumeRole"}
    made = aws.iam.create_role(RoleName="web-identity", Path="/apps/", AssumeRolePolicyDocument=document(trust))
    allow = {
        "Effect": "Allow",
        "Action": "sts:GetWebIdentityToken",
        "Resource": "*",
        "Condition": {
            "ForAllValues:StringEquals": {"sts:IdentityTokenAudience": AUDIENCE},
            "Null": {"sts:IdentityTokenAudience": "false"},
            "NumericLessThanEquals": {"sts:DurationSeconds": 300},
            "StringEquals": {"sts:SigningAlgorithm": "ES384"},
        },
    }
    aws.iam.put_role_policy(RoleName="web-identity", PolicyName="token", PolicyDocument=document(allow))
    return made["Role"]["Arn"]


@pytest.fixture(scope="module")
def sts(aws: Aws, role: str) -> Iterator[Any]:
    """A client of STS with that role."""
    with client_of(aws, "sts", session_of(aws, role)) as client:
        yield client


def _verified(token: str) -> dict[str, Any]:
    keys = jwt.PyJWKSet.from_json(EXAMPLE["sts_jwks"])
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(token, key, ["ES384"], audience=AUDIENCE, issuer=EXAMPLE["sts_issuer"])
    return claims


def test_the_token_says_which_role_asked(sts: Any, role: str, aws: Aws) -> None:
    answer = sts.get_web_identity_token(**GOOD)
    claims = _verified(answer["WebIdentityToken"])

    assert (claims["sub"], claims["aud"], claims["exp"] - claims["iat"]) == (role, AUDIENCE, 120)
    assert claims["https://sts.amazonaws.com/"] == {
        "aws_account": aws.account,
        "principal_id": role,
        "source_region": "eu-west-1",
    }
    assert abs(claims["iat"] - time.time()) < 60
    assert jwt.get_unverified_header(answer["WebIdentityToken"]) == {"alg": "ES384", "typ": "JWT", "kid": "EC384_0"}
    assert claims["jti"] != _verified(sts.get_web_identity_token(**GOOD)["WebIdentityToken"])["jti"]


@pytest.mark.parametrize(
    "changes",
    [
        {"Audience": ["https://api.example.com/invoices"]},
        {"Audience": [AUDIENCE, "https://api.example.com/invoices"]},
        {"DurationSeconds": 301},
        {"SigningAlgorithm": "RS256"},
    ],
)
def test_a_policy_limits_what_a_role_may_ask_for(sts: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.get_web_identity_token(**{**GOOD, **changes})


def test_tags_need_a_permission_of_their_own(sts: Any, aws: Aws, role: str) -> None:
    tags = [{"Key": "job", "Value": "7"}]
    with pytest.raises(ClientError, match="sts:TagGetWebIdentityToken"):
        sts.get_web_identity_token(**GOOD, Tags=tags)

    allow = {"Effect": "Allow", "Action": "sts:TagGetWebIdentityToken", "Resource": "*"}
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": "job"}}
    name = role.rpartition("/")[2]
    aws.iam.put_role_policy(RoleName=name, PolicyName="tag", PolicyDocument=document({**allow, "Condition": condition}))
    assert _verified(sts.get_web_identity_token(**GOOD, Tags=tags)["WebIdentityToken"])["sub"] == role
    with pytest.raises(ClientError, match="sts:TagGetWebIdentityToken"):
        sts.get_web_identity_token(**GOOD, Tags=[{"Key": "scope", "Value": "orders:admin"}])


def test_tags_of_the_caller_are_marked_as_its_own(aws: Aws) -> None:
    tags = [{"Key": "scope", "Value": "orders:admin"}, {"Key": "job", "Value": "7"}]
    with client_of(aws, "sts", ROOT_USER) as client:
        claims = _verified(client.get_web_identity_token(**GOOD, Tags=tags)["WebIdentityToken"])

    assert claims["sub"] == f"arn:aws:iam::{aws.account}:root"
    assert claims["https://sts.amazonaws.com/"]["request_tags"] == {"scope": "orders:admin", "job": "7"}
    assert "scope" not in claims


def test_rs256_is_not_there(aws: Aws) -> None:
    with client_of(aws, "sts", ROOT_USER) as client, pytest.raises(ClientError, match="signs with ES384 only") as error:
        client.get_web_identity_token(**{**GOOD, "SigningAlgorithm": "RS256"})

    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
