"""Reading ``config.json``: what is accepted, and each error with its path, all of them at once."""

from typing import Any

import pytest

from issuer import SigningKey
from issuer.token_service.client_ids import client_id_fault
from issuer.token_service.config import ConfigError, parse_config
from testkit.signers import signer

from ..local_kms import ARN
from .service import ISSUER, SECRET, ObservedService, client, document, event, hashed

ACCOUNT = {
    "account_id": "111122223333",
    "issuer": "https://aaaaaaaa-1111-4222-8333-000000000003.tokens.sts.global.api.aws",
}
ROLE = "arn:aws:iam::111122223333:role/path/job"


def faults(**changes: object) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(document(**changes))
    return str(caught.value)


def client_faults(**changes: object) -> str:
    return faults(clients={"billing": client(**changes)})


def test_a_configuration_with_each_kind_of_client() -> None:
    key = signer("ES256")
    clients = {
        "billing": client(secret_hashes=[hashed("a"), hashed("b")], lifetime_seconds=300),
        "batch": client(secret_hashes=None, assertion={"keys": [dict(key.jwk)], "token_endpoint_audience": True}),
        "job": client(secret_hashes=None, aws_roles=[ROLE]),
    }
    config = parse_config(document(clients=clients, aws_accounts=[ACCOUNT], log_level="WARN"))

    assert (config.issuer, config.token_endpoint, config.log_level) == (ISSUER, f"{ISSUER}/token", "WARN")
    assert config.keys == (SigningKey(ARN + "active", "ES256"), SigningKey(ARN + "next", "ES256"))
    assert list(config.clients) == ["billing", "batch", "job"]
    billing, batch, job = config.clients.values()
    assert billing.secret_hashes == (bytes.fromhex(hashed("a")), bytes.fromhex(hashed("b")))
    assert (billing.assertion, billing.aws_roles, billing.lifetime_seconds) == (None, (), 300)
    assert (batch.secret_hashes, batch.aws_roles, batch.lifetime_seconds) == ((), (), 900)
    assert batch.assertion is not None
    assert (list(batch.assertion.keys), batch.assertion.token_endpoint_audience) == ([key.kid], True)
    assert (job.secret_hashes, job.assertion, job.aws_roles) == ((), None, (ROLE,))
    assert [tuple(account) for account in config.aws_accounts] == [tuple(ACCOUNT.values())]


def test_the_defaults() -> None:
    config = parse_config(document())

    assert (config.aws_accounts, config.log_level) == ((), "INFO")


def test_every_error_at_once_each_with_its_path() -> None:
    assert faults(
        version=2,
        issuer="http://auth.example.com",
        token_endpoint="",
        keys=[{"key_arn": "alias/x", "alg": "HS256", "x": 1}],
        clients={"b c": {}, "billing": client(scopes=["a b"])},
        log_level="DEBUG",
        x=1,
    ).splitlines() == [
        "x: unknown field; the fields are aws_accounts, clients, issuer, keys, log_level, token_endpoint, version",
        "version: must be 1, and is 2",
        "issuer: must be an https URL without query and fragment, such as https://auth.example.com, and is "
        "'http://auth.example.com'",
        "token_endpoint: must be a string that is not empty, and is ''",
        "keys[0].x: unknown field; the fields are alg, key_arn",
        "keys[0].alg: must be one of ES256, ES384, ES512, ES256K, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA, "
        "ML-DSA-44, ML-DSA-65, ML-DSA-87, and is 'HS256'",
        "keys[0].key_arn: must be the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/ID, not of an alias, "
        "and is 'alias/x'",
        'clients["b c"]: must be a letter, and then at most 63 letters, digits and _-: write a name such as billing',
        'clients["b c"]: must have exactly one of secret_hashes, assertion, aws_roles, tls_client_auth, and has none',
        'clients["b c"].scopes: must be a list of at least one value, and is []',
        'clients["b c"].audiences: must be a list of at least one value, and is []',
        "clients.billing.scopes[0]: must be one scope (RFC 6749 section 3.3), and is 'a b'",
        "log_level: must be one of INFO, WARN, ERROR, and is 'DEBUG'",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://auth.example.com/",
        "https://auth.example.com:8443/tenant-1",
        "https://abc123.execute-api.eu-west-1.amazonaws.com",
        "http://127.0.0.1:4566/_aws/execute-api/abc",
        "http://localhost:4566",
        "http://auth.localhost",
        "http://[::1]:80/x",
    ],
)
def test_issuers(url: str) -> None:
    assert parse_config(document(issuer=url)).issuer == url


