"""Trusted issuers whose keys are at a URL: what is read at deployment, what reaches ``config.json``, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from authorizer.config import parse_config
from authorizer.runtime_keys import bounded_http, fetch
from components import InvalidArgs
from components.lambda_authorizer import published_keys
from components.testing import Recording
from testkit.key_set_server import KeySetServer, Reply, key_set, make_certificate, serving
from testkit.signers import signer

from .example import TOPIC, declare_api

HOST = "issuer.example.com"
ISSUER = f"https://{HOST}/"
URL = f"https://{HOST}/keys"
KEY, OTHER = signer("ES256", "theirs"), signer("ES384", "theirs")
PINNED = json.dumps({"keys": [OTHER.jwk]})
DISCOVERY = f"{HOST}/.well-known/openid-configuration"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
VPC = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeySetServer]:
    certificate = make_certificate(tmp_path_factory.mktemp("tls"), HOST)
    with pytest.MonkeyPatch.context() as patch, serving(certificate) as server:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        patch.setattr(bounded_http, "getaddrinfo", server.look_up)
        fetch.tls.cache_clear()
        yield server
    fetch.tls.cache_clear()


@pytest.fixture(autouse=True)
def server(running: KeySetServer) -> KeySetServer:
    """With a discovery document and a key set."""
    published_keys._read_in.cache_clear()
    running.asked.clear()
    running.manner = "well"
    running.replies = {HOST: key_set(KEY.jwk), DISCOVERY: _document()}
    return running


def _document(**changes: object) -> Reply:
    return Reply(json.dumps({"issuer": ISSUER, "jwks_uri": URL, **changes}).encode())


def _declare(function: dict[str, Any] | None = None, preview: bool = False, **changes: Any) -> Recording:
    """Without ``scopes``, since ``preview`` and others do not need any."""
    issuer = {"issuer": ISSUER, "audience": ["orders"], "scopes": [], **changes}
    return declare_api(trusted_issuers=[issuer], function=function or {}, preview=preview)


def _entry(recording: Recording) -> dict[str, Any]:
    """The issuer in ``config.json``, which the authorizer accepts."""
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    document = json.loads(code.assets["config.json"].text)
    parse_config(document)
    (entry,) = document["trusted_issuers"]
    return dict(entry)


def test_the_url_and_its_settings_reach_the_authorizer(server: KeySetServer) -> None:
    entry = _entry(
        _declare(
            jwks_url=URL,
            jwks=PINNED,
            algorithms=["ES384"],
            refresh_seconds=600,
            max_stale_seconds=3600,
            refresh_cooldown_seconds=0,
        )
    )

    assert entry["jwks_url"] == {
        "url": URL,
        "algorithms": ["ES384"],
        "refresh_seconds": 600,
        "max_stale_seconds": 3600,
        "cooldown_seconds": 0,
    }
    assert [key["kid"] for key in entry["keys"]] == [OTHER.kid]
    assert server.asked == []


def test_without_jwks_the_keys_to_start_with_are_read_once(server: KeySetServer) -> None:
    entry = _entry(_declare(jwks_url=URL))

    assert [key["kid"] for key in entry["keys"]] == [KEY.kid]
    assert server.asked == [f"{HOST}/keys"]


@pytest.mark.parametrize("preview", [False, True])
def test_discovery(server: KeySetServer, preview: bool) -> None:
    entry = _entry(_declare(discovery=True, preview=preview))

    assert entry["jwks_url"] == {"url": URL}
    assert [key["kid"] for key in entry["keys"]] == [KEY.kid]
    assert server.asked == [DISCOVERY, f"{HOST}/keys"]


def test_discovery_of_an_issuer_that_is_known_later_and_with_pinned_keys(server: KeySetServer) -> None:
    entry = _entry(_declare(discovery=True, issuer=pulumi.Output.from_input(ISSUER), jwks=PINNED))

    assert entry["jwks_url"] == {"url": URL}
    assert [key["kid"] for key in entry["keys"]] == [OTHER.kid]
    assert server.asked == [DISCOVERY]


def test_a_url_that_is_known_later(server: KeySetServer) -> None:
    assert _entry(_declare(jwks_url=pulumi.Output.from_input(URL)))["jwks_url"] == {"url": URL}


def test_a_fault_that_is_found_later(server: KeySetServer) -> None:
    server.replies[HOST] = Reply(b"", 404)
    with pytest.raises(
        InvalidArgs, match=r"trusted_issuers\[0\]\.jwks_url: https://issuer\.example\.com/keys cannot be "
    ):
        _declare(jwks_url=pulumi.Output.from_input(URL))


def test_nothing_of_it_without_a_url() -> None:
    assert "jwks_url" not in _entry(_declare(jwks=PINNED))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {},
            "trusted_issuers[0].jwks: missing: write the JWKS of the issuer as JSON, or its URL in jwks_url, or discovery",
        ),
        ({"jwks_url": URL, "discovery": True}, "trusted_issuers[0].discovery: cannot be combined with jwks_url"),
        *(
            ({"jwks": PINNED, name: 900}, f"trusted_issuers[0].{name}: has no effect without jwks_url or discovery")
            for name in ("refresh_seconds", "max_stale_seconds", "refresh_cooldown_seconds")
        ),
        (
            {"jwks_url": "http://issuer.example.com"},
            "trusted_issuers[0].jwks_url: must be an https URL with a host name",
        ),
        ({"jwks_url": URL, "refresh_seconds": 1}, "trusted_issuers[0].refresh_seconds: must be an integer from 60 to"),
        ({"jwks_url": URL, "max_stale_seconds": 60}, "trusted_issuers[0].max_stale_seconds: must not be less than"),
        (
            {"jwks_url": URL, "refresh_cooldown_seconds": 1},
            "trusted_issuers[0].refresh_cooldown_seconds: must be 0 or at least 30",
        ),
        ({"jwks_url": URL, "algorithms": ["RS256"]}, "trusted_issuers[0].jwks: has no key that the authorizer can use"),
        (
            {"discovery": True, "issuer": "urn:issuer"},
            "trusted_issuers[0].discovery: requires an https URL with a host name as issuer, and that is 'urn:issuer'",
        ),
        (
            {"discovery": True, "issuer": "https://issuer.example.com/a?b"},
            "trusted_issuers[0].discovery: requires an https",
        ),
        (
            {"discovery": True, "issuer": "https://issuer.example.com"},
            "trusted_issuers[0].discovery: https://issuer.example.com/.well-known/openid-configuration is the document of the "
            "issuer 'https://issuer.example.com/', and issuer is 'https://issuer.example.com': they must be equal",
        ),
    ],
)
def test_bad_input(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        _declare(**changes)
    message = str(refused.value)
    assert fault in message
    assert message.count("trusted_issuers[0]") == 1


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(b"", 404), "cannot be read: the status is 404, and must be 200, without a redirect. Check issuer"),
        (Reply(b"", 302, {"Location": "/"}), "cannot be read: the status is 302"),
        (Reply(b"\xff"), "cannot be read: it is not text in UTF-8. Check issuer"),
        (Reply(b"<html>"), "is not a discovery document: "),
        (Reply(b" " * 200_000), "cannot be read: the response has more than 150000 bytes"),
        (_document(jwks_uri=None), "has the jwks_uri None, which must be an https URL with a host name, such as"),
        (
            _document(jwks_uri="http://issuer.example.com/"),
            "has the jwks_uri 'http://issuer.example.com/', which must be",
        ),
        (_document(jwks_uri="https://169.254.169.254/"), "has the jwks_uri 'https://169.254.169.254/', which must be"),
        (_document(issuer=None), "is the document of the issuer None"),
        (_document(issuer="\n" * 1000), "is the document of the issuer '" + r"\n" * 48 + "..., and issuer is"),
    ],
)
def test_bad_discovery_documents(server: KeySetServer, reply: Reply, fault: str) -> None:
    server.replies[DISCOVERY] = reply

    with pytest.raises(InvalidArgs) as refused:
        _declare(discovery=True)
    message = str(refused.value)
    assert f"trusted_issuers[0].discovery: https://{DISCOVERY} {fault}" in message
    assert message.count("\n") == 1


def test_a_key_set_that_cannot_be_read_is_a_fault_of_the_discovery(server: KeySetServer) -> None:
    server.replies[HOST] = Reply(b"", 500)
    with pytest.raises(
        InvalidArgs, match=r"trusted_issuers\[0\]\.discovery: https://issuer\.example\.com/keys cannot be"
    ):
        _declare(discovery=True)


def test_a_server_that_never_answers_ends_the_deployment(server: KeySetServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.manner = "never"
    monkeypatch.setattr(published_keys, "DEADLINE_SECONDS", 0.5)
    with pytest.raises(InvalidArgs, match="/keys cannot be read: "):
        _declare(jwks_url=URL)
    server.released.set()


@pytest.mark.parametrize(
    ("headers", "before", "fault"),
    [
        ({"Content-Encoding": "identity"}, b"", "the response has a Content-Encoding, and must have none"),
        ({}, b"\xef\xbb\xbf", "it begins with a byte order mark, which JSON must not"),
    ],
)
def test_an_answer_that_no_refresh_would_accept(
    server: KeySetServer, headers: dict[str, str], before: bytes, fault: str
) -> None:
    server.replies[HOST] = Reply(before + key_set(KEY.jwk).body, 200, headers)
    with pytest.raises(InvalidArgs, match=f"/keys cannot be read: {fault}"):
        _declare(jwks_url=URL)


@pytest.mark.parametrize("inputs", [{"jwks_url": URL, "jwks": PINNED}, {"discovery": True}])
def test_a_vpc_is_refused_unless_it_is_confirmed_that_it_has_a_way_out(inputs: dict[str, Any]) -> None:
    for vpc in (VPC, {**VPC, "internet_access": False}):
        with pytest.raises(
            InvalidArgs, match=r"function\.vpc\.internet_access: must be true, since trusted_issuers have"
        ):
            _declare({"vpc": vpc}, **inputs)

    declared = _declare({"vpc": {**VPC, "internet_access": True}}, **inputs).only("aws:lambda/function:Function").inputs
    assert declared["vpcConfig"] == {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    assert _declare({"vpc": VPC}, jwks=PINNED)


def test_the_timeout_leaves_time_for_a_refresh() -> None:
    with pytest.raises(
        InvalidArgs, match=r"function\.timeout: must be at least 3 seconds with trusted_issuers whose keys"
    ):
        _declare({"timeout": 2}, jwks_url=URL, jwks=PINNED)
    assert _declare({"timeout": 3}, jwks_url=URL, jwks=PINNED)


def test_two_alarms_for_each_issuer_with_a_url() -> None:
    pinned = {"issuer": "https://pinned.example.com", "audience": ["orders"], "jwks": PINNED, "scopes": []}
    by_url = {"audience": ["orders"], "scopes": [], "jwks_url": URL, "jwks": PINNED}
    issuers = [
        pinned,
        {**by_url, "issuer": ISSUER},
        {**by_url, "issuer": "https://2.example.com", "name": "partner", "refresh_seconds": 3600},
        {**by_url, "issuer": pulumi.Output.from_input("https://3.example.com"), "max_stale_seconds": 1000},
    ]
    alarms = declare_api(trusted_issuers=issuers, alarms={"topic_arn": TOPIC}).all(ALARM)

    found = {item.name: item.inputs for item in alarms if "-keys-" in item.name or "-refreshes-" in item.name}
    function = "orders-authorizer-function-lambda"
    assert {name: (item["dimensions"], item["threshold"]) for name, item in found.items()} == {
        "orders-alarm-keys-2": ({"FunctionName": function, "issuer": HOST}, 2700),
        "orders-alarm-keys-partner": ({"FunctionName": function, "issuer": "partner"}, 10800),
        "orders-alarm-keys-4": ({"FunctionName": function, "issuer": "3.example.com"}, 500),
        "orders-alarm-refreshes-2": ({"FunctionName": function, "issuer": HOST}, 3),
        "orders-alarm-refreshes-partner": ({"FunctionName": function, "issuer": "partner"}, 3),
        "orders-alarm-refreshes-4": ({"FunctionName": function, "issuer": "3.example.com"}, 3),
    }
    for name, item in found.items():
        metric = ("KeysAgeSeconds", "Maximum") if "-keys-" in name else ("RefreshFailed", "Sum")
        assert (item["metricName"], item["statistic"]) == metric
        assert (item["namespace"], item["period"], item["alarmActions"]) == ("kms-jwt", 1800, [TOPIC])
