"""AWS roles as clients: tokens of AWS STS as assertions, verified with keys that the service reads from their issuers."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from authorizer.runtime_keys import attempt, bounded_http, fetch
from issuer.token_service.assertion_settings import jwks_url
from issuer.token_service.refusal import Reason
from issuer.token_service.response import _RETRY_AFTER_SECONDS
from issuer.token_service.sts_keys import RETRY_SECONDS
from testkit.key_set_server import KeySetServer, Reply, key_set, make_certificate, serving
from testkit.providers.aws_sts import (
    ACCOUNT,
    AWS,
    PARTNER,
    STRANGER,
    issuer,
    sts_claims,
    sts_jwks,
    sts_key,
)
from testkit.signers import Signer, signer
from testkit.tokens import ABSENT, header, token

from .assertions import asserted
from .service import ISSUER, Observation, ObservedService, basic, client, document, event

ACCOUNTS = (ACCOUNT, PARTNER, STRANGER)
HOSTS = {account: issuer(account).removeprefix("https://") for account in ACCOUNTS}
JOB = f"arn:aws:iam::{ACCOUNT}:role/job"
RSA = signer("RS256", "sts")
DAY = 86400


def role_client(*roles: str) -> dict[str, Any]:
    return client(secret_hashes=None, aws_roles=list(roles))


DOCUMENT = document(
    clients={
        "job": role_client(JOB, f"arn:aws:iam::{ACCOUNT}:role/apps/job"),
        "shop": role_client(f"arn:aws:iam::{PARTNER}:role/shop"),
        "billing": client(),
    },
    aws_accounts=[{"account_id": account, "issuer": issuer(account)} for account in ACCOUNTS],
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeySetServer]:
    certificate = make_certificate(tmp_path_factory.mktemp("tls"), *HOSTS.values())
    with pytest.MonkeyPatch.context() as patch, serving(certificate) as server:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        patch.setattr(bounded_http, "getaddrinfo", server.look_up)
        patch.setattr(attempt, "DEADLINE_SECONDS", 30)  # all the time that a busy machine needs
        fetch.tls.cache_clear()
        yield server
    fetch.tls.cache_clear()


@pytest.fixture
def server(running: KeySetServer) -> KeySetServer:
    running.asked.clear()
    running.manner = "well"
    running.released.clear()
    for account in ACCOUNTS:
        publish(running, account)
    return running


def publish(server: KeySetServer, account: str, *more: dict[str, object]) -> None:
    """From now on the account has the key that it signs with, and ``more``."""
    server.replies[HOSTS[account]] = key_set(*sts_jwks(account)["keys"], *more)


def broken(server: KeySetServer, *accounts: str) -> None:
    """From now on the accounts' issuers do not answer well."""
    for account in accounts:
        server.replies[HOSTS[account]] = Reply(b"", 500)


class Roles(ObservedService):
    """The service, and time that goes on from its init."""

    def __init__(self) -> None:
        super().__init__(DOCUMENT)
        self.now = time.time()

    def show(self, text: str) -> Observation:
        """What comes of a request with this assertion."""
        observed = self.send(asserted(text), self.now)
        return observed._replace(output=observed.output.splitlines()[-1])  # without those of refreshes

    def sts(
        self,
        account: str = ACCOUNT,
        role: str = "job",
        key: Signer | None = None,
        typ: str = "JWT",
        details: Any = None,
        **changes: Any,
    ) -> str:
        """A token that STS signs for the role, now; with other ``details`` of AWS's own, and ``changes`` of its claims."""
        changes |= {} if details is None else {AWS: details}
        good = sts_claims(int(self.now), account, role, {"aud": ISSUER, "jti": str(uuid4()), **changes})
        kept = {name: value for name, value in good.items() if value is not ABSENT}
        signing = key or sts_key(account)
        return token(signing, kept, header(signing, typ=typ))


def details(**changes: Any) -> dict[str, Any]:
    """Those of the role, with ``changes``."""
    good: Any = sts_claims(0, ACCOUNT, "job", {})[AWS]
    return {name: value for name, value in {**good, **changes}.items() if value is not ABSENT}


@pytest.fixture(scope="module")
def shared(running: KeySetServer) -> Roles:
    """A service whose keys are known. Nothing is refreshed, since its time stands still."""
    for account in ACCOUNTS:
        publish(running, account)
    return Roles()