@pytest.mark.parametrize(
    "url",
    [
        *("auth.example.com", "http://auth.example.com", "http://localhost.example.com", "https://", "https:///x"),
        *("https://auth.example.com?x=1", "https://auth.example.com#x", "https://user@auth.example.com", "urn:x"),
        *(
            "https://auth.example.com/a b",
            "https://auth.example.com/ö",
            "ftp://auth.example.com",
            " https://a.example.com",
        ),
        *(1, None, [], True),
    ],
)
def test_urls_that_are_no_issuers(url: object) -> None:
    assert faults(issuer=url).startswith("issuer: must")
    assert faults(token_endpoint=url).startswith("token_endpoint: must")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ([], "keys: must be a list of at least one object"),
        (None, "keys: must be a list of at least one object"),
        (["x"], "keys[0]: must be an object, and is a str"),
        ([{"alg": "ES256"}], "keys[0].key_arn: must be a string that is not empty, and is None"),
        ([{"key_arn": ARN + "a"}], "keys[0].alg: must be one of ES256, "),
        ([{"key_arn": ARN + "a", "alg": "ES256"}] * 2, "keys[1].key_arn: 'a' is used twice: a kid names one key"),
        (
            [
                {"key_arn": f"arn:aws:kms:{region}:111122223333:key/mrk-1", "alg": "ES256"}
                for region in ("eu-west-1", "eu-west-2")
            ],
            "keys[1].key_arn: 'mrk-1' is used twice",
        ),
        (
            [
                {"key_arn": ARN.replace("eu-west-1", region) + region, "alg": "ES256"}
                for region in ("eu-west-1", "us-east-1")
            ],
            "keys[1].key_arn: is in us-east-1, and the first key in eu-west-1: use one region",
        ),
        (
            [{"key_arn": ARN.replace("key/", "alias/") + "a", "alg": "ES256"}],
            "keys[0].key_arn: must be the ARN of a key",
        ),
    ],
)
def test_keys(keys: object, fault: str) -> None:
    assert fault in faults(keys=keys)


@pytest.mark.parametrize(
    ("clients", "fault"),
    [
        ({}, "clients: must have at least one client"),
        ([], "clients: must be an object, and is a list"),
        ({"billing": "x"}, "clients.billing: must be an object, and is a str"),
        ({"billing": client(x=1)}, "clients.billing.x: unknown field; the fields are assertion, audiences, aws_roles"),
        (
            {"billing": client(), "reports": client()},
            "clients.reports.secret_hashes: is also a secret of billing: each client has its own",
        ),
    ],
)
def test_clients(clients: object, fault: str) -> None:
    assert faults(clients=clients).startswith(fault)


def test_no_clients() -> None:
    without = document()
    del without["clients"]
    with pytest.raises(ConfigError, match=r"^clients: must have at least one client$"):
        parse_config(without)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scopes": []}, "scopes: must be a list of at least one value, and is []"),
        ({"scopes": None}, "scopes: must be a list of at least one value, and is []"),
        ({"scopes": "orders:read"}, "scopes: must be a list"),
        ({"scopes": ["a", "a"]}, "scopes: 'a' is listed twice"),
        ({"scopes": [""]}, "scopes[0]: must be a string that is not empty, and is ''"),
        ({"audiences": []}, "audiences: must be a list of at least one value, and is []"),
        ({"audiences": ["orders", "orders"]}, "audiences: 'orders' is listed twice"),
        ({"audiences": ["https://a.example.com/#b"]}, "audiences[0]: must have no fragment"),
        ({"lifetime_seconds": 299}, "lifetime_seconds: must be an integer from 300 to 86400 seconds, and is 299"),
        ({"lifetime_seconds": 86401}, "lifetime_seconds: must be an integer from 300 to 86400 seconds, and is 86401"),
        ({"lifetime_seconds": 900.0}, "lifetime_seconds: must be an integer"),
        (
            {"secret_hashes": None},
            ": must have exactly one of secret_hashes, assertion, aws_roles, tls_client_auth, and has none",
        ),
        (
            {"aws_roles": [ROLE]},
            ": must have exactly one of secret_hashes, assertion, aws_roles, tls_client_auth, and has secret_hashes and",
        ),
        ({"secret_hashes": []}, "secret_hashes: must be a list of one or two hashes"),
        ({"secret_hashes": [hashed("a")] * 2}, "secret_hashes: is the same hash twice"),
        (
            {"secret_hashes": [hashed(name) for name in "abc"]},
            "secret_hashes: must be at most 2, the current one and the next, and are 3",
        ),
        (
            {"secret_hashes": [hashed("a").upper()]},
            "secret_hashes[0]: must be the SHA-256 of the secret as 64 lower-case",
        ),
        ({"secret_hashes": [hashed("")]}, "secret_hashes[0]: is the hash of an empty secret"),
        ({"secret_hashes": [1]}, "secret_hashes[0]: must be the SHA-256 of the secret"),
        (
            {"scopes": [f"scope-{number}" for number in range(400)]},
            ": a token for all of its scopes and audiences has ",
        ),
    ],
)
def test_the_fields_of_a_client(changes: dict[str, object], fault: str) -> None:
    assert client_faults(**changes).startswith(f"clients.billing{'' if fault.startswith(':') else '.'}{fault}")


