"""Keys from KMS: read at init and on a timer, dropped when KMS says so, kept for a bounded time when it says nothing."""

import json
from threading import Thread
from typing import Any, cast

import pytest

from authorizer.config import ConfigError
from authorizer.denial import Denied, Reason
from authorizer.kms.keys import RETRY_SECONDS
from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.signers import ALGORITHMS, Signer, signer

from .documents import document
from .fake_kms import ARN, FakeKms, answer_of
from .url_issuers import Context

FIRST, SECOND, RSA = signer("ES256"), signer("ES256", "second"), signer("RS256")
REFRESH, MAX_STALE = 600, 3600


def source(kms: FakeKms, *keys: tuple[str, str], **changes: object) -> RuntimeKeys:
    settings = {
        "keys": [{"key_id": key_id, "alg": alg} for key_id, alg in keys],
        "refresh_seconds": REFRESH,
        "max_stale_seconds": MAX_STALE,
    }
    policy = document(**changes)
    del policy["keys"]
    return RuntimeKeys({**policy, "kms": settings}, cast("Any", kms), kms.clock)


def trusted(keys: RuntimeKeys) -> set[str]:
    return set(keys.verifier().config.keys)


def kids(*signers: Signer) -> set[str]:
    return {signer.kid for signer in signers}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_key_of_every_algorithm_is_read(alg: str) -> None:
    keys = source(FakeKms(a=signer(alg)), ("a", alg))

    assert {kid: key.alg for kid, key in keys.verifier().config.keys.items()} == {signer(alg).kid: alg}


def test_an_alias_and_its_key_are_one_key() -> None:
    kms = FakeKms(alias=FIRST, key=FIRST, next=SECOND)

    assert trusted(source(kms, ("alias", "ES256"), ("key", "ES256"), ("next", "ES256"))) == kids(FIRST, SECOND)


def test_kms_is_asked_at_init_and_then_on_a_timer_only() -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))
    assert kms.asked == ["a", "b"]

    verifier = keys.verifier()
    kms.now += REFRESH * 0.9 - 1
    for _ in range(1000):
        assert keys.verifier() is verifier
    assert kms.asked == ["a", "b"]

    kms.now += REFRESH * 0.1 + 1
    # The same keys again: the verifier stays, and with it what it remembers.
    assert keys.verifier() is keys.verifier() is verifier
    assert kms.asked == ["a", "b"] * 2


def test_refreshes_do_not_fall_into_step() -> None:
    def pause() -> float:
        kms = FakeKms(a=FIRST)
        keys = source(kms, ("a", "ES256"))
        began = kms.now
        while len(kms.asked) == 1:
            kms.now += 1
            keys.verifier()
        return kms.now - began

    pauses = [pause() for _ in range(20)]

    assert len(set(pauses)) > 5
    assert all(REFRESH * 0.9 <= seconds <= REFRESH + 1 for seconds in pauses)


def test_an_alias_that_moves_brings_the_new_key_and_drops_the_old_one() -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))

    kms.keys["a"] = SECOND
    kms.now += REFRESH

    assert trusted(keys) == kids(SECOND)


def test_aliases_may_meet_at_one_key() -> None:
    """Promoting a key points "current" at what "next" names: the set has one key then, and no fault."""
    kms = FakeKms(current=FIRST, next=SECOND)
    keys = source(kms, ("current", "ES256"), ("next", "ES256"))

    kms.keys["current"] = SECOND
    kms.now += REFRESH

    assert trusted(keys) == kids(SECOND)


@pytest.mark.parametrize("code", ["DisabledException", "KMSInvalidStateException", "NotFoundException"])
def test_a_key_that_kms_says_is_not_to_be_used_is_dropped(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))

    kms.refuse("a", code)
    kms.now += REFRESH

    assert trusted(keys) == kids(SECOND)
    assert lines(capsys) == [{"level": "ERROR", "message": "a key is not usable", "key": "a", "fault": code}]


def test_a_key_is_dropped_even_while_another_one_cannot_be_read() -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))

    kms.refuse("a", "AccessDeniedException")
    kms.refuse("b", "DisabledException")
    kms.now += REFRESH

    assert trusted(keys) == kids(FIRST)


def test_without_any_key_every_request_is_denied_until_one_is_enabled() -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))

    kms.refuse("a", "DisabledException")
    kms.now += REFRESH
    for _ in range(100):
        with pytest.raises(Denied) as denied:
            keys.verifier()
        assert denied.value.reason == Reason.KEYS_UNAVAILABLE
    assert len(kms.asked) == 2

    kms.hang()
    kms.now += RETRY_SECONDS
    with pytest.raises(Denied):
        keys.verifier()

    kms.recover()
    kms.now += RETRY_SECONDS
    assert trusted(keys) == kids(FIRST)