GOOD: dict[str, tuple[Callable[[Roles], str], str]] = {
    "a role": (lambda world: world.sts(), "job"),
    "a role with a path": (lambda world: world.sts(role="apps/job"), "job"),
    "a role of another account": (lambda world: world.sts(PARTNER, "shop"), "shop"),
    "aud as a list of one": (lambda world: world.sts(aud=[ISSUER]), "job"),
    "for an hour, of which a minute counts": (lambda world: world.sts(exp=int(world.now) + 3595), "job"),
}


@pytest.mark.parametrize(("text", "client_id"), GOOD.values(), ids=GOOD)
def test_let_in(shared: Roles, text: Callable[[Roles], str], client_id: str) -> None:
    observed = shared.show(text(shared))

    assert observed.status == 200, observed.body
    assert (observed.record["client"], observed.reason) == (client_id, "issued")


def test_the_parameter_client_id_may_say_the_same(shared: Roles) -> None:
    same = shared.send(asserted(shared.sts(), client_id="job"), shared.now)
    other = shared.send(asserted(shared.sts(), client_id="shop"), shared.now)

    assert same.status == 200
    assert other.error == (400, "invalid_request", "different_client_id")


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/job/session"

BAD: dict[str, tuple[Callable[[Roles], str], str]] = {
    "another audience": (lambda world: world.sts(aud="https://api.example.com/orders"), "wrong_audience"),
    "two audiences": (lambda world: world.sts(aud=[ISSUER, "https://api.example.com"]), "wrong_audience"),
    "an account that is not configured": (
        lambda world: world.sts(iss="https://aaaaaaaa-1111-4222-8333-000000000009.tokens.sts.global.api.aws"),
        "unknown_client",
    ),
    "an account without roles": (lambda world: world.sts(STRANGER), "unknown_client"),
    "another account, as this one": (
        lambda world: world.sts(key=sts_key(PARTNER)),
        "bad_signature",
    ),
    "a role of this account from another one": (
        lambda world: world.sts(PARTNER, sub=JOB, details={"aws_account": PARTNER, "principal_id": JOB}),
        "unknown_role",
    ),
    "another role": (lambda world: world.sts(role="reports"), "unknown_role"),
    "another case": (lambda world: world.sts(role="Job"), "unknown_role"),
    "a session": (lambda world: world.sts(sub=SESSION, details=details(principal_id=SESSION)), "unknown_role"),
    "a user that is called like the role": (
        lambda world: world.sts(role="reports", sub=JOB),
        "unexpected_value",
    ),
    "no principal": (lambda world: world.sts(details=details(principal_id=ABSENT)), "missing_claim"),
    "a principal that is no string": (lambda world: world.sts(details=details(principal_id=[JOB])), "unexpected_value"),
    "another account's details": (lambda world: world.sts(details=details(aws_account=PARTNER)), "unexpected_value"),
    "no account": (lambda world: world.sts(details=details(aws_account=ABSENT)), "unexpected_value"),
    "no details": (lambda world: world.sts(details=ABSENT), "missing_claim"),
    "details that are no object": (lambda world: world.sts(details=ACCOUNT), "missing_claim"),
    "no sub": (lambda world: world.sts(sub=ABSENT), "missing_claim"),
    "no jti": (lambda world: world.sts(jti=ABSENT), "missing_claim"),
    "no iat": (lambda world: world.sts(iat=ABSENT), "missing_claim"),
    "expired": (lambda world: world.sts(exp=int(world.now)), "expired"),
    "more than a minute old": (lambda world: world.sts(iat=int(world.now) - 61), "too_old"),
    "too long": (lambda world: world.sts(exp=int(world.now) + 3600), "lifetime_too_long"),
    "in the future": (lambda world: world.sts(iat=int(world.now) + 12), "issued_in_future"),
    "an access token": (lambda world: world.sts(typ="at+jwt"), "unexpected_type"),
    "an unknown key": (lambda world: world.sts(key=signer("ES384", "x")), "unknown_key"),
    "HMAC": (
        lambda world: token(sts_key(ACCOUNT), {"iss": issuer(ACCOUNT)}, header(sts_key(ACCOUNT), alg="HS256")),
        "wrong_algorithm",
    ),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_refused(shared: Roles, text: Callable[[Roles], str], reason: str) -> None:
    before = shared.signatures
    observed = shared.show(text(shared))

    assert observed.error == (401, "invalid_client", reason)
    assert shared.signatures == before


def test_a_token_is_used_once(shared: Roles) -> None:
    text = shared.sts()

    assert shared.show(text).status == 200
    assert shared.show(text).error == (401, "invalid_client", "replayed_assertion")


def test_the_keys_are_read_at_init_and_only_of_accounts_with_roles(server: KeySetServer) -> None:
    world = Roles()
    assert server.asked == [jwks_url(issuer(account)).removeprefix("https://") for account in (ACCOUNT, PARTNER)]

    world.now += 800
    assert world.show(world.sts()).status == 200
    assert len(server.asked) == 2


def test_they_are_read_again_on_a_timer_and_a_removed_key_is_not_trusted(server: KeySetServer) -> None:
    world = Roles()
    new = signer("ES384", "new")
    server.replies[HOSTS[ACCOUNT]] = key_set(new.jwk)
    world.now += 901

    assert world.show(world.sts()).reason == "unknown_key"
    assert len(server.asked) == 3, "of this account only"
    assert world.show(world.sts(key=new)).status == 200


def test_an_rsa_key_without_alg_is_for_rs256(server: KeySetServer) -> None:
    publish(server, ACCOUNT, {name: value for name, value in RSA.jwk.items() if name != "alg"})
    world = Roles()

    assert world.show(world.sts(key=RSA)).status == 200


def test_an_unknown_key_pulls_the_next_refresh_forward_but_no_more_than_once_in_five_minutes(
    server: KeySetServer,
) -> None:
    world = Roles()
    new = signer("ES384", "new")
    publish(server, ACCOUNT, dict(new.jwk))

    for _ in range(20):
        assert world.show(world.sts(key=new)).reason == "unknown_key"
        world.now += 10
    assert len(server.asked) == 2
    world.now += 100
    assert world.show(world.sts(key=new)).status == 200
    assert len(server.asked) == 3


def test_while_the_keys_cannot_be_read_it_is_not_the_clients_fault(server: KeySetServer) -> None:
    broken(server, ACCOUNT)
    world = Roles()

    observed = world.show(world.sts())
    assert observed.error == (503, "temporarily_unavailable", "keys_unavailable")
    assert observed.headers["retry-after"] == str(RETRY_SECONDS)
    assert len(server.asked) == 2, "the account is not asked again at once"
    assert world.show(world.sts(PARTNER, "shop")).status == 200
    assert world.send(event(headers=basic()), world.now).status == 200

    world.now += RETRY_SECONDS
    assert world.show(world.sts()).status == 503
    publish(server, ACCOUNT)
    assert world.show(world.sts()).status == 503
    world.now += RETRY_SECONDS
    assert world.show(world.sts()).status == 200


def test_the_last_keys_are_good_for_a_day(server: KeySetServer) -> None:
    world = Roles()
    broken(server, ACCOUNT)

    world.now += DAY - 1
    assert world.show(world.sts()).status == 200
    world.now += 2
    assert world.show(world.sts()).error == (503, "temporarily_unavailable", "keys_unavailable")
    publish(server, ACCOUNT)
    world.now += 900
    assert world.show(world.sts()).status == 200


def test_a_clock_that_is_set_back_puts_off_no_refresh(server: KeySetServer) -> None:
    world = Roles()
    world.now -= DAY

    assert world.show(world.sts()).status == 200
    assert len(server.asked) == 3


def test_an_issuer_that_hangs_does_not_hold_up_the_init(server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 0.1)
    monkeypatch.setattr("issuer.token_service.aws_role.INIT_SECONDS", 0.1)
    server.manner = "never"
    world = Roles()
    server.released.set()
    server.manner = "well"
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 30)

    assert world.show(world.sts()).reason == "keys_unavailable"
    assert world.show(world.sts(PARTNER, "shop")).status == 200, "read when its first token arrives"


def test_each_refresh_is_a_line(server: KeySetServer, capsys: pytest.CaptureFixture[str]) -> None:
    broken(server, PARTNER)
    Roles()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [(line["issuer"], line["outcome"], line["RefreshFailed"]) for line in lines] == [
        (f"aws-{ACCOUNT}", "refreshed", 0),
        (f"aws-{PARTNER}", "status", 1),
    ]
    assert lines[1]["KeysAgeSeconds"] == 0


def test_the_time_to_retry_is_the_one_that_clients_are_told() -> None:
    assert _RETRY_AFTER_SECONDS[Reason.KEYS_UNAVAILABLE] == RETRY_SECONDS
