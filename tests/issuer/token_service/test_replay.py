"""The memory of used assertions: how long, how many, and what happens when it is full."""

from functools import partial
from typing import Any

import pytest

from issuer.token_service import client_assertion
from issuer.token_service.assertion import MAX_AGE_SECONDS, Proof
from issuer.token_service.refusal import Refused
from issuer.token_service.replay import MAX_ENTRIES, ReplayMemory
from testkit.tokens import ABSENT, NOW

from .assertions import EC, asserted, assertion, with_keys
from .service import ObservedService, document

THROTTLING = 50
"""Requests per second: API Gateway's limit for the token endpoint, by default."""


def use(memory: ReplayMemory, jti: str, now: float = NOW, client_id: str = "batch", lives: float = 60) -> str:
    try:
        memory.use(Proof(client_id, jti, now + lives), now)
    except Refused as refused:
        return refused.reason.value
    return "new"


def test_an_assertion_is_remembered_for_as_long_as_it_is_accepted() -> None:
    memory = ReplayMemory()

    assert [use(memory, "a", NOW + seconds) for seconds in (0, 1, 59.9)] == ["new", *["replayed_assertion"] * 2]
    assert use(memory, "a", NOW + 60) == "new"


def test_each_client_has_its_own_ids() -> None:
    memory = ReplayMemory()

    assert [use(memory, "a", client_id=name) for name in ("batch", "other", "batch")] == [
        "new",
        "new",
        "replayed_assertion",
    ]


@pytest.mark.parametrize("jti", ["x" * 256, "\u00e9\n", "\0"])
def test_whatever_the_jti_is(jti: str) -> None:
    memory = ReplayMemory()

    assert [use(memory, jti), use(memory, jti)] == ["new", "replayed_assertion"]


def test_a_full_memory_forgets_what_has_expired_and_nothing_else() -> None:
    memory = ReplayMemory(max_entries=3)
    for jti, lives in (("a", 10), ("b", 60), ("c", 60)):
        assert use(memory, jti, lives=lives) == "new"

    assert use(memory, "d", NOW + 9) == "too_many_assertions"
    assert use(memory, "a", NOW + 9) == "replayed_assertion"
    assert use(memory, "d", NOW + 10) == "new"
    assert use(memory, "e", NOW + 10) == "too_many_assertions"
    assert use(memory, "b", NOW + 10) == "replayed_assertion"
    assert use(memory, "e", NOW + 60) == "new"


def test_the_default_throttling_cannot_fill_it() -> None:
    assert THROTTLING * (MAX_AGE_SECONDS + 11) * 5 < MAX_ENTRIES


def test_the_client_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_assertion, "ReplayMemory", partial(ReplayMemory, max_entries=1))
    service = ObservedService(document(clients={"batch": with_keys(EC)}))

    assert service.send(asserted(assertion())).status == 200
    full = service.send(asserted(assertion()))
    assert full.error == (503, "temporarily_unavailable", "too_many_assertions")
    assert full.record["client"] == "batch"
    assert int(full.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"exp": NOW + 3600}, NOW + 60),
        ({"exp": NOW + 30}, NOW + 29),
        ({"exp": NOW + 3600, "iat": NOW + 10}, NOW + 70),
        ({"exp": NOW + 70, "iat": ABSENT}, NOW + 69),
    ],
    ids=["an hour", "half a minute", "a clock that is ahead", "without iat"],
)
def test_a_used_assertion_is_refused_until_its_last_second(changes: dict[str, Any], last: float) -> None:
    service = ObservedService(document(clients={"batch": with_keys(EC)}))
    text = assertion(**changes)

    assert service.send(asserted(text)).status == 200
    assert service.send(asserted(text), last).reason == "replayed_assertion"
    assert service.send(asserted(text), last + 1).reason in ("too_old", "expired")
