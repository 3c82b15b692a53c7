"""How the configuration says that clients authenticate without a secret: each error, where it is and what to write instead."""

from typing import Any

import pytest

from authorizer.runtime_keys.settings import MAX_ISSUERS
from issuer.token_service.assertion_settings import jwks_url
from issuer.token_service.config import ConfigError, parse_config
from testkit.signers import ALGORITHMS, signer

from .service import ISSUER, client, document

EC = dict(signer("ES256").jwk)
ACCOUNT = "111122223333"
STS = "https://aaaaaaaa-1111-4222-8333-000000000001.tokens.sts.global.api.aws"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/job"


def faults(**changes: Any) -> list[str]:
    """The lines of the error."""
    with pytest.raises(ConfigError) as caught:
        parse_config(document(**changes))
    return str(caught.value).splitlines()


def with_assertion(**assertion: Any) -> dict[str, Any]:
    return {"clients": {"batch": client(secret_hashes=None, assertion=assertion)}}


def with_roles(*roles: Any, **account: Any) -> dict[str, Any]:
    return {
        "clients": {"job": client(secret_hashes=None, aws_roles=list(roles))},
        "aws_accounts": [{"account_id": ACCOUNT, "issuer": STS, **account}],
    }


def test_a_key_for_each_algorithm() -> None:
    keys = [dict(signer(alg).jwk) for alg in ALGORITHMS]
    assertion = parse_config(document(**with_assertion(keys=keys))).clients["batch"].assertion

    assert assertion is not None
    assert [key.alg for key in assertion.keys.values()] == list(ALGORITHMS)
    assert assertion.token_endpoint_audience is False


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ([], "keys: must be a list of at least one object"),
        (None, "keys: must be a list of at least one object"),
        (["x"], "keys[0]: must be an object, and is a str"),
        ([{**EC, "d": "AAAA"}], "keys[0]: d is a member of private and secret keys: only public keys are accepted"),
        ([{"kty": "oct", "k": "AAAA", "kid": "x", "alg": "HS256"}], "keys[0]: alg must be one of ES256, "),
        (
            [{"kty": "RSA", "n": "s" * 171, "e": "AQAB", "kid": "x", "alg": "RS256"}],
            "keys[0]: n must have 2048 to 4096 bits",
        ),
        ([{**EC, "alg": "none"}], "keys[0]: alg must be one of ES256, "),
        ([{name: EC[name] for name in EC if name != "alg"}], "keys[0]: alg must be one of ES256, "),
        ([{name: EC[name] for name in EC if name != "kid"}], "keys[0]: kid must be 1 to 256 printable characters"),
        ([{**EC, "use": "enc"}], "keys[0]: use must be sig, and is 'enc'"),
        ([EC, EC], f"keys[1]: kid {EC['kid']!r} is used twice: a kid names one key"),
    ],
)
def test_keys(keys: Any, fault: str) -> None:
    (line,) = faults(**with_assertion(keys=keys))

    assert line.startswith(f"clients.batch.assertion.{fault}")
    assert "AAAA" not in line


@pytest.mark.parametrize(
    ("assertion", "fault"),
    [
        ({"token_endpoint_audience": "yes"}, "token_endpoint_audience: must be true or false, and is 'yes'"),
        ({"token_endpoint_audience": 1}, "token_endpoint_audience: must be true or false, and is 1"),
        ({"jwks_url": "x"}, "jwks_url: unknown field; the fields are keys, token_endpoint_audience"),
    ],
)
def test_other_settings_of_keys(assertion: dict[str, Any], fault: str) -> None:
    assert faults(**with_assertion(keys=[EC], **assertion)) == [f"clients.batch.assertion.{fault}"]


@pytest.mark.parametrize(
    "role",
    [
        ROLE,
        f"arn:aws:iam::{ACCOUNT}:role/a/b/job",
        f"arn:aws-us-gov:iam::{ACCOUNT}:role/job_1+=,.@-",
        f"{ROLE[:-3]}{'x' * 64}",
    ],
)
def test_roles(role: str) -> None:
    assert parse_config(document(**with_roles(role))).clients["job"].aws_roles == (role,)