def test_while_kms_does_not_answer_the_last_good_keys_are_kept_for_a_bounded_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))
    verifier, began = keys.verifier(), kms.now
    kms.hang()

    outcomes: dict[float, Reason | None] = {}
    while kms.now < began + MAX_STALE + 300:
        kms.now += 10
        try:
            assert keys.verifier() is verifier
            outcomes[kms.now - began] = None
        except Denied as denied:
            outcomes[kms.now - began] = denied.reason

    kept = [seconds for seconds, reason in outcomes.items() if reason is None]
    assert set(outcomes.values()) == {None, Reason.KEYS_UNAVAILABLE}
    assert MAX_STALE - RETRY_SECONDS - 10 <= max(kept) <= MAX_STALE
    assert kept == list(outcomes)[: len(kept)]
    # Asked every half minute, not at every request.
    assert len(kms.asked) <= (MAX_STALE + 300) / RETRY_SECONDS + 1
    assert {line["message"] for line in lines(capsys)} == {"a key cannot be read"}

    kms.recover()
    kms.now += RETRY_SECONDS
    assert trusted(keys) == kids(FIRST)


def test_keys_are_too_old_after_a_long_sleep() -> None:
    """Lambda may freeze an environment for hours."""
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))
    kms.hang()
    kms.now += MAX_STALE + 1

    with pytest.raises(Denied):
        keys.verifier()


def test_one_key_that_cannot_be_read_grows_old_alone() -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))
    kms.refuse("a", "AccessDeniedException")

    kms.now += REFRESH
    assert trusted(keys) == kids(FIRST, SECOND)
    kms.now += MAX_STALE
    assert trusted(keys) == kids(SECOND)


@pytest.mark.parametrize(
    "replacement",
    [signer("ES384"), signer("RS256"), Signer("ES256", "bad\nkid", FIRST.private_key, FIRST.jwk, FIRST.sign)],
)
def test_an_answer_that_the_verifier_would_refuse_changes_nothing(replacement: Signer) -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))

    kms.keys["a"] = replacement
    kms.now += REFRESH

    assert trusted(keys) == kids(FIRST, SECOND)
    kms.now += MAX_STALE
    assert trusted(keys) == kids(SECOND)


def test_two_aliases_that_meet_with_two_algorithms_change_nothing() -> None:
    kms = FakeKms(a=RSA, b=signer("PS256"))
    keys = source(kms, ("a", "RS256"), ("b", "PS256"))

    kms.keys["b"] = RSA
    kms.now += REFRESH

    assert trusted(keys) == kids(RSA, signer("PS256"))


@pytest.mark.parametrize("fault", [KeyError("PublicKey"), TypeError("?"), ValueError("?"), RuntimeError("?")])
def test_a_refresh_that_fails_in_any_other_way_changes_nothing(fault: Exception) -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))

    kms.faults["a"] = fault
    kms.now += REFRESH
    for _ in range(100):
        assert trusted(keys) == kids(FIRST)
    assert len(kms.asked) == 2


def test_a_slow_refresh_leaves_the_rest_to_the_next() -> None:
    kms = FakeKms(a=FIRST, b=SECOND, c=signer("ES256", "third"))
    keys = source(kms, ("a", "ES256"), ("b", "ES256"), ("c", "ES256"))
    kms.asked.clear()
    kms.seconds_per_call = 0.9
    kms.now += REFRESH

    keys.verifier()
    assert kms.asked == ["a", "b"]
    kms.now += RETRY_SECONDS
    keys.verifier()
    assert kms.asked == ["a", "b", "c", "a"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "DisabledException"])
def test_without_its_keys_the_authorizer_does_not_start(code: str) -> None:
    kms = FakeKms(a=FIRST)
    kms.refuse("a", code)

    with pytest.raises(ConfigError, match=r"^kms: "):
        source(kms, ("a", "ES256"))


