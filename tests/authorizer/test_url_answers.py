"""What an issuer's URL may answer: a key set whose usable keys replace the ones before, or nothing that changes anything."""

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from authorizer.runtime_keys import attempt, bounded_http, fetch
from authorizer.runtime_keys.key_set import MAX_KEYS
from testkit.key_set_server import HOSTS, KeySetServer, Reply, key_set, make_certificate, serving
from testkit.signers import signer

from .url_issuers import NEW, OLD, OWN, REFRESH, World, entry, ours, publish, theirs


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), *HOSTS)


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[KeySetServer]:
    with pytest.MonkeyPatch.context() as patch, serving(certificate) as server:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        patch.setattr(bounded_http, "getaddrinfo", server.look_up)
        patch.setattr(attempt, "DEADLINE_SECONDS", 30)  # all the time that a busy machine needs
        fetch.tls.cache_clear()
        yield server
    fetch.tls.cache_clear()


@pytest.fixture
def server(running: KeySetServer) -> Iterator[KeySetServer]:
    running.asked.clear()
    running.heads.clear()
    running.released.clear()
    running.manner = "well"
    publish(running, OLD)
    yield running
    running.released.set()


@pytest.fixture
def world(server: KeySetServer) -> World:
    """With keys that were read once, and a refresh that is due."""
    world = World(server, entry())
    world.begin()
    assert world.reason(theirs(OLD)) == "allowed"
    world.refreshes.clear()
    world.now += REFRESH
    return world


def failed(world: World) -> dict[str, Any]:
    """The line of the refresh that the next request causes: it failed, and nobody is denied."""
    assert world.reason(theirs(OLD)) == world.reason(ours()) == "allowed"
    (line,) = world.refreshes
    assert (line["level"], line["RefreshFailed"]) == ("ERROR", 1)
    assert line["KeysAgeSeconds"] == REFRESH
    return line


GOOD = key_set(NEW.jwk)
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(b"\x00\xff garbage"), "not_json"),
        (Reply(b""), "not_json"),
        (Reply(b"<!doctype html><title>Sign in</title>", 200, {"Content-Type": "text/html"}), "not_json"),
        (Reply(GOOD.body[:-1]), "not_json"),
        (Reply(GOOD.body.replace(b'"keys"', b'"keys": [], "keys"')), "not_json"),
        (Reply(b"[]"), "not_json"),
        (Reply(b"[" * 100_000), "not_json"),
        (Reply(b"{}"), "not_a_key_set"),
        (Reply(b'{"keys": {}}'), "not_a_key_set"),
        (key_set(), "not_a_key_set"),
        (key_set(*({**NEW.jwk, "kid": str(number)} for number in range(MAX_KEYS + 1))), "not_a_key_set"),
        (Reply(b'{"keys": [7, null, "x", []]}'), "no_usable_key"),
        (key_set(OWN.jwk), "no_usable_key"),
        (Reply(b" " * 1_000_000), "too_large"),
        (GOOD._replace(status=301, headers={"Location": f"https://{HOSTS[0]}/elsewhere"}), "status"),
        (GOOD._replace(status=302, headers={"Location": f"http://{HOSTS[0]}/"}), "status"),
        (GOOD._replace(status=203), "status"),
        (GOOD._replace(status=304), "status"),
        (GOOD._replace(status=404), "status"),
        (GOOD._replace(status=503), "status"),
        (GOOD._replace(headers={**JSON, "Content-Encoding": "gzip"}), "content_encoding"),
        (GOOD._replace(headers={**JSON, "content-encoding": "identity"}), "content_encoding"),
    ],
)
def test_an_answer_that_is_not_a_key_set_changes_nothing(
    world: World, server: KeySetServer, reply: Reply, outcome: str
) -> None:
    server.replies[HOSTS[0]] = reply

    line = failed(world)
    assert line["outcome"] == outcome
    assert line["status"] == (None if outcome == "too_large" else reply.status)
    assert len(server.asked) == 2, "no redirect is followed"


def test_what_is_not_http_changes_nothing(world: World, server: KeySetServer) -> None:
    server.manner = "not HTTP"
    assert failed(world)["outcome"] == "not_http"


def test_an_answer_without_an_end_is_given_up(world: World, server: KeySetServer) -> None:
    server.manner = "endless"
    assert failed(world)["outcome"] == "too_large"


