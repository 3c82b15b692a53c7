"""What a token service refuses before anything is created, and what it finds out during the deployment."""

import json
from typing import Any

import pulumi
import pytest

from components import InvalidArgs, TokenService
from components.testing import ACCOUNT, REGION, Recording, declare
from components.token_service.clients import AwsAccountArgs, TlsClientAuthArgs, TokenClientArgs
from components.token_service.inputs import TokenServiceArgs
from issuer.token_service.certificate_name import KINDS
from issuer.token_service.clients import FIELDS as CLIENT_FIELDS
from issuer.token_service.config import FIELDS as CONFIG_FIELDS
from testkit.signers import signer

from .example import JWKS, KEY, ROLE
from .test_token_service import BATCH, BILLING, JOB, STS, config, declared

KID = KEY.rpartition("/")[2]
OTHER_KEY = KEY.replace("0000", "1111")
PUBLISHED = json.dumps({"keys": [{**signer("ES256", KID).jwk, "kid": KID}]})
KEYS = {"active_key_arn": KEY, "key_arns": {"1": KEY}, "jwks": PUBLISHED}
MUTUAL: dict[str, Any] = {
    "domain": {
        "name": "auth.example.com",
        "certificate_arn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0",
        "mutual_tls": {"truststore_uri": "s3://bucket/ca.pem"},
        "disable_default_endpoint": True,
    }
}
API = {"api_id": "abc", "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc", "endpoint": "https://a.example"}


def test_every_field_can_be_set() -> None:
    """A field that no argument reaches would be a promise of the service that nobody can use."""
    assert TokenClientArgs.__annotations__.keys() == CLIENT_FIELDS
    derived = {"version", "token_endpoint"}
    assert CONFIG_FIELDS - derived <= TokenServiceArgs.__annotations__.keys()
    assert AwsAccountArgs.__annotations__.keys() == STS.keys()
    assert TlsClientAuthArgs.__annotations__.keys() == KINDS.keys()


def billing(**changes: Any) -> dict[str, Any]:
    return {"clients": {"billing": {**BILLING, **changes}}}


def named(**name: Any) -> dict[str, Any]:
    return billing(secret_hashes=None, tls_client_auth=name)