def test_with_one_of_its_keys_disabled_it_starts(capsys: pytest.CaptureFixture[str]) -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    kms.refuse("a", "DisabledException")

    assert trusted(source(kms, ("a", "ES256"), ("b", "ES256"))) == kids(SECOND)
    assert len(lines(capsys)) == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_with_one_of_its_keys_unread_it_starts_and_asks_for_it_soon(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kms = FakeKms(a=FIRST, b=SECOND)
    kms.refuse("a", code)
    keys = source(kms, ("a", "ES256"), ("b", "ES256"))

    assert trusted(keys) == kids(SECOND)
    assert [(line["message"], line["key"]) for line in lines(capsys)] == [("a key cannot be read", "a")]
    kms.recover()
    kms.now += RETRY_SECONDS - 1
    assert trusted(keys) == kids(SECOND)
    kms.now += 1
    assert trusted(keys) == kids(FIRST, SECOND)


def test_without_any_key_the_start_says_what_became_of_each() -> None:
    kms = FakeKms(a=FIRST, b=SECOND, c=FIRST)
    kms.refuse("a", "AccessDeniedException")
    kms.faults["b"] = KeyError("PublicKey")
    kms.refuse("c", "DisabledException")

    with pytest.raises(ConfigError, match=r"^kms: cannot read the public keys: .*AccessDenied.*; 'PublicKey'$"):
        source(kms, ("a", "ES256"), ("b", "ES256"), ("c", "ES256"))


@pytest.mark.parametrize("found", [signer("ES384"), signer("EdDSA")])
def test_a_key_that_does_not_fit_its_algorithm_stops_the_start(found: Signer) -> None:
    kms = FakeKms(a=found)
    with pytest.raises(ConfigError, match=r"^kms: cannot read the public keys: .*: its key spec is 'ECC_NIST_"):
        source(kms, ("a", "ES256"))

    kms.changes["a"] = {"KeySpec": "ECC_NIST_P256"}  # whatever KMS says of it
    with pytest.raises(ConfigError, match=r"^keys\[0\]: (kty|crv) must be "):
        source(kms, ("a", "ES256"))


def test_of_one_key_for_two_algorithms_the_first_counts(capsys: pytest.CaptureFixture[str]) -> None:
    keys = source(FakeKms(a=RSA, b=RSA), ("a", "RS256"), ("b", "PS256"))

    assert keys.verifier().config.keys[RSA.kid].alg == "RS256"
    assert [line["key"] for line in lines(capsys)] == ["b"]


WRONG_ANSWERS: list[dict[str, object]] = [
    {"KeyId": f"{ARN}/{SECOND.kid}"},
    {"KeyId": f"{ARN}/{FIRST.kid}".replace("123456789012", "210987654321")},
    {"KeyUsage": "ENCRYPT_DECRYPT"},
    {"KeyUsage": "KEY_AGREEMENT"},
    {"KeyUsage": None},
    {"KeySpec": "ECC_NIST_P384"},
    {"KeySpec": "ECC_SECG_P256K1"},
    {"KeySpec": "RSA_2048"},
    {"PublicKey": None},
    {"PublicKey": b""},
    {"PublicKey": answer_of(signer("ES384"))["PublicKey"]},
]


@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
def test_an_answer_that_is_not_what_was_asked_for_replaces_no_good_key(
    wrong: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = f"{ARN}/{FIRST.kid}"
    kms = FakeKms(**{arn: FIRST, "b": SECOND})
    keys = source(kms, (arn, "ES256"), ("b", "ES256"))
    assert trusted(keys) == kids(FIRST, SECOND)

    kms.changes[arn] = wrong
    kms.now += REFRESH
    assert trusted(keys) == kids(FIRST, SECOND)
    assert [(line["message"], line["key"]) for line in lines(capsys)] == [("a key cannot be read", arn)]

    # And it is not what a start begins with.
    assert trusted(source(kms, (arn, "ES256"), ("b", "ES256"))) == kids(SECOND)


def test_without_a_thread_to_ask_the_keys_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))

    def start(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", start)
        kms.now += REFRESH
        for _ in range(100):
            assert trusted(keys) == kids(FIRST)
    kms.keys["a"] = SECOND
    kms.now += RETRY_SECONDS
    assert trusted(keys) == kids(SECOND)


def test_the_policy_is_checked_as_in_a_pinned_configuration() -> None:
    with pytest.raises(ConfigError, match=r"^issuers: "):
        source(FakeKms(a=FIRST), ("a", "ES256"), issuers=[])


def test_pinned_keys_and_kms_exclude_each_other() -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        RuntimeKeys({**document(FIRST), "kms": {"keys": [{"key_id": "a", "alg": "ES256"}]}}, cast("Any", FakeKms()))


def test_another_issuer_cannot_take_the_name_of_the_next_key() -> None:
    """It knows it from our JWKS. Our new key is trusted, and what it pins under that name no longer is."""
    partner = {**signer("ES384").jwk, "kid": SECOND.kid}
    trusted_issuers = [
        {"name": "partner", "issuers": ["https://partner.example.com"], "audiences": ["orders"], "keys": [partner]}
    ]
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"), trusted_issuers=trusted_issuers)

    kms.keys["a"] = SECOND
    assert keys.verifier().config.keys[SECOND.kid].alg == "ES384"
    kms.now += REFRESH
    assert trusted(keys) == kids(SECOND)
    assert keys.verifier().config.keys[SECOND.kid].alg == "ES256"
    assert keys.verifier().config.rules_of(SECOND.kid).name == "own"


def test_keys_are_too_old_even_if_no_refresh_can_begin_in_time() -> None:
    """An invocation that has little time left does not read keys, and trusts none that are too old."""
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))
    kms.now += MAX_STALE
    assert keys.verifier(Context(1)).config.keys
    kms.now += 1
    with pytest.raises(Denied):
        keys.verifier(Context(1))
    assert kms.asked == ["a"]

    assert keys.verifier(Context(3)).config.keys
    assert kms.asked == ["a", "a"]


def test_a_clock_that_is_set_back_does_not_lengthen_the_life_of_keys() -> None:
    kms = FakeKms(a=FIRST)
    keys = source(kms, ("a", "ES256"))
    kms.hang()
    kms.now -= 10 * MAX_STALE
    assert trusted(keys) == kids(FIRST)
    assert len(kms.asked) == 2, "asked at once, and not when the clock is there again"

    kms.now += MAX_STALE + 1
    with pytest.raises(Denied):
        keys.verifier()