@pytest.mark.parametrize(
    "clients",
    [
        SECRET,
        [SECRET],
        {"billing": SECRET},
        {"billing": [SECRET]},
        {"billing": client(secret_hashes=[SECRET])},
        {"billing": client(secret_hashes=SECRET)},
        {"billing": client(secret_hashes={"secret": SECRET})},
        {"billing": client(secret_hashes=None, secret=SECRET)},
        {"billing": client(secret_hashes=None, assertion=SECRET)},
        {"billing": client(secret_hashes=None, assertion={"keys": SECRET})},
        {"billing": client(secret_hashes=None, assertion={"keys": [SECRET]})},
    ],
)
def test_a_secret_in_a_wrong_place_is_not_quoted(clients: object) -> None:
    assert SECRET not in faults(clients=clients)


def test_the_largest_token_is_one_that_kms_signs_raw() -> None:
    """At most 4096 bytes, or EdDSA would fail, and ML-DSA would read the key."""
    arn = f"{ARN}mrk-{'0' * 32}"

    def configured(length: int) -> dict[str, Any]:
        clients = {"billing": client(scopes=["x" * length], audiences=["a"])}
        return document(keys=[{"key_arn": arn, "alg": "ML-DSA-87"}], clients=clients)

    with pytest.raises(ConfigError, match="has 4097 bytes, without the signature, and may have 4096"):
        parse_config(configured(2824))
    service = ObservedService(configured(2823))
    token = service.send(event()).body["access_token"]
    assert len(token.rpartition(".")[0]) == 4095  # one more octet is two characters in base64url
    assert [kind for kind, _ in service.kms.signed] == ["RAW"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"aws_accounts": []},
            "clients.job.aws_roles[0]: is in account 111122223333, which is not one of aws_accounts",
        ),
        (
            {"aws_accounts": [{**ACCOUNT, "x": 1}]},
            "aws_accounts[0].x: unknown field; the fields are account_id, issuer",
        ),
        ({"aws_accounts": [ACCOUNT] * 2}, "aws_accounts[1].account_id: '111122223333' is configured twice"),
        ({"aws_accounts": [{**ACCOUNT, "account_id": "1"}]}, "aws_accounts[0].account_id: must be the 12 digits"),
        ({"aws_accounts": [{**ACCOUNT, "issuer": ISSUER}]}, "aws_accounts[0].issuer: must be the issuer that aws iam "),
    ],
)
def test_accounts(changes: dict[str, object], fault: str) -> None:
    job = client(secret_hashes=None, aws_roles=[ROLE])

    assert faults(clients={"job": job}, **changes).startswith(fault)


@pytest.mark.parametrize(
    "role", ["job", "arn:aws:iam::111122223333:user/job", "arn:aws:sts::111122223333:assumed-role/a/b"]
)
def test_what_is_no_role(role: str) -> None:
    text = client_faults(secret_hashes=None, aws_roles=[role])

    assert text.startswith("clients.billing.aws_roles[0]: must be the ARN of a role, such as ")


def test_a_role_is_one_client() -> None:
    roles = {name: client(secret_hashes=None, aws_roles=[ROLE]) for name in ("job", "task")}

    assert faults(clients=roles, aws_accounts=[ACCOUNT]) == (
        f"clients.task.aws_roles[0]: {ROLE!r} is already job: a role is one client"
    )


@pytest.mark.parametrize(
    "client_id",
    [
        "billing",
        "A",
        "billing-2",
        "feed",
        "cafe",
        "deadbeef",
        "orders_export_to_the_data_warehouse",
        "x" * 64,
        "users",
        "ES512",
    ],
)
def test_client_ids(client_id: str) -> None:
    assert client_id_fault(client_id) is None


@pytest.mark.parametrize(
    "client_id",
    [
        *("", "1billing", "-x", "_x", "a.b", "a b", "a:b", "a/b", "a|b", "ö", "x" * 65, "a\n", "billing\n", "a%20"),
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",  # Cognito, Keycloak, Supabase
        "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "f81d4fae7dec11d0a76500a0c91e6bf6",
        "abcdef012345",
        "user_2NNEqL2nrIRdJ194ndJqAHwEfxC",  # Clerk, WorkOS
        "usr-1",
        "USER_1",
        "rYd9aFyx3pQbV7mK2sTzLwHcN8eJ",  # Firebase
        "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",  # Entra ID
    ],
)
def test_ids_that_a_user_may_have(client_id: str) -> None:
    fault = client_id_fault(client_id)

    assert fault is not None
    assert fault in faults(clients={client_id: client()})
