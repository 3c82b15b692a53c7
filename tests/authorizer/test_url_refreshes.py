"""Keys at an issuer's URL: when they are read, what a token can cause, and how long they live."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from authorizer.runtime_keys import attempt, bounded_http, fetch
from authorizer.runtime_keys.refresher import MIN_SECONDS_LEFT, MORE_WITHIN_SECONDS
from testkit.key_set_server import HOSTS, KeySetServer, Reply, key_set, make_certificate, serving
from testkit.signers import signer
from testkit.tokens import header, signing_input

from .documents import document
from .fake_kms import ARN, FakeKms
from .gateway_events import bearer
from .package import make_package, run
from .test_isolation import HEAVY
from .url_issuers import (
    COOLDOWN,
    MAX_STALE,
    NEW,
    OLD,
    OWN,
    REFRESH,
    Context,
    World,
    entry,
    ours,
    publish,
    theirs,
    unknown,
)

BROKEN = Reply(b"{}", 500)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeySetServer]:
    certificate = make_certificate(tmp_path_factory.mktemp("tls"), *HOSTS)
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
    publish(running, OLD)
    publish(running, OLD, number=1)
    return running


@pytest.mark.slow
def test_the_init_and_the_first_request_import_and_touch_no_network(tmp_path: Path) -> None:
    result = run(
        make_package(tmp_path, document(OWN, trusted_issuers=[entry()])), [bearer(ours()), bearer(theirs(OLD))]
    )

    assert [response["isAuthorized"] for response in result.responses] == [True, True]
    assert result.touched == []
    assert (result.imported | result.later) & (HEAVY - {"pathlib"}) == set()
    assert {module for module in result.imported if module.startswith("authorizer.runtime_keys.")} == {
        f"authorizer.runtime_keys.{name}"
        for name in ("composition", "issuer_keys", "jitter", "refresh_log", "refresher", "settings")
    }


def test_the_first_refresh_is_some_seconds_after_the_first_invocation(server: KeySetServer) -> None:
    def seconds() -> float:
        world = World(server, entry())
        world.now += 10_000  # provisioned, or a snapshot: init is long ago
        began = world.now
        while not world.refreshes:
            assert world.reason(ours()) == "allowed"
            world.now += 1
        return world.now - 1 - began

    found = [seconds() for _ in range(12)]

    assert all(5 <= value <= 30 for value in found)
    assert len(set(found)) > 2


def test_then_on_a_timer_with_jitter(server: KeySetServer) -> None:
    world = World(server, entry())
    world.begin()
    world.reason(ours())
    verifier, began = world.source.verifier(), world.now
    assert world.fetches == 1

    world.now += REFRESH * 0.9 - 1
    for _ in range(100):
        assert world.reason(theirs(OLD)) == "allowed"
    assert world.fetches == 1
    world.now = began + REFRESH + 1
    assert world.reason(theirs(OLD)) == "allowed"
    assert world.fetches == 2
    assert world.source.verifier() is verifier, "the same keys: it stays, and with it the signature cache"


def test_a_rotation_is_noticed_after_one_unknown_kid_and_the_old_key_is_gone(server: KeySetServer) -> None:
    world = World(server, entry())
    assert world.reason(theirs(OLD)) == "allowed"
    publish(server, NEW)

    assert world.reason(theirs(NEW)) == "unknown_key"
    assert world.fetches == 0, "not for this token itself"
    assert world.reason(theirs(NEW)) == "allowed"
    assert world.reason(theirs(OLD)) == "unknown_key", "although its signature was cached"
    assert world.fetches == 1
    assert world.reason(ours()) == "allowed"


def test_a_flood_of_unknown_kids_causes_one_fetch_in_a_cooldown(server: KeySetServer) -> None:
    world = World(server, entry())
    began = world.now

    for number in range(10_000):  # in an hour
        assert world.reason(unknown(number)) == "unknown_key"
        world.now += 0.36
    assert world.fetches <= 3600 / COOLDOWN + 1
    assert world.fetches >= 3600 / COOLDOWN - 1
    assert world.now - began == pytest.approx(3600)


def test_a_token_without_a_kid_pulls_no_refresh_forward(server: KeySetServer) -> None:
    without = {name: value for name, value in header(OWN).items() if name != "kid"}
    world = World(server, entry())
    world.reason(ours())
    for _ in range(4):
        assert world.reason(f"{signing_input(without, b'{}')}.AAAA") == "unknown_key"
        world.now += 1
    assert world.fetches == 0


def test_after_a_failure_an_unknown_kid_does_not_shorten_the_pause(server: KeySetServer) -> None:
    world = World(server, entry(refresh_seconds=REFRESH, cooldown_seconds=30))
    server.replies[HOSTS[0]] = BROKEN
    world.reason(unknown(1))
    times: list[float] = []
    while len(times) < 8:
        fetches = world.fetches
        world.reason(unknown(2))
        if world.fetches > fetches:
            times.append(world.now)
        world.now += 1

    pauses = [after - before for before, after in pairwise(times)]
    assert pauses == [60, 120, 240, 480, 900, 900, 900]


def test_a_cooldown_of_zero_switches_it_off(server: KeySetServer) -> None:
    world = World(server, entry(cooldown_seconds=0))
    for number in range(100):
        world.reason(unknown(number))
    assert world.fetches == 0


def test_failures_are_retried_ever_later(server: KeySetServer) -> None:
    world = World(server, entry(refresh_seconds=3600))
    server.replies[HOSTS[0]] = BROKEN
    world.begin()
    times: list[float] = []
    while len(times) < 7:
        fetches = world.fetches
        assert world.reason(theirs(OLD)) == "allowed"
        if world.fetches > fetches:
            times.append(world.now)
        world.now += 10

    assert [after - before for before, after in pairwise(times)] == [60, 120, 240, 480, 900, 900]
    assert [line["RefreshFailed"] for line in world.refreshes] == [1] * 7

    publish(server, NEW)
    world.now += 900
    assert world.reason(theirs(NEW)) == "allowed"


def test_keys_that_are_too_old_take_only_their_issuer_with_them(server: KeySetServer) -> None:
    """Also where both issuers have the same key under the same ``kid``."""
    world = World(server, entry(), entry(1, OLD, max_stale_seconds=604800))
    world.begin()
    world.reason(ours())
    world.reason(ours())
    assert world.fetches == 2
    server.replies[HOSTS[0]] = BROKEN
    read = world.now

    world.now = read + MAX_STALE
    assert [world.reason(text) for text in (theirs(OLD), theirs(OLD, 1), ours())] == ["allowed"] * 3
    world.now = read + MAX_STALE + 1
    assert [world.reason(text) for text in (theirs(OLD), theirs(OLD, 1), ours())] == [
        *("keys_unavailable", "allowed", "allowed")
    ]
    ages = [line["KeysAgeSeconds"] for line in world.refreshes if line["issuer"] == "partner"]
    assert ages[-1] in (MAX_STALE, MAX_STALE + 1)

    publish(server, OLD)
    world.now += 900
    world.reason(ours())
    assert world.reason(theirs(OLD)) == "allowed"


def test_a_key_that_one_issuer_has_alone_is_unavailable_too(server: KeySetServer) -> None:
    world = World(server, entry())
    world.begin()
    world.reason(ours())
    server.replies[HOSTS[0]] = BROKEN
    world.now += MAX_STALE + 1

    assert world.reason(theirs(OLD)) == "keys_unavailable"
    assert world.reason(theirs(NEW)) == "unknown_key"


def test_pinned_keys_stay_while_nothing_was_read(server: KeySetServer) -> None:
    world = World(server, entry())
    server.replies[HOSTS[0]] = BROKEN
    world.begin()
    for _ in range(20):
        assert world.reason(theirs(OLD)) == "allowed"
        world.now += MAX_STALE
    assert world.refreshes[-1]["KeysAgeSeconds"] > MAX_STALE


def test_a_refresh_begins_only_with_enough_time_left(server: KeySetServer) -> None:
    world = World(server, entry())
    world.begin()

    assert world.reason(ours(), Context(MIN_SECONDS_LEFT - 0.001)) == "allowed"
    assert world.fetches == 0
    assert world.reason(ours(), Context(MIN_SECONDS_LEFT)) == "allowed"
    assert world.fetches == 1


def test_one_issuer_in_an_invocation_and_the_one_that_waited_longest_first(server: KeySetServer) -> None:
    world = World(server, entry(), entry(1))
    world.begin()
    asked = []
    for _ in range(3):
        world.reason(ours())
        asked.append(world.fetches)
    assert asked == [1, 2, 2]
    first, second = server.asked
    assert {first, second} == {f"{host}/jwks.json" for host in HOSTS}

    world.now += REFRESH * 2
    world.reason(ours())
    world.reason(ours())
    assert len(set(server.asked[2:])) == 2


@pytest.mark.parametrize("number", [0, 1])
def test_after_an_idle_time_the_first_token_of_any_issuer_is_accepted(server: KeySetServer, number: int) -> None:
    world = World(server, entry(), entry(1))
    world.begin()
    world.reason(ours())
    world.reason(ours())
    world.now += MAX_STALE + REFRESH

    assert world.reason(theirs(OLD, number), Context(5)) == "allowed"
    assert world.fetches == 4


def test_a_second_refresh_begins_only_with_enough_time_left(server: KeySetServer) -> None:
    class Passing(Context):
        def get_remaining_time_in_millis(self) -> int:
            self._seconds -= 1.5
            return super().get_remaining_time_in_millis()

    world = World(server, entry(), entry(1))
    world.begin()
    world.reason(ours())
    world.reason(ours())
    world.now += MAX_STALE + REFRESH

    assert world.reason(ours(), Passing(5)) == "allowed"
    assert world.fetches == 3


def test_an_issuer_that_is_down_for_long_holds_up_no_refresh_of_another(server: KeySetServer) -> None:
    world = World(server, entry(), entry(1, max_stale_seconds=604800))
    world.begin()
    world.reason(ours())
    world.reason(ours())
    server.replies[HOSTS[0]] = BROKEN
    world.now += MAX_STALE + REFRESH
    for _ in range(3):  # few requests, so that both are due each time
        server.asked.clear()
        assert world.reason(theirs(OLD)) == "keys_unavailable"
        assert [asked.partition("/")[0] for asked in server.asked] == [*HOSTS]
        world.now += REFRESH


def test_a_clock_that_is_set_back(server: KeySetServer) -> None:
    world = World(server, entry())
    world.begin()
    world.reason(ours())
    assert world.fetches == 1
    world.now -= 7 * 86400
    server.replies[HOSTS[0]] = BROKEN

    assert world.reason(theirs(OLD)) == "allowed"
    assert world.fetches == 2, "not in a week"
    world.now += MAX_STALE + 1
    assert world.reason(theirs(OLD)) == "keys_unavailable", "they have aged since then"


def test_a_clock_that_is_set_back_before_the_first_refresh(server: KeySetServer) -> None:
    world = World(server, entry())
    assert world.reason(ours()) == "allowed"
    assert world.fetches == 0
    world.now -= 7 * 86400
    assert world.reason(ours()) == "allowed"
    assert world.fetches == 1, "not in a week"


def test_after_a_clock_was_set_back_no_issuer_waits_for_another(server: KeySetServer) -> None:
    world = World(server, entry(), entry(1))
    world.begin()
    world.reason(ours())
    world.reason(ours())
    world.now -= 10 * 86400
    server.asked.clear()
    world.reason(ours())
    world.reason(ours())
    assert len(set(server.asked)) == len(server.asked) == 2

    server.replies[HOSTS[1]] = BROKEN
    reasons = set()
    for _ in range(MAX_STALE // REFRESH + 2):
        reasons.add(world.reason(theirs(OLD, 1)))
        assert world.reason(theirs(OLD)) == "allowed"
        world.now += REFRESH
    assert reasons == {"allowed", "keys_unavailable"}, "they have aged since then"


def test_a_clock_that_is_set_back_before_the_first_invocation_does_not_make_it_wait(server: KeySetServer) -> None:
    world = World(server, entry())
    world.now -= 86400
    assert world.reason(ours()) == "allowed"
    assert world.fetches == 0


def test_a_clock_that_jumps_ahead_or_an_environment_that_was_frozen(server: KeySetServer) -> None:
    world = World(server, entry())
    world.begin()
    world.reason(ours())
    world.now += 10 * MAX_STALE

    assert world.reason(theirs(OLD)) == "allowed", "read before this request was decided"
    assert world.fetches == 2
    world.now -= 10 * MAX_STALE
    assert world.reason(theirs(OLD)) == "allowed"
    assert world.fetches == 3


class TestWithKms:
    """Own keys from KMS beside another issuer's from a URL: one refresher."""

    def world(self, server: KeySetServer, kms: Any, refresh_seconds: int = 600) -> World:
        settings = {"keys": [{"key_id": "a", "alg": "ES256"}], "refresh_seconds": refresh_seconds}
        return World(server, entry(), client=kms, kms=settings)

    def test_both_are_refreshed_one_in_an_invocation(self, server: KeySetServer) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms)
        assert (kms.asked, world.fetches) == (["a"], 0)
        world.begin()
        next_key = kms.keys["a"] = signer("ES256", "next")
        publish(server, NEW)
        world.now += 900

        world.reason(ours())
        world.reason(ours())
        assert (len(kms.asked), world.fetches) == (2, 1)
        assert world.reason(ours(next_key)) == world.reason(theirs(NEW)) == "allowed"
        assert world.reason(ours()) == world.reason(theirs(OLD)) == "unknown_key"

    def test_an_unknown_kid_never_causes_a_call_to_kms(self, server: KeySetServer) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms)
        for number in range(100):
            world.reason(unknown(number))
        assert kms.asked == ["a"]

    def test_without_own_keys_every_request_is_denied(self, server: KeySetServer) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms)
        world.begin()
        kms.refuse("a", "DisabledException")
        world.now += 600
        world.reason(ours())
        world.reason(ours())
        assert world.reason(theirs(OLD)) == world.reason(ours()) == "keys_unavailable"

    @pytest.mark.parametrize("text", [ours(), theirs(OLD)])
    def test_after_an_idle_time_the_first_token_is_accepted(self, server: KeySetServer, text: str) -> None:
        world = self.world(server, FakeKms(a=OWN))
        world.begin()
        world.reason(ours())
        world.now += 2 * MAX_STALE

        assert world.reason(text, Context(5)) == "allowed"

    def test_own_keys_that_are_too_old_come_first_and_after_a_slow_answer_no_other(
        self, server: KeySetServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms)
        world.begin()
        world.reason(ours())
        world.now += 2 * MAX_STALE

        def slow(**arguments: str) -> dict[str, Any]:
            world.now += MORE_WITHIN_SECONDS
            return FakeKms.get_public_key(kms, **arguments)

        monkeypatch.setattr(kms, "get_public_key", slow)
        assert (world.reason(theirs(OLD)), world.fetches) == ("keys_unavailable", 1)
        assert (world.reason(theirs(OLD)), world.fetches) == ("allowed", 2)

    def test_after_a_clock_was_set_back_a_disabled_key_is_noticed_at_once(self, server: KeySetServer) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms, refresh_seconds=3600)
        world.begin()
        world.now += 3 * 86400
        world.reason(ours())
        world.reason(ours())
        world.now -= 3 * 86400
        kms.refuse("a", "DisabledException")
        world.reason(ours())
        world.reason(ours())
        assert world.reason(ours()) == "keys_unavailable"

    def test_an_issuer_that_has_our_next_key_loses_it_and_not_we(self, server: KeySetServer) -> None:
        kms = FakeKms(a=OWN)
        world = self.world(server, kms)
        next_key = signer("ES256", "next")
        publish(server, next_key)
        world.begin()
        world.reason(ours())
        assert world.reason(theirs(next_key)) == "allowed", "so far it is theirs only"
        kms.keys["a"] = next_key
        world.now += 600

        world.reason(ours())
        assert world.reason(ours(next_key)) == "allowed"
        assert world.reason(theirs(next_key)) == "wrong_issuer"

    def test_the_name_of_a_key_that_is_not_read_yet_is_ours(self, server: KeySetServer) -> None:
        """It is in our JWKS already, where the issuer can see it."""
        later = signer("ES256", "later")
        kms = FakeKms(a=OWN, **{f"{ARN}/{later.kid}": later})
        kms.refuse(f"{ARN}/{later.kid}", "DisabledException")
        keys = [{"key_id": key_id, "alg": "ES256"} for key_id in ("a", f"{ARN}/{later.kid}")]
        world = World(server, entry(), client=kms, kms={"keys": keys})
        server.replies[HOSTS[0]] = key_set({**NEW.jwk, "kid": later.kid}, OLD.jwk)
        world.begin()

        assert world.reason(theirs(OLD)) == "allowed"
        assert [line["dropped"] for line in world.refreshes if "dropped" in line] == [1]
