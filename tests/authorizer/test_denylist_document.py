"""What the denylist may contain, and which tokens it revokes."""

import json
from typing import Any

import pytest

from authorizer.config import ConfigError, parse_config
from authorizer.denylist.document import MAX_BYTES, MAX_ENTRIES, parse_denylist
from authorizer.denylist.settings import DenylistSettings
from testkit.tokens import ABSENT, ISSUER, NOW, claims

from .denylists import BUCKET, KEY, configured, denylist
from .documents import document

TIME = NOW - 60
"""``iat`` of a good token."""
OTHER = "https://other.example.com"


def parsed(**changes: Any) -> Any:
    return parse_denylist(json.dumps({**denylist(), **changes}).encode())


def by(**not_before: object) -> dict[str, object]:
    return denylist(not_before=not_before)


REVOKES: dict[str, tuple[dict[str, object], dict[str, object], bool]] = {
    "the subject, issued before": (by(sub={"user-1": TIME + 1}), {}, True),
    "the subject, issued then": (by(sub={"user-1": TIME}), {}, False),
    "the subject, issued within a second before": (by(sub={"user-1": TIME}), {"iat": TIME - 0.5}, True),
    "the subject, issued who knows when": (by(sub={"user-1": 0}), {"iat": ABSENT}, True),
    "another subject": (by(sub={"user-10": TIME + 1, "User-1": TIME + 1}), {}, False),
    "no subject": (by(sub={"None": TIME + 1}), {"sub": ABSENT}, False),
    "a subject as a client": (by(client_id={"user-1": TIME + 1}), {}, False),
    "a client as a subject": (by(sub={"web": TIME + 1}), {"client_id": "web"}, False),
    "a client": (by(client_id={"web": TIME + 1}), {"client_id": "web"}, True),
    "a client, issued then": (by(client_id={"web": TIME}), {"client_id": "web"}, False),
    "a client, issued who knows when": (by(client_id={"web": 0}), {"client_id": "web", "iat": ABSENT}, True),
    "a client of azp": (by(client_id={"web": TIME + 1}), {"client_id": "app", "azp": "web"}, True),
    "a client of appid": (by(client_id={"web": TIME + 1}), {"appid": "web"}, True),
    "a client of cid": (by(client_id={"web": TIME + 1}), {"cid": "web"}, True),
    "a client that is no name": (by(client_id={"web": TIME + 1}), {"client_id": ["web"]}, True),
    "another client": (by(client_id={"web": TIME + 1}), {"client_id": "app"}, False),
    "no client": (by(client_id={"web": TIME + 1}), {}, False),
    "the token": (denylist(jti={"8f14e45f": NOW + 600}), {}, True),
    "the token, although its entry says that it has expired": (denylist(jti={"8f14e45f": 0}), {}, True),
    "another token": (denylist(jti={"8f14e45": NOW + 600}), {}, False),
    "a token without an id": (denylist(jti={"None": NOW + 600}), {"jti": ABSENT}, False),
    "the same of another issuer": (denylist(issuer=OTHER, jti={"8f14e45f": NOW}), {}, False),
    "the subject of another issuer": (denylist(issuer=OTHER, not_before={"sub": {"user-1": NOW}}), {}, False),
    "the key": (denylist("k", KEY.kid), {}, True),
    "another key": (denylist("k"), {}, False),
    "nothing": (denylist(), {}, False),
}


@pytest.mark.parametrize(("content", "changes", "revoked"), REVOKES.values(), ids=REVOKES)
def test_what_is_revoked(content: dict[str, object], changes: dict[str, object], revoked: bool) -> None:
    found = parse_denylist(json.dumps(content).encode())

    assert found.revokes(KEY.kid, frozenset([ISSUER]), claims(**changes)) is revoked


def test_what_is_revoked_under_one_spelling_of_an_issuer_is_revoked_under_all() -> None:
    found = parse_denylist(json.dumps(denylist(issuer=OTHER, jti={"8f14e45f": NOW})).encode())

    assert found.revokes(KEY.kid, frozenset([ISSUER, OTHER]), claims())


def test_all_kinds_are_counted() -> None:
    issuers = {"a": {"not_before": {"sub": {"1": 0}, "client_id": {"2": 0}}, "jti": {"3": 0}}, "b": {"jti": {"3": 0}}}

    assert parsed(issuers=issuers, kid=["4"]).entries == 5
    assert parse_denylist(b'{"version": 1}').entries == 0