@pytest.mark.parametrize(
    "role",
    [
        f"arn:aws:iam::{ACCOUNT}:role/*",
        f"arn:aws:iam::{ACCOUNT}:role/job?",
        f"arn:aws:iam::{ACCOUNT}:role/*/job",
        f"arn:aws:iam::{ACCOUNT}:role/",
        f"arn:aws:iam::{ACCOUNT}:role/apps/",
        f"arn:aws:iam::{ACCOUNT}:role/{'x' * 65}",
        f"arn:aws:iam::{ACCOUNT}:user/job",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/job/session",
        "arn:aws:iam::*:role/job",
        f"arn:*:iam::{ACCOUNT}:role/job",
        "job",
        f"{ROLE}\u00e9",
    ],
)
def test_what_is_no_role(role: str) -> None:
    assert faults(**with_roles(role)) == [
        "clients.job.aws_roles[0]: must be the ARN of a role, such as "
        f"arn:aws:iam::111122223333:role/job, and is {role!r}"
    ]


def test_a_role_is_one_client_in_a_configured_account() -> None:
    foreign = "arn:aws:iam::444455556666:role/job"
    clients = {
        "job": client(secret_hashes=None, aws_roles=[ROLE, foreign]),
        "twin": client(secret_hashes=None, aws_roles=[ROLE]),
        "none": client(secret_hashes=None, aws_roles=[]),
    }

    assert faults(clients=clients, aws_accounts=[{"account_id": ACCOUNT, "issuer": STS}]) == [
        "clients.none.aws_roles: must be a list of at least one value, and is []",
        f"clients.twin.aws_roles[0]: {ROLE!r} is already job: a role is one client",
        "clients.job.aws_roles[1]: is in account 444455556666, which is not one of aws_accounts: add it, with its issuer",
    ]


@pytest.mark.parametrize("issuer", [STS, "https://sts.example.com", "https://sts.example.com/id"])
def test_issuers(issuer: str) -> None:
    (account,) = parse_config(document(**with_roles(ROLE, issuer=issuer))).aws_accounts

    assert jwks_url(account.issuer) == f"{issuer}/.well-known/jwks.json"


@pytest.mark.parametrize(
    "issuer",
    [
        ISSUER,
        STS.replace("https", "http"),
        f"{STS}/",
        f"{STS}?x=y",
        f"{STS}#x",
        "https://192.0.2.1",
        "https://localhost",
        "https://user@sts.example.com",
        "sts",
    ],
)
def test_what_is_no_issuer(issuer: str) -> None:
    assert faults(**with_roles(ROLE, issuer=issuer)) == [
        "aws_accounts[0].issuer: must be the issuer that aws iam get-outbound-web-identity-federation-info prints, such as "
        f"https://<uuid>.tokens.sts.global.api.aws, and is {issuer!r}"
    ]


def test_accounts_are_told_apart() -> None:
    twice = [{"account_id": ACCOUNT, "issuer": STS}] * 2

    assert faults(aws_accounts=twice) == [
        f"aws_accounts[1].account_id: {ACCOUNT!r} is configured twice: each account has one entry",
        f"aws_accounts[1].issuer: {STS!r} is used twice: each account has an issuer of its own",
    ]


def test_there_are_as_many_accounts_as_keys_can_be_read_of() -> None:
    accounts = [
        {"account_id": f"{number:012}", "issuer": f"https://sts{number}.example.com"}
        for number in range(MAX_ISSUERS + 1)
    ]

    assert len(parse_config(document(aws_accounts=accounts[1:])).aws_accounts) == MAX_ISSUERS
    assert faults(aws_accounts=accounts) == ["aws_accounts: must be at most 10, and are 11"]