def _private() -> str:
    key = signer("ES256", "batch")
    return json.dumps({"keys": [{**key.jwk, "kid": "batch", "d": "AAAA"}]})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"clients": {}}, "clients: must have at least one client"),
        ({"clients": None}, "clients: missing"),
        ({"clients": {"A1" * 10 + "b": BILLING}}, "clients.A1A1A1A1A1A1A1A1A1A1b: has the form of a user's sub"),
        (billing(scopes=[]), "clients.billing.scopes: "),
        (billing(scopes=["a b"]), "clients.billing.scopes"),
        (billing(scopes=None), "clients.billing.scopes: missing"),
        (billing(audiences=[]), "clients.billing.audiences: "),
        (billing(lifetime_seconds=299), "clients.billing.lifetime_seconds: "),
        (
            billing(lifetime_seconds=3601),
            "lifetime_seconds: is 3601, but signing_keys.max_token_lifetime_seconds is 3600",
        ),
        (billing(secret_hashes=["abc"]), "clients.billing.secret_hashes[0]: must be the SHA-256"),
        (billing(aws_roles=[ROLE]), "clients.billing: must have exactly one of secret_hashes, assertion, aws_roles"),
        (billing(secret_hashes=None), "clients.billing: must have exactly one of"),
        (billing(secret=["x"]), "clients.billing.secret: unknown key"),
        (
            {"clients": {"batch": {**BATCH, "assertion": {"jwks": "{}"}}}},
            "clients.batch.assertion.jwks: must be the JSON",
        ),
        ({"clients": {"batch": {**BATCH, "assertion": {"jwks": _private()}}}}, "keys[0] ('batch'): has the private d"),
        (
            {"clients": {"batch": {**BATCH, "assertion": {"jwks": '{"keys": [{"kid": "a", "kty": "EC"}]}'}}}},
            "clients.batch.assertion.jwks: keys[0] ('a'): ",
        ),
        ({"clients": {"job": JOB}}, "aws_accounts: missing: write the account of each of the aws_roles"),
        (
            {"clients": {"job": JOB}, "aws_accounts": [{**STS, "account_id": "210987654321"}]},
            f"clients.job.aws_roles[0]: is in account {ACCOUNT}, which is not one of aws_accounts",
        ),
        (
            {"aws_accounts": [{**STS, "issuer": "sts.amazonaws.com"}]},
            "aws_accounts[0].issuer: ",
        ),
        ({"issuer": "http://auth.example.com"}, "issuer: must be an https URL"),
        ({"log_level": "DEBUG"}, "log_level: "),
        ({"keys": KEYS, "signing_keys": {}}, "signing_keys: creates keys, and keys has existing ones: remove one"),
        ({"keys": {**KEYS, "active_key_arn": "alias/signing"}}, "keys.active_key_arn: must be the ARN of a KMS key"),
        ({"keys": {**KEYS, "jwks": "[]"}}, "keys.jwks: must be the JSON of a JWKS"),
        ({"keys": {**KEYS, "jwks": JWKS}}, f"keys.jwks: has no key with the kid '{KID}'"),
        ({"keys": {**KEYS, "key_arns": {"2": "x"}}}, 'keys.key_arns["2"]: must be the ARN of a KMS key'),
        ({"keys": {**KEYS, "key_arns": {"2": OTHER_KEY}}}, "keys.jwks: has no key with the kid '1111"),
        ({"api": {**API, "execution_arn": "abc"}}, "api.execution_arn: must be the ARN of an API"),
        (
            {"clients": {"job": {**JOB, "aws_roles": ["job"]}}, "aws_accounts": [STS]},
            "clients.job.aws_roles[0]: must be the ARN",
        ),
        (
            {**billing(secret_hashes=None, tls_client_auth={}), **MUTUAL},
            "tls_client_auth: must have exactly one of subject_dn",
        ),
        ({**named(dn="CN=a"), **MUTUAL}, "clients.billing.tls_client_auth.dn: unknown key"),
        (
            {**named(san_dns="*.example.com"), **MUTUAL},
            "clients.billing.tls_client_auth.san_dns: must be a host name without",
        ),
        (
            named(san_dns="a.example.com"),
            "clients.billing.tls_client_auth: requires a client certificate of every caller: write mutual_tls and "
            "disable_default_endpoint: true in domain; or remove it",
        ),
        (
            billing(certificate_bound_tokens=True),
            "clients.billing.certificate_bound_tokens: requires a client certificate of every caller: write mutual_tls and "
            "disable_default_endpoint: true in domain; or remove it",
        ),
        (
            {
                **billing(certificate_bound_tokens=True),
                "domain": {**MUTUAL["domain"], "disable_default_endpoint": False},
            },
            "certificate_bound_tokens: requires a client certificate of every caller: write disable_default_endpoint: true in",
        ),
        (
            {**billing(certificate_bound_tokens=True), "api": API},
            "disable_default_endpoint: true in domain, and remove api, so that an API is created; or remove it",
        ),
        ({**billing(certificate_bound_tokens="yes"), **MUTUAL}, "clients.billing.certificate_bound_tokens: must be "),
        ({"signing_keys": {"algorithm": "ES255"}}, "signing_keys.algorithm: "),
        ({"signing_keys": {"signers": []}}, "signing_keys.signers: must not be empty"),
        ({"signing_keys": {"generations": [{}]}}, "signing_keys.generations[0].name: missing"),
        ({"api": {**API, "endpoint": "ftp://a.example"}}, "api.endpoint: must be an https URL"),
        ({"api": API, "stage": {}}, "stage: belongs to an API that is created: remove it, or api"),
        ({"api": API, "domain": {"name": "a.example"}}, "domain: belongs to an API that is created"),
        ({"domain": {"name": "a.example"}}, "domain: requires certificate_arn, or hosted_zone_id"),
        ({"stage": {"throttling_rate_limit": 0}}, "stage.throttling_rate_limit: must be at least 1"),
        ({"function": {"timeout": 9}}, "function.timeout: must be 10 to 29 seconds"),
        ({"function": {"memory_size": 64}}, "function.memory_size: must be 128 to 10240 MB"),
        ({"function": {"vpc": {}}}, "function.vpc: unknown key"),
        ({"alarms": {"failed_logins": 0}}, "alarms.failed_logins: must be at least 1"),
        ({"alarms": {"failures": 0}}, "alarms.failures: must be at least 1"),
        ({"alarms": {}, "log_level": "ERROR"}, "alarms.failed_logins: would never go off"),
        ({"role": {"arn": ROLE}}, "role.name: missing"),
        ({"role": {"arn": ROLE, "name": ROLE}}, "role.name: must be the name of the role in arn, 'mine', and is"),
        ({"role": {"arn": "mine", "name": "mine"}}, "role.arn: must be the ARN of an IAM role"),
    ],
)
def test_bad_input_names_the_path_and_creates_nothing(changes: dict[str, Any], fault: str) -> None:
    recordings: list[Recording] = []
    with pytest.raises(InvalidArgs) as refused:
        recordings.append(declared(**changes))
    assert fault in str(refused.value)
    assert not recordings
    lines = str(refused.value).splitlines()[1:]
    assert len(lines) == len(set(lines))


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declared(
            clients={"billing": {**BILLING, "scopes": [], "audiences": 5}},
            stage={"throttling_rate_limit": 0},
            function={"timeout": 1},
            issuer="x",
        )

    paths = [fault["property_path"] for fault in refused.value.errors or []]
    assert sorted(paths) == [
        "clients.billing.audiences",
        "clients.billing.scopes",
        "function.timeout",
        "issuer",
        "stage.throttling_rate_limit",
    ]


