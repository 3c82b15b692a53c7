"""The ``kms`` field: read strictly."""

import pytest

from authorizer.config import ConfigError
from authorizer.kms.settings import KmsSettings, parse_settings

KEYS = [{"key_id": "alias/orders", "alg": "ES512"}]


def test_defaults() -> None:
    assert parse_settings({"kms": {"keys": KEYS}}) == KmsSettings((("alias/orders", "ES512"),), 3600, 86400)


def test_bounds() -> None:
    assert parse_settings({"kms": {"keys": KEYS, "refresh_seconds": 60, "max_stale_seconds": 60}}).refresh_seconds == 60
    assert (
        parse_settings(
            {"kms": {"keys": KEYS, "refresh_seconds": 604800, "max_stale_seconds": 604800}}
        ).max_stale_seconds
        == 604800
    )


@pytest.mark.parametrize("kms", [None, [], "alias/orders", True])
def test_it_is_an_object(kms: object) -> None:
    with pytest.raises(ConfigError, match=r"^kms: must be an object, and is "):
        parse_settings({"kms": kms})


def test_it_has_the_known_fields_only() -> None:
    with pytest.raises(ConfigError, match=r"^kms\.region: unknown field; the fields are keys, max_stale_seconds"):
        parse_settings({"kms": {"keys": KEYS, "region": "eu-central-1"}})


@pytest.mark.parametrize("keys", [None, [], {}, "alias/orders"])
def test_keys_are_a_list_of_at_least_one(keys: object) -> None:
    with pytest.raises(ConfigError, match=r"^kms\.keys: must be a list"):
        parse_settings({"kms": {"keys": keys}})


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        (None, r": must be an object"),
        ("alias/orders", r": must be an object"),
        ({"key_id": "a"}, r"\.alg: must be one of"),
        ({"alg": "ES256"}, r"\.key_id: must be a string"),
        ({"key_id": "a", "alg": "ES256", "kid": "1"}, r"\.kid: unknown field; the fields are alg, key_id"),
    ],
)
def test_a_key_is_an_object_with_key_id_and_alg(key: object, fault: str) -> None:
    with pytest.raises(ConfigError, match=rf"^kms\.keys\[1\]{fault}"):
        parse_settings({"kms": {"keys": [*KEYS, key]}})


@pytest.mark.parametrize("key_id", [None, "", 7, ["alias/orders"]])
def test_key_ids_are_text(key_id: object) -> None:
    with pytest.raises(ConfigError, match=r"^kms\.keys\[0\]\.key_id: "):
        parse_settings({"kms": {"keys": [{"key_id": key_id, "alg": "ES512"}]}})


@pytest.mark.parametrize("alg", [None, "", "HS256", "es512", "ECDSA_SHA_512", ["ES512"], {}, 512])
def test_algorithms_are_ours(alg: object) -> None:
    with pytest.raises(ConfigError, match=r"^kms\.keys\[0\]\.alg: must be one of ES256, "):
        parse_settings({"kms": {"keys": [{"key_id": "alias/orders", "alg": alg}]}})


def test_a_key_is_listed_once() -> None:
    with pytest.raises(ConfigError, match=r"^kms\.keys\[1\]\.key_id: is listed twice"):
        parse_settings({"kms": {"keys": [{"key_id": "a", "alg": "RS256"}, {"key_id": "a", "alg": "PS256"}]}})


def test_a_multi_region_key_has_one_algorithm_in_all_regions() -> None:
    first, second = (f"arn:aws:kms:{region}:123456789012:key/mrk-1" for region in ("eu-west-1", "eu-central-1"))
    keys = [{"key_id": first, "alg": "RS256"}, {"key_id": second, "alg": "RS256"}]

    assert parse_settings({"kms": {"keys": keys}}).keys == ((first, "RS256"), (second, "RS256"))
    keys[1]["alg"] = "PS256"
    with pytest.raises(ConfigError, match=r"^kms\.keys\[1\]\.key_id: is listed twice"):
        parse_settings({"kms": {"keys": keys}})


@pytest.mark.parametrize("field", ["refresh_seconds", "max_stale_seconds"])
@pytest.mark.parametrize("value", [None, 59, 604801, -1, 0, True, 3600.0, "3600", [3600], 10**30])
def test_seconds_are_integers_in_bounds(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"^kms\.{field}: must be an integer from 60 to 604800 seconds"):
        parse_settings({"kms": {"keys": KEYS, field: value}})


def test_keys_do_not_grow_stale_before_they_are_read_again() -> None:
    with pytest.raises(ConfigError, match="must not be less than refresh_seconds"):
        parse_settings({"kms": {"keys": KEYS, "refresh_seconds": 601, "max_stale_seconds": 600}})