@pytest.mark.parametrize("manner", ["never", "half", "octet by octet"])
def test_a_server_that_hangs_holds_up_one_request_until_the_deadline(
    world: World, server: KeySetServer, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.manner = manner
    server.answered_late.clear()
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 0.7)

    assert failed(world)["outcome"] == "deadline"
    for _ in range(100):
        assert world.reason(theirs(OLD)) == "allowed"
    assert len(server.asked) == 2, "asked once, not for every request"
    assert not server.answered_late.is_set()


def test_a_look_up_of_the_name_that_hangs(world: World, server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No timeout of any client ends it; the answer that comes in the end is lost."""
    awake, over = Event(), Event()

    def hang(*arguments: Any, **options: Any) -> Any:
        awake.wait(30)
        over.set()
        return server.look_up(*arguments, **options)

    publish(server, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "DEADLINE_SECONDS", 0.5)
        patch.setattr(bounded_http, "getaddrinfo", hang)
        assert failed(world)["outcome"] == "deadline"
        assert not over.is_set()
    awake.set()
    assert over.wait(10)
    assert world.reason(theirs(OLD)) == "allowed"


def test_dead_addresses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", closed.getsockname())
        monkeypatch.setattr(bounded_http, "getaddrinfo", lambda *_, **__: [address] * 4)
        assert failed(world)["outcome"] == "unreachable"


def test_a_name_that_is_not_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(bounded_http, "getaddrinfo", fail)
    assert failed(world)["outcome"] == "unreachable"


@pytest.mark.parametrize("fault", [RuntimeError("?"), ValueError("?")])
def test_any_other_failure(world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(bounded_http, "getaddrinfo", fail)
    assert failed(world)["outcome"] == "failed"


def test_a_certificate_for_another_name(
    world: World, server: KeySetServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(make_certificate(tmp_path, "elsewhere.example.com")) as other:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        monkeypatch.setattr(bounded_http, "getaddrinfo", other.look_up)
        fetch.tls.cache_clear()
        assert failed(world)["outcome"] == "tls"
        assert other.asked == []
    fetch.tls.cache_clear()


def test_a_certificate_that_nobody_vouches_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    fetch.tls.cache_clear()
    assert failed(world)["outcome"] == "tls"
    fetch.tls.cache_clear()


def test_tls_is_verified_and_not_an_old_one(server: KeySetServer) -> None:
    tls = fetch.tls()

    assert tls.verify_mode == ssl.CERT_REQUIRED
    assert tls.check_hostname
    assert tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_an_answer_in_chunks(world: World, server: KeySetServer) -> None:
    publish(server, NEW)
    server.manner = "chunked"
    assert world.reason(theirs(NEW)) == "allowed"


def test_one_plain_request(world: World, server: KeySetServer) -> None:
    world.reason(ours())

    assert server.asked[-1] == f"{HOSTS[0]}/jwks.json"
    assert server.heads[-1] == {
        "Host": HOSTS[0],
        "User-Agent": "kms-jwt",
        "Accept": "application/jwk-set+json, application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_a_query_is_part_of_the_url(server: KeySetServer) -> None:
    world = World(server, {**entry(), "jwks_url": {"url": f"https://{HOSTS[0]}/keys?appid=7"}})
    world.begin()
    world.reason(ours())
    assert server.asked == [f"{HOSTS[0]}/keys?appid=7"]


RSA = signer("RS256", "theirs")
PRIVATE = {**signer("ES256", "leaked").jwk, "d": "AAAA"}
SHARED_NAME = {**signer("ES256", "fourth").jwk, "kid": OWN.kid}
RENAMED = {**OWN.jwk, "kid": "theirs"}
ENCRYPTION = {**RSA.jwk, "kid": "e", "use": "enc", "alg": "RSA-OAEP"}
TWICE = {**signer("ES256", "fifth").jwk, "kid": NEW.kid}
WEAK = {**RSA.jwk, "kid": "w", "n": "AQAB"}
SYMMETRIC = {"kty": "oct", "kid": "s", "k": "AAAA", "alg": "HS256"}


@pytest.mark.parametrize(
    "bad",
    [PRIVATE, SHARED_NAME, RENAMED, ENCRYPTION, TWICE, WEAK, SYMMETRIC, {}, {"kty": 7}, {**NEW.jwk, "x": []}, None, 7],
)
def test_one_bad_key_among_good_ones_is_dropped(world: World, server: KeySetServer, bad: Any) -> None:
    """A key of ours included, by its ``kid`` or by itself: it stays ours."""
    bare = {name: value for name, value in RSA.jwk.items() if name != "alg"}
    server.replies[HOSTS[0]] = key_set(NEW.jwk, bad, {**bare, "alg": "RS256", "x5c": ["MII"], "x5t": "x"})

    assert world.reason(theirs(NEW)) == world.reason(theirs(RSA)) == "allowed"
    assert world.reason(ours()) == "allowed"
    assert world.reason(theirs(OWN)) == "wrong_issuer"
    (line,) = world.refreshes
    assert line["dropped"] == 1
    assert "MII" not in json.dumps(line)


def test_algorithms_are_those_of_the_configuration(server: KeySetServer) -> None:
    world = World(server, entry(algorithms=["ES384", "RS256"]))
    bare = {name: value for name, value in RSA.jwk.items() if name != "alg"}
    server.replies[HOSTS[0]] = key_set(NEW.jwk, OLD.jwk, bare)
    world.begin()

    assert world.reason(theirs(RSA)) == world.reason(theirs(NEW)) == "allowed"
    assert world.reason(theirs(OLD)) == "unknown_key"


def test_two_issuers_that_claim_each_other_s_keys(server: KeySetServer) -> None:
    """Each can speak for itself only, and neither takes a key away from the other."""
    first, second = OLD, NEW
    world = World(server, entry(0, first), entry(1, second))
    publish(server, first, second)
    publish(server, second, first, number=1)
    world.begin()
    world.reason(ours())
    world.reason(ours())
    assert len(server.asked) == 2

    for key in (first, second):
        for number in (0, 1):
            assert world.reason(theirs(key, number)) == "allowed", "each vouches for both keys"
    publish(server, first)
    world.now += REFRESH
    world.reason(ours())
    world.reason(ours())
    assert world.reason(theirs(first)) == world.reason(theirs(second, 1)) == "allowed"
    assert world.reason(theirs(second)) == "wrong_issuer"


def test_the_line_of_a_refresh(world: World, server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "orders-authorizer")
    server.replies[HOSTS[0]] = key_set(NEW.jwk, ENCRYPTION)
    world.reason(ours())

    (line,) = world.refreshes
    assert line.pop("latencyMs") > 0
    assert line == {
        "level": "INFO",
        "message": "keys refreshed",
        "FunctionName": "orders-authorizer",
        "issuer": "partner",
        "host": HOSTS[0],
        "outcome": "refreshed",
        "status": 200,
        "bytes": len(server.replies[HOSTS[0]].body),
        "added": [NEW.kid],
        "removed": [OLD.kid],
        "dropped": 1,
        "RefreshFailed": 0,
        "KeysAgeSeconds": 0,
        "_aws": {
            "Timestamp": int(world.now * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": "kms-jwt",
                    "Dimensions": [["FunctionName", "issuer"]],
                    "Metrics": [
                        {"Name": "RefreshFailed", "Unit": "Count"},
                        {"Name": "KeysAgeSeconds", "Unit": "Seconds"},
                    ],
                }
            ],
        },
    }


def test_the_size_of_the_line_is_not_the_issuer_s(world: World, server: KeySetServer) -> None:
    """As many keys as fit, under ids as long as they may be."""
    kids = [f"{number:03}".ljust(256, "k") for number in range(MAX_KEYS)]
    server.replies[HOSTS[0]] = key_set(*({**NEW.jwk, "kid": kid} for kid in kids))
    world.reason(ours())
    publish(server, NEW)
    world.now += REFRESH
    world.reason(ours())

    first, second = world.refreshes
    listed = [kid[:64] for kid in kids[:8]]
    assert (first["added"], first["addedCount"]) == (listed, MAX_KEYS)
    assert (second["removed"], second["removedCount"]) == (listed, MAX_KEYS)
    assert (second["added"], "addedCount" in second) == ([NEW.kid], False)


def test_as_many_keys_as_fit_are_used(world: World, server: KeySetServer) -> None:
    """Large organizations publish more than a hundred."""
    server.replies[HOSTS[0]] = key_set(*({**RSA.jwk, "kid": str(number)} for number in range(255)), NEW.jwk)
    assert world.reason(theirs(NEW)) == "allowed"


@pytest.mark.parametrize(("level", "lines"), [("WARN", 1), ("ERROR", 1)])
def test_failures_are_logged_at_every_level(server: KeySetServer, level: str, lines: int) -> None:
    world = World(server, entry(), log_level=level)
    output: list[dict[str, Any]] = []
    source = world.source
    source.verifier()
    world.now += 30
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("authorizer.runtime_keys.refresh_log.write_line", output.append)
        source.verifier()
        assert output == []
        server.replies[HOSTS[0]] = Reply(b"", 500)
        world.now += REFRESH
        source.verifier()
    assert [line["level"] for line in output] == ["ERROR"] * lines
