"""Reading the configuration: whatever is not exactly as the contract says stops the init, and the message says where."""

import json
from pathlib import Path

import pytest

from authorizer.claims import ClaimRules
from authorizer.config import ConfigError, parse_config, read_config
from authorizer.scopes import RouteScopes
from testkit.signers import signer
from testkit.tokens import AUDIENCE, ISSUER

from .documents import document

KEY = signer("ES256")


def fault(**changes: object) -> str:
    with pytest.raises(ConfigError) as refusal:
        parse_config(document(KEY, **changes))
    return str(refusal.value)


def test_defaults() -> None:
    config = parse_config(document(KEY))

    assert config.rules.claims == ClaimRules(frozenset({ISSUER}), frozenset({AUDIENCE}), (), {}, None, None, None)
    assert config.keys.keys() == {KEY.kid}
    assert config.rules.token_types == {"jwt", "at+jwt"}
    assert config.max_token_bytes == 8192
    assert config.routes is None
    assert config.context_claims == ("sub",)
    assert config.log_level == "INFO"


def test_everything_set() -> None:
    config = parse_config(
        document(
            KEY,
            issuers=["https://a.example.com", "https://b.example.com"],
            audiences=["orders", "invoices"],
            token_types=["application/at+JWT", ""],
            required_claims=["sub", "jti"],
            expected_claims={"client_id": ["web", "app"], "tier": [1, True]},
            leeway_seconds=5,
            max_token_age_seconds=3600,
            max_token_lifetime_seconds=7200,
            max_token_bytes=10240,
            routes={
                "GET /orders": {"scopes": ["orders:read"]},
                "POST /orders": {"scopes": ["orders:write", "admin"], "scopes_match": "any"},
                "$default": {},
            },
            context_claims=[],
            log_level="ERROR",
        )
    )

    assert config.rules.claims == ClaimRules(
        issuers=frozenset({"https://a.example.com", "https://b.example.com"}),
        audiences=frozenset({"orders", "invoices"}),
        required_claims=("sub", "jti"),
        expected_claims={"client_id": ("web", "app"), "tier": (1, True)},
        leeway_seconds=5,
        max_token_age_seconds=3600,
        max_token_lifetime_seconds=7200,
    )
    assert config.rules.token_types == {"at+jwt", ""}
    assert config.max_token_bytes == 10240
    assert config.routes == {
        "GET /orders": RouteScopes(frozenset({"orders:read"}), match_any=False),
        "POST /orders": RouteScopes(frozenset({"orders:write", "admin"}), match_any=True),
        "$default": RouteScopes(frozenset(), match_any=False),
    }
    assert config.context_claims == ()
    assert config.log_level == "ERROR"


@pytest.mark.parametrize("field", ["issuer", "Issuers", "leeway", "jwks_uri", "max_token_age"])
def test_an_unknown_field_is_a_fault(field: str) -> None:
    assert fault(**{field: 1}).startswith(
        f"{field}: unknown field; the fields are audiences, bound_tokens, context_claims"
    )


@pytest.mark.parametrize("version", [None, 0, 2, True, 1.0, "1", [1]])
def test_version_is_the_integer_1(version: object) -> None:
    assert fault(version=version).startswith("version: must be 1, and is ")


@pytest.mark.parametrize("field", ["version", "keys", "issuers", "audiences"])
def test_what_has_no_default_must_be_there(field: str) -> None:
    incomplete = document(KEY)
    del incomplete[field]

    with pytest.raises(ConfigError, match=rf"^{field}: "):
        parse_config(incomplete)


@pytest.mark.parametrize("field", ["issuers", "audiences"])
def test_an_issuer_and_an_audience_are_needed(field: str) -> None:
    assert fault(**{field: []}).startswith(f"{field}: must be a list of at least one value")


