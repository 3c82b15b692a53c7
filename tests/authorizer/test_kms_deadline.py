"""A KMS that hangs does not hang a decision, wherever it hangs: the last good keys go on, through boto3's real client."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from authorizer.config import ConfigError
from authorizer.kms import client as kms_client_module
from authorizer.kms.client import kms_client
from authorizer.kms.keys import RETRY_SECONDS
from authorizer.runtime_keys import attempt, bounded_http
from authorizer.runtime_keys.attempt import DEADLINE_SECONDS
from authorizer.runtime_keys.refresher import MIN_SECONDS_LEFT, RuntimeKeys
from authorizer.runtime_keys.settings import MIN_TIMEOUT_SECONDS
from testkit.key_set_server import make_certificate
from testkit.signers import Signer, signer
from testkit.tokens import NOW, token

from .documents import document
from .gateway_events import bearer
from .kms_server import KmsServer, serving
from .observing import ObservedAuthorizer

FIRST, SECOND = signer("ES256"), signer("ES256", "second")
REFRESH = 600

Address = tuple[Any, Any, int, str, tuple[str, int]]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda's; and where KMS answers, all the time that a busy machine needs."""
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_KMS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 30)
    kms_client_module._tls.cache_clear()


@contextmanager
def hanging() -> Iterator[None]:
    """Where KMS does not answer, a deadline that does not hold up the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempt, "DEADLINE_SECONDS", 0.7)
        yield


@pytest.fixture
def kms() -> Iterator[KmsServer]:
    with serving(a=FIRST, b=SECOND) as server:
        yield server


@pytest.fixture
def begin(kms: KmsServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., "Source"]:
    return lambda *key_ids: Source(kms, monkeypatch, *key_ids)


class Source:
    """``RuntimeKeys`` on the server's keys, with a clock that tests advance."""

    def __init__(self, kms: KmsServer, monkeypatch: pytest.MonkeyPatch, *key_ids: str, host: str = "127.0.0.1") -> None:
        self.now = float(NOW)
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"{kms.scheme}://{host}:{kms.port}")
        self.policy = document()
        del self.policy["keys"]
        keys = [{"key_id": key_id, "alg": "ES256"} for key_id in key_ids]
        self.policy["kms"] = {"keys": keys, "refresh_seconds": REFRESH}
        self.client = kms_client()
        self.keys = RuntimeKeys(self.policy, self.client, lambda: self.now)

    def trusted(self) -> set[str]:
        return set(self.keys.verifier().config.keys)


def kids(*signers: Signer) -> set[str]:
    return {signer.kid for signer in signers}


def addresses(*ports: int) -> Callable[..., list[Address]]:
    found: list[Address] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
    return lambda *_, **__: found


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_the_deadline_is_well_under_the_shortest_timeout() -> None:
    assert DEADLINE_SECONDS * 2 <= MIN_TIMEOUT_SECONDS
    assert DEADLINE_SECONDS + 1 <= MIN_SECONDS_LEFT < MIN_TIMEOUT_SECONDS
    assert bounded_http.CONNECT_SECONDS * bounded_http.MAX_ADDRESSES < DEADLINE_SECONDS


def test_keys_are_read_and_refreshed(kms: KmsServer, begin: Callable[..., Source]) -> None:
    source = begin("a", "b")
    assert source.trusted() == kids(FIRST, SECOND)

    del kms.keys["b"]  # which KMS calls NotFoundException
    source.now += REFRESH
    assert source.trusted() == kids(FIRST)
    assert kms.asked == ["a", "b"] * 2


@pytest.mark.parametrize("manner", ["never", "half", "octet by octet"])
def test_a_kms_that_hangs_takes_no_key_and_holds_up_no_decision(
    manner: str, kms: KmsServer, begin: Callable[..., Source]
) -> None:
    source = begin("a", "b")
    authorizer = ObservedAuthorizer(source.policy, source.keys)
    kms.manner = manner
    source.now += REFRESH

    with hanging():
        for signed_by in (FIRST, SECOND) * 20:
            assert authorizer.decide(bearer(token(signed_by))).response["isAuthorized"]
    assert kms.asked[2:] == ["a"], "asked once, not for every request"
    assert not kms.answered_late.is_set()

    kms.manner = "well"
    third = kms.keys["a"] = kms.keys["b"] = signer("ES256", "third")
    source.now += RETRY_SECONDS
    assert source.trusted() == kids(third)
    assert kms.asked[3:] == ["b", "a"], "the next attempt begins with the key that was not asked for"


def test_what_comes_after_the_deadline_is_lost(kms: KmsServer, begin: Callable[..., Source]) -> None:
    """It may be an answer of hours ago: Lambda freezes threads between requests."""
    source = begin("a")
    kms.keys["a"] = SECOND
    kms.manner = "never"
    source.now += REFRESH
    with hanging():
        assert source.trusted() == kids(FIRST)

    kms.released.set()
    assert kms.answered_late.wait(10)
    kms.manner = "broken"
    source.now += RETRY_SECONDS
    assert source.trusted() == kids(FIRST)