INVALID = {
    "no version": ({"version": None}, "version: must be 1, and is None"),
    "another version": ({"version": 2}, "version: must be 1, and is 2"),
    "a version that is true": ({"version": True}, "version: must be 1, and is True"),
    "an unknown field": ({"jti": {}}, "jti: unknown field; the fields are issuers, kid, version"),
    "issuers as a list": ({"issuers": []}, "issuers: must be an object, and is []"),
    "an unknown field of an issuer": (
        {"issuers": {"https://a": {"sub": {}}}},
        'issuers["https://a"].sub: unknown field; the fields are jti, not_before',
    ),
    "an unknown claim": (
        {"issuers": {"a": {"not_before": {"azp": {}}}}},
        "issuers.a.not_before.azp: unknown field; the fields are client_id, sub",
    ),
    "a time as text": (
        {"issuers": {"a": {"not_before": {"sub": {"b": "1"}}}}},
        "issuers.a.not_before.sub.b: must be an integer from 0 to 253402300799 seconds since 1970-01-01, and is '1'",
    ),
    "a time in milliseconds": (
        {"issuers": {"a": {"jti": {"b": 10**15}}}},
        "issuers.a.jti.b: must be an integer from 0 to 253402300799 seconds since 1970-01-01, and is 1000000000000000",
    ),
    "a time that is true": (
        {"issuers": {"a": {"jti": {"b": True}}}},
        "issuers.a.jti.b: must be an integer from 0 to 253402300799 seconds since 1970-01-01, and is True",
    ),
    "an empty name": ({"issuers": {"a": {"jti": {"": 1}}}}, 'issuers.a.jti[""]: must not be empty'),
    "a key that is no text": ({"kid": [1]}, "kid[0]: must be a string that is not empty, and is 1"),
    "keys as text": ({"kid": "abc"}, "kid: must be a list, and is 'abc'"),
    "too many entries": (
        {"kid": [str(number) for number in range(MAX_ENTRIES + 1)]},
        f"the denylist must have at most {MAX_ENTRIES} entries, and has {MAX_ENTRIES + 1}",
    ),
}


@pytest.mark.parametrize(("changes", "message"), INVALID.values(), ids=INVALID)
def test_anything_else_is_no_denylist(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parsed(**changes)

    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"[]", "the denylist is not valid JSON: "),
        (b'{"version": 1, "version": 1}', "the denylist is not valid JSON: "),
        (b'{"version": NaN}', "the denylist is not valid JSON: "),
        (b"", "the denylist is not valid JSON: "),
        (b" " * (MAX_BYTES + 1), f"the denylist must have at most {MAX_BYTES} bytes, and has {MAX_BYTES + 1}"),
    ],
    ids=["a list", "a name twice", "not a number", "nothing", "too many bytes"],
)
def test_octets_that_are_none(octets: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_denylist(octets)

    assert str(raised.value).startswith(message)


def test_the_settings_and_their_defaults() -> None:
    given = {"bucket": BUCKET, "refresh_seconds": 1, "max_stale_seconds": 86400}

    assert parse_config(configured()).denylist == DenylistSettings(BUCKET, 60, 900)
    assert parse_config(configured(denylist=given)).denylist == DenylistSettings(BUCKET, 1, 86400)
    assert parse_config(document(KEY)).denylist is None


SETTINGS = {
    "no bucket": ({}, "denylist.bucket: must be a string that is not empty, and is None"),
    "a bucket with dots": (
        {"bucket": "my.bucket"},
        "denylist.bucket: must be the name of an S3 bucket without dots, such as orders-denylist, and is 'my.bucket'",
    ),
    "a host": (
        {"bucket": "evil/x"},
        "denylist.bucket: must be the name of an S3 bucket without dots, such as orders-denylist, and is 'evil/x'",
    ),
    "an unknown field": (
        {"bucket": BUCKET, "key": "x"},
        "denylist.key: unknown field; the fields are bucket, max_stale_seconds, refresh_seconds",
    ),
    "refreshed always": (
        {"bucket": BUCKET, "refresh_seconds": 0},
        "denylist.refresh_seconds: must be an integer from 1 to 3600 seconds, and is 0",
    ),
    "trusted for ever": (
        {"bucket": BUCKET, "max_stale_seconds": 86401},
        "denylist.max_stale_seconds: must be an integer from 60 to 86400 seconds, and is 86401",
    ),
    "too old before the next refresh": (
        {"bucket": BUCKET, "refresh_seconds": 900, "max_stale_seconds": 600},
        "denylist.max_stale_seconds: must not be less than refresh_seconds, 900, and is 600",
    ),
}


@pytest.mark.parametrize(("settings", "message"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_are_invalid(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(configured(denylist=settings))

    assert str(raised.value) == message