NAMES = ["issuers", "audiences", "required_claims", "context_claims"]


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", [None, "orders", {"orders": 1}, 1, True])
def test_names_are_a_list(field: str, value: object) -> None:
    assert fault(**{field: value}).startswith(f"{field}: must be a list")


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", ["", None, 7, ["orders"], {}])
def test_names_are_strings(field: str, value: object) -> None:
    assert fault(**{field: ["orders", value]}).startswith(f"{field}[1]: must be a string that is not empty, and is ")


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", [" https://a.example.com", "https://a.example.com\n", "\u00a0x", " "])
def test_names_have_no_white_space_around_them(field: str, value: str) -> None:
    assert fault(**{field: [value]}) == (
        f"{field}[0]: must not have leading or trailing white space: write {value.strip()!r}, not {value!r}"
    )


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("value", ["a\nb", "a\x00b", "a\u2028b"])
def test_names_are_printable(field: str, value: str) -> None:
    assert fault(**{field: [value]}) == f"{field}[0]: must be printable text, and is {value!r}"


@pytest.mark.parametrize("name", ["reason", "error", "principalId", "claims"])
def test_a_claim_cannot_pass_for_what_access_logs_show_as_ours(name: str) -> None:
    assert fault(context_claims=["sub", name]).startswith(f"context_claims[1]: {name!r} is reserved")


@pytest.mark.parametrize("value", [None, "JWT", [], {"JWT": 1}])
def test_token_types_are_a_list(value: object) -> None:
    assert fault(token_types=value).startswith("token_types: must be a list of at least one value")


@pytest.mark.parametrize("value", [None, 1, ["JWT"], " JWT"])
def test_token_types_are_strings(value: object) -> None:
    assert fault(token_types=["JWT", value]).startswith("token_types[1]: must be a media type, such as at+jwt, and is ")


@pytest.mark.parametrize("value", [None, [], "client_id", 1])
def test_expected_claims_are_an_object(value: object) -> None:
    assert fault(expected_claims=value).startswith("expected_claims: must be an object")


@pytest.mark.parametrize("values", [None, [], "web"])
def test_expected_values_are_a_list(values: object) -> None:
    assert fault(expected_claims={"client_id": values}).startswith(
        "expected_claims.client_id: must be a list of at least"
    )


@pytest.mark.parametrize("value", [None, 1.5, ["web"], {}])
def test_expected_values_are_scalars(value: object) -> None:
    message = fault(expected_claims={"client_id": ["web", value]})

    assert message.startswith("expected_claims.client_id[1]: must be a string, an integer or a boolean, and is ")


@pytest.mark.parametrize(
    ("field", "low", "high", "unit"),
    [
        ("leeway_seconds", 0, 300, "seconds"),
        ("max_token_age_seconds", 1, 2**31, "seconds"),
        ("max_token_lifetime_seconds", 1, 2**31, "seconds"),
        ("max_token_bytes", 256, 10240, "bytes"),
    ],
)
def test_numbers_are_integers_in_bounds(field: str, low: int, high: int, unit: str) -> None:
    assert parse_config(document(KEY, **{field: low}))
    assert parse_config(document(KEY, **{field: high}))
    others: list[object] = [low - 1, high + 1, -(10**30), 10**30, None, True, False, float(low), str(low), [low], {}]
    for value in others:
        assert fault(**{field: value}).startswith(f"{field}: must be an integer from {low} to {high} {unit}, and is ")


@pytest.mark.parametrize("value", [None, "info", "DEBUG", "", 1, ["INFO"], {}])
def test_log_levels(value: object) -> None:
    assert fault(log_level=value).startswith("log_level: must be one of INFO, WARN, ERROR, and is ")


@pytest.mark.parametrize("value", [None, [], "GET /orders", 1])
def test_routes_are_an_object(value: object) -> None:
    assert fault(routes=value).startswith("routes: must be an object")


@pytest.mark.parametrize("route", [None, [], "orders:read"])
def test_a_route_is_an_object(route: object) -> None:
    assert fault(routes={"GET /orders": route}).startswith('routes["GET /orders"]: must be an object')


@pytest.mark.parametrize("more", ["scope", "public"])
def test_a_route_has_scopes_and_match_only(more: str) -> None:
    assert fault(routes={"GET /orders": {"scopes": [], more: []}}) == (
        f'routes["GET /orders"].{more}: unknown field; the fields are scopes, scopes_match'
    )


@pytest.mark.parametrize("match", [None, "", "ALL", "one", True, ["all"]])
def test_match_is_all_or_any(match: object) -> None:
    assert fault(routes={"GET /": {"scopes_match": match}}).startswith(
        'routes["GET /"].scopes_match: must be one of all, any'
    )


