"""KmsSigner while its key changes: the alias moves, signing is denied, KMS is slow, and many threads sign at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from issuer import KmsSigner
from issuer.errors import KeyNotFound, KmsUnreachable, SigningDenied, Throttled
from issuer.signer import kms_client

from .local_kms import LocalKms


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def kms() -> Any:
    """Keys ``old`` and ``new``, and the alias ``alias/a`` of ``old``."""
    kms = LocalKms()
    kms.create("old")
    kms.create("new")
    kms.aliases["alias/a"] = "old"
    return kms


def _kid(token: str, kms: LocalKms) -> str:
    """The key named in ``token``, which has also signed it."""
    kid: str = jwt.get_unverified_header(token)["kid"]
    jwt.decode(token, kms.public_key(kid), ["ES256"])
    return kid


def test_many_threads_sign_while_the_alias_moves(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms, refresh_seconds=0)
    threads, each = 16, 50
    start, moved = Barrier(threads), Event()

    def work(thread: int) -> list[str]:
        start.wait()
        before = [signer.sign({"thread": thread, "number": number}) for number in range(each)]
        if thread == 0:
            kms.aliases["alias/a"] = "new"
            moved.set()
        moved.wait()
        signer.signing_key()  # perhaps one that another thread is just looking up
        return before + [signer.sign({"thread": thread, "number": number}) for number in range(each, 2 * each)]

    with ThreadPoolExecutor(threads) as pool:
        tokens = [token for batch in pool.map(work, range(threads)) for token in batch]

    kids = [_kid(token, kms) for token in tokens]
    assert len(set(tokens)) == threads * 2 * each
    assert set(kids) == {"old", "new"}
    assert _kid(signer.sign({}), kms) == "new"


def test_one_thread_looks_the_key_up_for_all(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms, clock=Clock())
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(signer.sign, [{}] * 200))

    assert kms.calls["DescribeKey"] == 1
    assert len(kms.signed) == 200


def test_nobody_waits_while_the_key_is_looked_up_again(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked, answer = Clock(), Event(), Event()
    signer = KmsSigner("alias/a", kms, clock=clock)
    signer.sign({})
    describe_key = kms.describe_key

    def slow(**arguments: Any) -> Any:
        asked.set()
        assert answer.wait(30)
        return describe_key(**arguments)

    monkeypatch.setattr(kms, "describe_key", slow)
    clock.now = 300.0
    kms.aliases["alias/a"] = "new"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(signer.sign, {})
        assert asked.wait(30)
        assert _kid(signer.sign({}), kms) == "old"
        answer.set()
        assert _kid(waiting.result(), kms) == "new"


def test_a_key_that_refuses_is_given_up_for_the_one_that_the_alias_names_now(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms, clock=Clock())
    assert _kid(signer.sign({}), kms) == "old"
    kms.aliases["alias/a"] = "new"
    kms.refuse["old"] = "DisabledException"

    assert _kid(signer.sign({}), kms) == "new"
    assert _kid(signer.sign({}), kms) == "new"
    assert kms.calls == {"DescribeKey": 2, "Sign": 4}


def test_a_key_that_does_not_sign_yet_leaves_it_to_the_one_before(kms: Any) -> None:
    clock = Clock()
    signer = KmsSigner("alias/a", kms, clock=clock)
    signer.sign({})
    kms.aliases["alias/a"] = "new"
    kms.refuse["new"] = "AccessDeniedException"
    clock.now = 300.0

    assert _kid(signer.sign({}), kms) == "old"
    kms.refuse.clear()
    assert _kid(signer.sign({}), kms) == "new"


def test_a_refusal_with_no_other_key_is_an_error_that_names_the_key(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms, clock=Clock())
    kms.refuse["old"] = "AccessDeniedException"
    with pytest.raises(SigningDenied, match="key/old: you are not allowed to call kms:Sign"):
        signer.sign({})

    kms.aliases["alias/a"] = "new"
    kms.refuse["new"] = "AccessDeniedException"
    with pytest.raises(SigningDenied, match="key/old: you are not allowed to call kms:Sign"):
        signer.sign({})


def test_an_alias_that_is_gone_does_not_hide_the_refusal(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms, clock=Clock())
    signer.sign({})
    kms.refuse["old"] = "DisabledException"
    kms.aliases["alias/a"] = "deleted"
    with pytest.raises(Exception, match="key/old: cannot be used for signing"):
        signer.sign({})


def _answer(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "DescribeKey")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (_answer("ThrottlingException"), Throttled),
        (_answer("KMSInternalException", 500), KmsUnreachable),
        (_answer("DependencyTimeoutException", 500), KmsUnreachable),
        (_answer("ServiceUnavailable", 503), KmsUnreachable),
        (_answer("ServiceUnavailableException"), KmsUnreachable),
        (_answer("InternalFailure"), KmsUnreachable),
        (_answer("502", 502), KmsUnreachable),  # of a proxy in between
        (ConnectTimeoutError(endpoint_url="https://kms"), KmsUnreachable),
    ],
)
def test_while_kms_does_not_answer_the_key_at_hand_goes_on(
    kms: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception, error: type[Exception]
) -> None:
    def fail(**arguments: Any) -> Any:
        raise fault

    clock = Clock()
    signer = KmsSigner("alias/a", kms, clock=clock)
    signer.sign({})
    describe_key = kms.describe_key
    kms.aliases["alias/a"] = "new"
    monkeypatch.setattr(kms, "describe_key", fail)
    clock.now = 300.0
    assert _kid(signer.sign({}), kms) == "old"
    with pytest.raises(error):  # there is no key at hand
        KmsSigner("alias/a", kms).sign({})

    monkeypatch.setattr(kms, "describe_key", describe_key)
    clock.now = 309.0
    assert _kid(signer.sign({}), kms) == "old"
    clock.now = 310.0
    assert _kid(signer.sign({}), kms) == "new"


def test_an_alias_that_is_gone_is_an_error_once_it_is_looked_up_again(kms: Any) -> None:
    clock = Clock()
    signer = KmsSigner("alias/a", kms, clock=clock)
    signer.sign({})
    kms.aliases["alias/a"] = "deleted"
    signer.sign({})
    clock.now = 300.0
    with pytest.raises(KeyNotFound, match="alias/a: no such key or alias"):
        signer.sign({})


def test_signing_from_asyncio(kms: Any) -> None:
    signer = KmsSigner("alias/a", kms)

    async def sign_all() -> list[str]:
        return await asyncio.gather(*(signer.sign_async({"number": number}, {"typ": "at+jwt"}) for number in range(50)))

    tokens = asyncio.run(sign_all())
    assert {_kid(token, kms) for token in tokens} == {"old"}
    assert [jwt.decode(token, options={"verify_signature": False})["number"] for token in tokens] == list(range(50))
    assert {jwt.get_unverified_header(token)["typ"] for token in tokens} == {"at+jwt"}


def test_the_default_client_gives_up_within_seconds_and_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config: Any = kms_client().meta.config

    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert config.retries == {"mode": "standard", "total_max_attempts": 4}
