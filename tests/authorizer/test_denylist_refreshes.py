"""The denylist at run time: when it is read, what happens if it cannot be, and how long the last copy lives."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from authorizer.config import ConfigError
from authorizer.denylist.latest_copy import RETRY_SECONDS
from authorizer.runtime_keys import attempt
from authorizer.runtime_keys.refresher import MIN_SECONDS_LEFT
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.key_set_server import HOSTS, KeySetServer, Reply
from testkit.signers import signer
from testkit.tokens import AUDIENCE, ISSUER, NOW, claims, token

from .denylists import (
    BUCKET,
    FORBIDDEN,
    HOST,
    KEY,
    MAX_STALE,
    REFRESH,
    UNCHANGED,
    World,
    configured,
    denylist,
    serving_bucket,
    set_environment,
    stored,
)
from .fake_kms import FakeKms
from .gateway_events import bearer, presented
from .package import make_package, run
from .test_isolation import HEAVY
from .url_issuers import Context

REVOKED = denylist(not_before={"sub": {"user-1": NOW}})


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeySetServer]:
    with serving_bucket(tmp_path_factory.mktemp("tls")) as server:
        yield server


@pytest.fixture
def server(running: KeySetServer) -> KeySetServer:
    running.asked.clear()
    running.heads.clear()
    running.replies[HOST] = stored(denylist())
    return running


def good(**changes: object) -> str:
    """A token that is valid for years, so that clocks may jump."""
    return token(KEY, claims(**{"iat": 1, "nbf": 1, "exp": 253402300799, **changes}))


def test_it_is_read_at_init_and_then_on_a_timer_with_jitter(server: KeySetServer) -> None:
    world = World(server)
    assert server.asked == [f"{HOST}/denylist.json"]

    assert world.reason(good()) == "allowed"
    assert world.after(REFRESH * 0.9 - 1, good()) == "allowed"
    assert len(server.asked) == 1
    assert world.after(REFRESH * 0.1 + 1, good()) == "allowed"
    assert len(server.asked) == 2
    assert [line["outcome"] for line in world.refreshes] == ["refreshed", "refreshed"]


def test_a_revocation_holds_after_the_refresh_also_for_a_signature_that_is_cached(server: KeySetServer) -> None:
    world = World(server)
    assert world.reason(good()) == "allowed"
    server.replies[HOST] = stored(REVOKED, '"2"')

    assert world.reason(good()) == "allowed"
    assert world.after(REFRESH, good()) == "revoked_token"
    assert world.reason(good(sub="user-2")) == "allowed"
    assert world.reason(good(iat=NOW)) == "allowed", "issued since"
    server.replies[HOST] = stored(denylist(), '"3"')
    assert world.after(REFRESH, good()) == "allowed"


def test_other_reasons_come_first(server: KeySetServer) -> None:
    server.replies[HOST] = stored(REVOKED)
    world = World(server)

    assert world.reason(good(aud="invoices")) == "wrong_audience"
    assert world.reason(good(exp=2)) == "expired"
    assert world.reason("x") == "malformed_token"
    server.replies[HOST] = FORBIDDEN
    assert world.after(MAX_STALE * 2, good(aud="invoices")) == "wrong_audience"


def test_a_token_that_is_bound_to_a_certificate(server: KeySetServer) -> None:
    authority = Authority("Example CA")
    client, other = (certificate_of(authority.issue(name, 1)) for name in ("client", "other"))
    server.replies[HOST] = stored(REVOKED)
    world = World(server, bound_tokens="required")
    for subject, expected in (("user-1", "revoked_token"), ("user-2", "allowed")):
        bound = good(sub=subject, cnf={"x5t#S256": thumbprint(client)})
        assert world.decided(presented(bound, client)) == expected
        assert world.decided(presented(bound, other)) == "wrong_certificate"


def test_a_key_and_the_tokens_of_one_issuer(server: KeySetServer) -> None:
    theirs = signer("ES384", "theirs")
    partner = {
        "name": "partner",
        "issuers": ["https://partner.example.com", "https://v1.partner.example.com"],
        "audiences": [AUDIENCE],
        "keys": [theirs.jwk],
    }
    server.replies[HOST] = stored(
        denylist(issuer="https://v1.partner.example.com", not_before={"sub": {"user-1": NOW}})
    )
    world = World(server, trusted_issuers=[partner])
    forms = [
        token(theirs, claims(iss=issuer, iat=1, nbf=1, exp=253402300799)) for issuer in (partner["issuers"][0], ISSUER)
    ]

    assert world.reason(forms[0]) == "revoked_token", "under either spelling"
    assert world.reason(good()) == "allowed", "the same subject of another issuer is another one"
    assert world.reason(forms[1]) == "wrong_issuer"
    server.replies[HOST] = stored(denylist(KEY.kid))
    assert world.after(REFRESH, good()) == "revoked_token"
    assert world.reason(forms[0]) == "allowed"


def test_the_request_is_conditional_and_signed(server: KeySetServer) -> None:
    world = World(server)
    server.replies[HOST] = UNCHANGED
    world.after(REFRESH, good())
    world.after(REFRESH, good())

    first, *later = server.heads
    assert "If-None-Match" not in {name.title() for name in first}
    assert [{name.title(): value for name, value in head.items()}["If-None-Match"] for head in later] == ['"1"', '"1"']
    assert [line["outcome"] for line in world.refreshes] == ["refreshed", "unchanged", "unchanged"]
    assert all("authorization" in head for head in server.heads)


def test_an_unchanged_denylist_is_as_fresh_as_a_new_one(server: KeySetServer) -> None:
    server.replies[HOST] = stored(REVOKED)
    world = World(server)
    server.replies[HOST] = UNCHANGED

    for _ in range(2 * MAX_STALE // REFRESH):
        assert world.after(REFRESH, good()) == "revoked_token"
    assert world.reason(good(sub="user-2")) == "allowed"


def test_unchanged_without_a_condition_is_no_answer(server: KeySetServer) -> None:
    server.replies[HOST] = UNCHANGED
    world = World(server)

    assert world.reason(good()) == "denylist_unavailable"
    assert world.refreshes[0]["outcome"] == "status"


FAILURES: dict[str, tuple[Reply, str]] = {
    "forbidden, or not there": (FORBIDDEN, "status"),
    "another region": (Reply(b"", 301, {"Location": "https://evil.example.com/"}), "status"),
    "S3 is down": (Reply(b"", 503), "status"),
    "no JSON": (stored(b"<html>"), "invalid"),
    "nothing": (stored(b""), "invalid"),
    "an unknown field": (stored({"version": 1, "subs": {}}), "invalid"),
    "compressed": (Reply(b"{}", 200, {"Content-Encoding": "gzip"}), "content_encoding"),
    "too large": (stored(b" " * 150_001), "too_large"),
}


@pytest.mark.parametrize(("reply", "outcome"), FAILURES.values(), ids=FAILURES)
def test_a_failure_changes_nothing_until_the_copy_is_too_old(server: KeySetServer, reply: Reply, outcome: str) -> None:
    server.replies[HOST] = stored(REVOKED)
    world = World(server)
    server.replies[HOST] = reply

    assert world.after(REFRESH, good()) == "revoked_token"
    assert world.reason(good(sub="user-2")) == "allowed"
    assert world.after(MAX_STALE - REFRESH, good(sub="user-2")) == "allowed"
    assert world.after(1, good(sub="user-2")) == "denylist_unavailable"
    assert world.after(0, good()) == "denylist_unavailable"
    assert {line["outcome"] for line in world.refreshes[1:]} == {outcome}
    server.replies[HOST] = stored(REVOKED)
    assert world.after(REFRESH, good(sub="user-2")) == "allowed"
    assert world.reason(good()) == "revoked_token"


def test_without_a_first_copy_nothing_is_allowed_until_there_is_one(server: KeySetServer) -> None:
    server.replies[HOST] = FORBIDDEN
    world = World(server)

    assert world.reason(good()) == "denylist_unavailable"
    server.replies[HOST] = stored(denylist())
    assert world.after(0.9, good()) == "denylist_unavailable", "no attempt because of a token"
    assert world.after(0.1, good()) == "allowed"
    assert len(server.asked) == 2


def test_without_a_first_copy_the_pauses_grow_from_a_second(server: KeySetServer) -> None:
    server.replies[HOST] = FORBIDDEN
    world = World(server)
    asked = []
    for _ in range(8):
        world.after(1, good())
        asked.append(len(server.asked))

    assert asked == [2, 2, 3, 3, 3, 3, 4, 4]


def test_the_pauses_after_failures_grow_to_the_interval(server: KeySetServer) -> None:
    world = World(server)
    server.replies[HOST] = FORBIDDEN
    began = world.now
    attempts: list[float] = []
    while world.now < began + 400:
        before = len(server.asked)
        world.after(1, good())
        if len(server.asked) > before:
            attempts.append(world.now)

    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses[:5] == [RETRY_SECONDS, 2 * RETRY_SECONDS, 4 * RETRY_SECONDS, REFRESH, REFRESH]


def test_after_an_idle_time_it_is_read_before_the_first_decision(server: KeySetServer) -> None:
    world = World(server)
    server.replies[HOST] = stored(REVOKED, '"2"')

    assert world.after(100 * MAX_STALE, good()) == "revoked_token"


def test_a_clock_that_is_set_back_makes_a_copy_no_younger(server: KeySetServer) -> None:
    world = World(server)
    world.now -= 10_000
    server.replies[HOST] = FORBIDDEN

    assert world.reason(good()) == "allowed"
    assert len(server.asked) == 2, "a refresh is due"
    assert world.after(MAX_STALE + 1, good()) == "denylist_unavailable"


def test_without_time_left_no_refresh_begins(server: KeySetServer) -> None:
    world = World(server)
    world.now += REFRESH

    assert world.reason(good(), Context(MIN_SECONDS_LEFT - 0.1)) == "allowed"
    assert len(server.asked) == 1
    assert world.reason(good(), Context(MIN_SECONDS_LEFT)) == "allowed"
    assert len(server.asked) == 2


def test_it_precedes_the_keys_of_other_issuers(server: KeySetServer) -> None:
    """They would be refreshed one in an invocation; a revocation must not wait for its turn."""
    urls = [
        {
            "name": f"issuer-{number}",
            "issuers": [f"https://{number}.example.com"],
            "audiences": [AUDIENCE],
            "keys": [signer("ES256", f"issuer {number}").jwk],
            "jwks_url": {"url": f"https://{HOSTS[0]}/{number}"},
        }
        for number in range(3)
    ]
    world = World(server, trusted_issuers=urls)
    server.replies[HOSTS[0]] = Reply(b"{}", 500)
    world.reason(good())
    server.replies[HOST] = stored(REVOKED, '"2"')

    assert world.after(REFRESH, good()) == "revoked_token"
    assert [asked.partition("/")[0] for asked in server.asked].count(HOST) == 2


def test_it_precedes_keys_that_are_too_old(server: KeySetServer) -> None:
    """Which concern tokens of one issuer only: if their server hangs, the denylist has been read."""
    order: list[str] = []

    class Kms(FakeKms):
        def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
            order.extend([*(["denylist"] * len(server.asked)), "keys"])
            server.asked.clear()
            return super().get_public_key(KeyId=KeyId)

    kms = {"keys": [{"key_id": "own", "alg": "ES256"}]}
    policy = {name: value for name, value in configured().items() if name != "keys"}
    world = World(server, document={**policy, "kms": kms}, client=Kms(own=KEY))

    assert world.after(10**6, good()) == "allowed"
    assert order == ["denylist", "keys", "denylist", "keys"]


@pytest.mark.parametrize("manner", ["never", "half", "octet by octet"])
def test_an_s3_that_hangs_delays_one_request_and_no_more(
    server: KeySetServer, monkeypatch: pytest.MonkeyPatch, manner: str
) -> None:
    world = World(server)
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 0.3)
    monkeypatch.setattr(server, "manner", manner)
    server.released.clear()

    assert world.after(REFRESH, good()) == "allowed"
    assert world.refreshes[-1]["outcome"] == "deadline"
    assert world.reason(good()) == "allowed"
    assert len(server.asked) == 2
    server.released.set()
    server.answered_late.wait(30)


def test_without_credentials(server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    world = World(server)

    assert (world.refreshes[0]["outcome"], server.asked) == ("no_credentials", [])
    assert world.reason(good()) == "denylist_unavailable"


def test_the_lines_of_refreshes(server: KeySetServer) -> None:
    server.replies[HOST] = stored(REVOKED)
    world = World(server)
    server.replies[HOST] = stored({"version": 2, "secret": "in the document"})
    world.after(REFRESH, good())

    refreshed, failed = world.refreshes
    latencies = [line.pop("latencyMs") for line in world.refreshes]
    assert all(latency > 0 for latency in latencies)
    assert refreshed == {
        "level": "INFO",
        "message": "denylist refreshed",
        "FunctionName": "local",
        "bucket": BUCKET,
        "outcome": "refreshed",
        "status": 200,
        "bytes": len(stored(REVOKED).body),
        "entries": 1,
        "DenylistRefreshFailed": 0,
        "DenylistAgeSeconds": 0,
        "_aws": {
            "Timestamp": NOW * 1000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "kms-jwt",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [
                        {"Name": "DenylistRefreshFailed", "Unit": "Count"},
                        {"Name": "DenylistAgeSeconds", "Unit": "Seconds"},
                    ],
                }
            ],
        },
    }
    assert failed["level"] == "ERROR"
    assert failed["message"] == "denylist not refreshed"
    assert failed["outcome"] == "invalid"
    assert "secret" not in str(failed), "a document names subjects"
    assert (failed["DenylistRefreshFailed"], failed["DenylistAgeSeconds"], failed["entries"]) == (1, REFRESH, 1)


def test_below_the_log_level_only_failures_are_written(server: KeySetServer) -> None:
    world = World(server, log_level="WARN")
    server.replies[HOST] = FORBIDDEN
    world.now += REFRESH
    world.source.verifier()
    world = World(server, log_level="ERROR")

    assert [line["outcome"] for line in world.refreshes] == ["status"]
    assert "DenylistAgeSeconds" not in world.refreshes[0], "there is no copy that could have an age"


def test_an_invalid_configuration_makes_the_init_fail(server: KeySetServer) -> None:
    with pytest.raises(ConfigError, match=r"denylist\.bucket"):
        World(server, denylist={"bucket": ""})


@pytest.mark.slow
def test_no_aws_sdk_is_imported_and_only_the_init_and_refreshes_touch_the_network(
    server: KeySetServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of its own, where no name leads to the server: its port is the endpoint."""
    set_environment(monkeypatch)
    environment: dict[str, Any] = {
        "AWS_ENDPOINT_URL": f"https://localhost:{server.port}",
        "SSL_CERT_FILE": str(tmp_path / "nothing.pem"),
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    result = run(make_package(tmp_path, configured()), [bearer(good()), bearer(good())], **environment)

    assert [line.get("outcome") or line["Reason"] for line in result.lines] == [
        "tls",
        "denylist_unavailable",
        "denylist_unavailable",
    ]
    assert {module.split(".")[0] for module in result.imported} & {"boto3", "botocore", "requests", "urllib3"} == set()
    assert result.later & HEAVY == set()