@pytest.mark.parametrize("scopes", [None, "orders:read", {}])
def test_scopes_are_a_list(scopes: object) -> None:
    assert fault(routes={"GET /": {"scopes": scopes}}).startswith('routes["GET /"].scopes: must be a list')


@pytest.mark.parametrize("scope", ["orders:read orders:write", 'orders"', "orders\\read", "bestellung\u00e4"])
def test_a_scope_is_one_scope(scope: str) -> None:
    """RFC 6749 section 3.3: a scope that no token can have would deny everybody."""
    assert fault(routes={"GET /": {"scopes": ["a", scope]}}).startswith('routes["GET /"].scopes[1]: must be one scope')


@pytest.mark.parametrize("keys", [None, {}, {"keys": [KEY.jwk]}, "[]", []])
def test_keys_are_a_list_of_at_least_one(keys: object) -> None:
    assert fault(keys=keys) == "keys: must be a list of at least one object"


@pytest.mark.parametrize("key", [None, "second", [KEY.jwk]])
def test_keys_are_objects(key: object) -> None:
    assert fault(keys=[KEY.jwk, key]).startswith("keys[1]: must be an object, and is a ")


def test_pinned_keys_and_keys_of_kms_exclude_each_other() -> None:
    kms = {"keys": [{"key_id": "arn:aws:kms:eu-west-1:123456789012:key/1", "alg": "ES256"}]}

    assert fault(kms=kms) == 'keys: pinned keys and "kms" exclude each other: remove one of them'


def test_the_keys_may_be_in_kms() -> None:
    only_kms = document(kms={"keys": [{"key_id": "arn:aws:kms:eu-west-1:123456789012:key/1", "alg": "ES256"}]})
    del only_kms["keys"]

    config = parse_config(only_kms)

    assert config.keys == {}
    assert config.kms is not None
    assert config.kms.keys == (("arn:aws:kms:eu-west-1:123456789012:key/1", "ES256"),)


def test_a_key_of_kms_has_its_kid_for_itself() -> None:
    key = {"key_id": "arn:aws:kms:eu-west-1:123456789012:key/partner", "alg": "ES256"}
    partner = {
        "name": "b",
        "issuers": ["https://b.example.com"],
        "audiences": ["b"],
        "keys": [signer("ES256", "partner").jwk],
    }
    partner["keys"][0] = {**signer("ES256", "partner").jwk, "kid": "partner"}  # type: ignore[index]
    both = document(kms={"keys": [key]}, trusted_issuers=[partner])
    del both["keys"]

    with pytest.raises(ConfigError, match=r"^trusted_issuers\[0\]\.keys\[0\]: kid 'partner' is used twice"):
        parse_config(both)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as refusal:
        parse_config(document(KEY, issuers=[], leeway_seconds=-1, routes={"GET /": {"scopes_match": "one"}}, leeway=3))

    assert [fault.path for fault in refusal.value.faults] == [
        ("leeway",),
        ("issuers",),
        ("leeway_seconds",),
        ("routes", "GET /", "scopes_match"),
    ]
    assert str(refusal.value).count("\n") == 3


def test_a_fault_of_a_key_names_the_key_and_no_secret() -> None:
    message = fault(keys=[KEY.jwk, {**signer("ES256", "second").jwk, "d": "c2VjcmV0"}])

    assert message.startswith("keys[1]: d is a member of private and secret keys")
    assert "c2VjcmV0" not in message


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document(KEY)))

    assert read_config(str(path)) == document(KEY)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"version: 1", b'{"version": NaN}', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}"),
        b'{"version": 1, "issuers": ["https://a.example.com"], "issuers": ["https://b.example.com"]}',
        b'{"routes": {"GET /orders": {"scopes": ["orders:read"]}, "GET /orders": {}}}',
        b'{"version": ' + b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_strict_json_is_a_fault(tmp_path: Path, content: bytes) -> None:
    """Above all a member that occurs twice, of which other readers would take the last."""
    path = tmp_path / "config.json"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"config\.json: "):
        read_config(str(path))


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_config(str(tmp_path / "config.json"))