def test_a_name_that_is_too_long() -> None:
    with pytest.raises(InvalidArgs, match=r"name: must have at most 40 characters"):
        declare(lambda: TokenService("t" * 41, **billing()))


def test_a_secret_is_not_quoted() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declared(**billing(secret_hashes=["not-a-secret-at-all"]))
    assert "not-a-secret-at-all" not in str(refused.value)


def two_named(**name: Any) -> dict[str, Any]:
    """Two clients, the names of which are not known yet, one of them by this kind of name."""
    other = {**BILLING, "secret_hashes": None, "tls_client_auth": {"san_dns": later("other.example.com")}}
    return {"clients": {**named(**name)["clients"], "other": other}}


def later(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value).apply(lambda known: known)


@pytest.mark.parametrize(
    "changes",
    [
        lambda: billing(audiences=[later("orders")], secret_hashes=[later("ab" * 32), later("cd" * 32)]),
        lambda: {"clients": {"batch": {**BATCH, "assertion": {"jwks": later(BATCH["assertion"]["jwks"])}}}},  # type: ignore[index]
        lambda: {"clients": {"job": JOB}, "aws_accounts": [{**STS, "account_id": later(ACCOUNT)}]},
        lambda: {"clients": {"job": {**JOB, "aws_roles": [later(ROLE)]}}, "aws_accounts": [STS]},
        lambda: {"issuer": later("https://auth.example.com"), "keys": {**KEYS, "jwks": later(PUBLISHED)}},
        lambda: {"keys": {"active_key_arn": later(KEY), "key_arns": later({"1": KEY}), "jwks": PUBLISHED}},
        lambda: {"api": {**API, "endpoint": later("https://a.example/")}},
        *(
            (lambda kind=kind, name=name: {**two_named(**{kind: later(name)}), **MUTUAL})
            for kind, name in {
                "subject_dn": "CN=billing",
                "san_dns": "billing.example.com",
                "san_uri": "urn:example:billing",
                "san_ip": "192.0.2.1",
                "san_email": "billing@example.com",
            }.items()
        ),
    ],
)
def test_values_that_are_not_known_yet_are_accepted(changes: Any) -> None:
    recordings: list[Recording] = []

    def program() -> None:
        TokenService("tokens", **{**billing(), **changes()})

    recordings.append(declare(program))
    assert config(recordings[0])["version"] == 1


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (lambda: {"issuer": later("http://auth.example.com")}, "issuer: must be an https URL"),
        (lambda: billing(secret_hashes=[later("x")]), "clients.billing.secret_hashes[0]: must be the SHA-256"),
        (lambda: {"keys": {**KEYS, "jwks": later(JWKS)}}, f"keys.jwks: has no key with the kid '{KID}'"),
        (
            lambda: {**named(san_dns=later("*")), **MUTUAL},
            "clients.billing.tls_client_auth.san_dns: must be a host name",
        ),
        (
            lambda: {"role": {"arn": later(ROLE), "name": "other"}},
            "role.name: must be the name of the role in arn, 'mine'",
        ),
        (lambda: {"api": {**API, "endpoint": later("ftp://a")}}, "api.endpoint: must be an https URL"),
        (
            lambda: {"clients": {"batch": {**BATCH, "assertion": {"jwks": later(_private())}}}},
            "clients.batch.assertion.jwks: keys[0] ('batch'): has the private d",
        ),
    ],
)
def test_what_is_known_later_is_judged_then(changes: Any, fault: str) -> None:
    def program() -> None:
        TokenService("tokens", **{**billing(), **changes()})

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert "found during the deployment" in str(refused.value)
    assert fault in str(refused.value)


def test_a_secret_that_is_known_later_is_not_quoted() -> None:
    def program() -> None:
        TokenService("tokens", **billing(secret_hashes=[pulumi.Output.secret("not-a-secret-at-all")]))

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert "clients.billing.secret_hashes[0]: is invalid; the reason is not shown" in str(refused.value)
    assert "not-a-secret" not in str(refused.value)