def test_what_came_before_the_deadline_is_kept(kms: KmsServer, begin: Callable[..., Source]) -> None:
    source = begin("a", "b")
    kms.keys["a"] = signer("ES256", "third")
    read = source.client.get_public_key

    def hangs_at_b(**asked: str) -> Any:
        kms.manner = "never" if asked["KeyId"] == "b" else "well"
        return read(**asked)

    source.client.get_public_key = hangs_at_b  # type: ignore[method-assign,assignment]
    source.now += REFRESH

    with hanging():
        assert source.trusted() == kids(signer("ES256", "third"), SECOND)


def test_a_look_up_of_addresses_that_hangs(
    kms: KmsServer, begin: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No timeout of any client ends it."""
    source, awake, over = begin("a"), Event(), Event()
    look_up = socket.getaddrinfo

    def hang(*arguments: Any, **options: Any) -> Any:
        awake.wait(30)
        over.set()
        return look_up(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(bounded_http, "getaddrinfo", hang)
        source.now += REFRESH
        with hanging():
            assert source.trusted() == kids(FIRST)
        assert not over.is_set()
        awake.set()
        assert over.wait(10)

    source.now += RETRY_SECONDS
    assert source.trusted() == kids(FIRST)
    assert kms.asked[1:]


def test_at_most_two_addresses_are_tried(
    kms: KmsServer, closed: int, begin: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "getaddrinfo", addresses(closed, kms.port))
    assert begin("a").trusted() == kids(FIRST)

    monkeypatch.setattr(bounded_http, "getaddrinfo", addresses(closed, closed, kms.port))
    with pytest.raises(
        ConfigError, match=r"^kms: cannot read the public keys: no connection to 127\.0\.0\.1: .*refused"
    ):
        begin("a")
    assert kms.asked == ["a"]


def test_a_start_that_hangs_ends(kms: KmsServer, begin: Callable[..., Source]) -> None:
    kms.manner = "never"

    with (
        hanging(),
        pytest.raises(ConfigError, match=r"^kms: cannot read the public keys: no response within 0\.7 seconds$"),
    ):
        begin("a", "b")


def test_an_attempt_is_one_attempt(kms: KmsServer, begin: Callable[..., Source]) -> None:
    source = begin("a")
    kms.manner = "broken"
    source.now += REFRESH

    assert source.trusted() == kids(FIRST)
    assert kms.asked == ["a"] * 2


def test_an_answer_without_an_end_is_given_up(kms: KmsServer, begin: Callable[..., Source]) -> None:
    source = begin("a")
    kms.manner = "endless"
    source.now += REFRESH

    assert source.trusted() == kids(FIRST)


def test_a_proxy_is_obeyed(kms: KmsServer, begin: Callable[..., Source], monkeypatch: pytest.MonkeyPatch) -> None:
    """KMS's host is never looked up here: that is for the proxy, which is this very server."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{kms.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    source = Source(kms, monkeypatch, "a", host="kms.invalid")

    assert source.trusted() == kids(FIRST)
    assert kms.paths == [f"http://kms.invalid:{kms.port}/"]


class TestTls:
    """With certificates for ``localhost``."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        return make_certificate(tmp_path, "localhost")

    @pytest.fixture
    def kms(self, certificate: Path) -> Iterator[KmsServer]:
        with serving(certificate, a=FIRST) as server:
            yield server

    def test_a_trusted_server_answers(self, kms: KmsServer, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setattr(bounded_http, "getaddrinfo", addresses(kms.port))

        assert Source(kms, monkeypatch, "a", host="localhost").trusted() == kids(FIRST)

    def test_another_name_is_refused(self, kms: KmsServer, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setattr(bounded_http, "getaddrinfo", addresses(kms.port))

        with pytest.raises(ConfigError, match="certificate verify failed: Hostname mismatch"):
            Source(kms, monkeypatch, "a", host="kms.eu-central-1.amazonaws.com")
        assert kms.asked == []

    def test_an_unknown_certificate_is_refused(self, kms: KmsServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bounded_http, "getaddrinfo", addresses(kms.port))

        with pytest.raises(ConfigError, match="certificate verify failed"):
            Source(kms, monkeypatch, "a", host="localhost")
        assert kms.asked == []


@pytest.mark.parametrize("manner", ["never", "half", "octet by octet"])
def test_a_request_ends_at_its_deadline(manner: str, kms: KmsServer) -> None:
    """And with it the thread that asks, even if the server sends an octet now and then."""
    kms.manner = manner
    body = b'{"KeyId": "a"}'

    with pytest.raises(TimeoutError):
        bounded_http.request(
            "POST",
            f"http://127.0.0.1:{kms.port}",
            {"Content-Length": str(len(body))},
            body,
            ssl.create_default_context(),
            time.monotonic() + 0.3,
        )
    assert kms.asked == ["a"]
    assert not kms.answered_late.is_set()


def test_no_time_is_left_to_connect(kms: KmsServer) -> None:
    with pytest.raises(OSError, match="the deadline has passed"):
        bounded_http.request(
            "POST", f"http://127.0.0.1:{kms.port}", {}, b"", ssl.create_default_context(), time.monotonic()
        )
