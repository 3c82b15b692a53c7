"""One contract: what the components write is judged by the authorizer's own code, and whatever they write, it accepts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authorizer import strict_json, trusted_issuers
from authorizer.config import FIELDS, parse_config
from authorizer.verifier import Verifier
from components import AuthorizedHttpApi, InvalidArgs, JwtAuthorizer, SigningKeys
from components.contract import AUTHORIZER, PRIVATE_MEMBERS
from components.faults import Faults
from components.lambda_authorizer.authorizer_config import ROUTES_INPUT, check_tokens
from components.lambda_authorizer.config_document import config_document
from components.lambda_authorizer.inputs import TokenPolicyArgs, TrustedTokens
from components.lambda_authorizer.package import CONTENTS
from components.lambda_authorizer.trusted_issuers import REFRESH_FIELDS, RULES, TrustedIssuerArgs
from components.testing import Recording, declare
from testkit.signers import ALGORITHMS, signer

from .engine import Plugin, output, running_package
from .example import ISSUER, JWKS, api_args, declare_api

TRUSTED_ISSUER = {
    "issuer": "https://other.example.com",
    "audience": ["orders"],
    "jwks": JWKS.replace('"1"', '"p1"'),
    "scopes": ["orders:read"],
}
OWN = json.dumps({"keys": [signer("ES512").jwk]})
KMS_KEY = {"arn": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}


def jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": keys})


def config_of(recording: Recording) -> dict[str, Any]:
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    config: dict[str, Any] = json.loads(code.assets["config.json"].text)
    return config


def declare_tokens(**changes: Any) -> Recording:
    """An API whose own key is not the one of ``TRUSTED_ISSUER``."""
    return declare_api(**{"keys": {"jwks": [OWN]}, **changes})


def test_the_judge_is_what_is_packed() -> None:
    assert str(AUTHORIZER) == str(Path(__file__).resolve().parents[2] / "authorizer")
    assert [str(folder) for folder in CONTENTS.folders] == [str(AUTHORIZER)]


def test_every_field_can_be_set() -> None:
    """A field that no argument reaches would be a promise of the authorizer that nobody can use."""
    trusted_issuer_apart = {"version", "keys", "kms", "issuers", "audiences", "routes", "trusted_issuers", "denylist"}
    assert TokenPolicyArgs.__annotations__.keys() == FIELDS - trusted_issuer_apart


def test_every_field_of_a_trusted_issuer_can_be_set() -> None:
    renamed = {
        **{"issuer": "issuers", "issuer_aliases": "issuers", "audience": "audiences", "jwks": "keys"},
        **dict.fromkeys(("discovery", *REFRESH_FIELDS), "jwks_url"),
    }
    fields = {renamed.get(name, name) for name in TrustedIssuerArgs.__annotations__}

    assert fields - {"algorithms", "discovery", *REFRESH_FIELDS} == trusted_issuers.FIELDS
    assert set(RULES) < trusted_issuers.FIELDS


def test_what_is_set_arrives() -> None:
    policy = {
        "token_types": ["at+jwt"],
        "required_claims": ["sub", "jti"],
        "expected_claims": {"token_use": ["access"], "tier": [1.0, True]},
        "leeway_seconds": 5,
        "max_token_age_seconds": 600,
        "max_token_lifetime_seconds": 900,
        "max_token_bytes": 4096,
        "context_claims": ["sub"],
        "log_level": "WARN",
    }
    config = config_of(declare_tokens(policy=policy, trusted_issuers=[TRUSTED_ISSUER]))

    assert {field: config[field] for field in policy} == policy
    assert type(config["expected_claims"]["tier"][0]) is int  # other languages send every number as a float
    parsed = parse_config(config)
    assert parsed.rules.claims.expected_claims == {"token_use": ("access",), "tier": (1, True)}
    assert parsed.trusted_issuer_rules.keys() == {"p1"}


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"issuer": ""}, "issuer: must be a string that is not empty"),
    (
        {"issuer": " https://auth.example.com"},
        "issuer: must not have leading or trailing white space: write 'https://auth.example",
    ),
    ({"audience": ["orders", ""]}, "audience[1]: must be a string that is not empty"),
    ({"keys": {"jwks": ["{"]}}, "keys.jwks[0]: must be the JSON of a JWKS"),
    ({"keys": {"jwks": ["[]"]}}, "keys.jwks[0]: must be the JSON of a JWKS"),
    ({"keys": {"jwks": ['{"keys": [1]}']}}, "keys.jwks[0]: must be the JSON of a JWKS"),
    ({"keys": {"jwks": ['{"keys": [], "keys": []}']}}, "keys.jwks[0]: must be the JSON of a JWKS"),
    ({"keys": {"jwks": [OWN, jwks()]}}, "keys.jwks[1]: has no keys"),
    (
        {"keys": {"jwks": [OWN, jwks({**signer("RS256").jwk, "use": "enc"})]}},
        f"keys.jwks[1]: keys[0] ('{signer('RS256').kid}'): use must be sig, and is 'enc'",
    ),
    (
        {"keys": {"jwks": [OWN, jwks({**signer("ES256").jwk, "kid": signer("ES512").kid})]}},
        f"keys.jwks[1]: keys[0] ('{signer('ES512').kid}'): kid '{signer('ES512').kid}' is used twice",
    ),
    (
        {"keys": {"jwks": [jwks({"kty": "oct", "k": "c2VjcmV0", "kid": "h", "alg": "HS256"})]}},
        "keys.jwks[0]: keys[0] ('h'): alg",
    ),
    (
        {"keys": {"source": "kms", "kms_keys": [{**KMS_KEY, "algorithm": "HS256"}]}},
        "keys.kms_keys[0].algorithm: must be one of",
    ),
    (
        {"keys": {"source": "kms", "kms_keys": [KMS_KEY, {**KMS_KEY, "algorithm": "ES256"}]}},
        "keys.kms_keys[1].arn: is listed twice",
    ),
    (
        {"keys": {"source": "kms", "kms_keys": [KMS_KEY]}, "function": {"timeout": 2}},
        "function.timeout: must be at least",
    ),
    (
        {"trusted_issuers": [{**TRUSTED_ISSUER, "issuer": ISSUER}]},
        f"trusted_issuers[0].issuer: '{ISSUER}' is already trusted",
    ),
    (
        {"trusted_issuers": [{**TRUSTED_ISSUER, "audience_claim": ""}]},
        "trusted_issuers[0].audience_claim: must be a string that",
    ),
    ({"trusted_issuers": [{**TRUSTED_ISSUER, "jwks": OWN}]}, "trusted_issuers[0].jwks: keys[0] ('"),
    (
        {
            "trusted_issuers": [
                TRUSTED_ISSUER,
                {**TRUSTED_ISSUER, "issuer": "https://b", "issuer_aliases": ["https://other.example.com"]},
            ]
        },
        "trusted_issuers[1].issuer_aliases[0]: 'https://other.example.com' is already trusted",
    ),
    ({"trusted_issuers": [{**TRUSTED_ISSUER, "name": "own"}]}, "trusted_issuers[0].name: must be 1 to 64 letters"),
    (
        {"trusted_issuers": [{name: value for name, value in TRUSTED_ISSUER.items() if name != "scopes"}]},
        "trusted_issuers[0].scopes: missing: list those of orders:read",
    ),
    ({"policy": {"context_claims": ["sub", ""]}}, "policy.context_claims[1]: must be a string that is not empty"),
    ({"policy": {"context_claims": ["reason"]}}, "policy.context_claims[0]: 'reason' is reserved"),
    (
        {"policy": {"expected_claims": {"a b": []}}},
        'policy.expected_claims["a b"]: must be a list of at least one value',
    ),
    ({"policy": {"expected_claims": {"tier": [0.5]}}}, "policy.expected_claims.tier[0]: must be a string, an integer"),
    ({"policy": {"expected_claims": {"tier": [{}]}}}, "policy.expected_claims.tier[0]: must be a string, a number"),
    (
        {"policy": {"expected_claims": {"tier": ["\ud800"]}}},
        "policy.expected_claims.tier[0]: must be valid Unicode text",
    ),
    ({"policy": {"expected_claims": {"tier": [float("nan")]}}}, "policy.expected_claims.tier[0]: must be "),
    ({"policy": {"log_level": "DEBUG"}}, "policy.log_level: must be one of INFO, WARN, ERROR, and is 'DEBUG'"),
    ({"policy": {"max_token_lifetime_seconds": 0}}, "policy.max_token_lifetime_seconds: must be an integer from 1 to"),
]


SECRET = {"d": "c2VjcmV0"}

FAULTS += [
    ({"keys": {"jwks": [jwks({**signer("ES256").jwk, "use": SECRET})]}}, "keys.jwks[0]: keys[0] ("),
    ({"keys": {"jwks": [jwks({**signer("ES256").jwk, "kid": SECRET})]}}, "keys.jwks[0]: keys[0]"),
    (
        {"trusted_issuers": [{**TRUSTED_ISSUER, "jwks": jwks({**signer("ES256").jwk, "alg": SECRET})}]},
        "trusted_issuers[0].jwks: has no",
    ),
    (
        {"trusted_issuers": [{**TRUSTED_ISSUER, "jwks": jwks({**signer("ES256").jwk, "kty": SECRET})}]},
        "trusted_issuers[0].jwks: has no",
    ),
]


@pytest.mark.parametrize(("changes", "fault"), FAULTS)
def test_what_the_authorizer_would_refuse_is_refused_before_anything_is_created(
    changes: dict[str, Any], fault: str
) -> None:
    recordings: list[Recording] = []
    with pytest.raises(InvalidArgs) as refused:
        recordings.append(declare_tokens(**changes))

    assert fault in str(refused.value)
    assert "c2VjcmV0" not in str(refused.value)
    assert not recordings


def test_a_key_in_two_sets_is_one_key_whether_or_not_its_use_is_said() -> None:
    key = signer("ES512").jwk
    sets = [
        jwks({**key, "use": "sig", "x5c": ["AA"]}),
        "\ufeff" + jwks({**key, "key_ops": ["sign", "verify"]}),
        jwks(key),
    ]

    assert config_of(declare_tokens(keys={"jwks": sets}))["keys"] == [key]


@pytest.mark.parametrize(
    "route_key", ["GET orders", "/orders", "get /orders", "GET /o/:id", "GET /o/*", "", "GET /orders/"]
)
def test_a_closed_list_has_no_route_that_cannot_be(route_key: str) -> None:
    args: Any = {
        "api_id": "api",
        "issuer": ISSUER,
        "audience": ["a"],
        "keys": {"jwks": [OWN]},
        "route_scopes": {route_key: {}},
    }
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: JwtAuthorizer("orders", args))
    assert f'  route_scopes["{route_key}"]: ' in str(refused.value)


def test_every_fault_is_told_at_once() -> None:
    changes = {**FAULTS[0][0], **FAULTS[2][0], "policy": {"log_level": "DEBUG", "context_claims": [""]}}
    with pytest.raises(InvalidArgs) as refused:
        declare_tokens(**changes, trusted_issuers=[{**TRUSTED_ISSUER, "issuer": ""}], keys={"jwks": ["{}"]})

    paths = {fault["property_path"] for fault in refused.value.errors or []}
    assert paths == {
        "issuer",
        "audience[1]",
        "keys.jwks[0]",
        "policy.log_level",
        "policy.context_claims[0]",
        "trusted_issuers[0].issuer",
    }


LATE: list[tuple[dict[str, Any], str]] = [
    ({"issuer": ""}, "issuer: must be a string that is not empty"),
    ({"audience": ["orders", "\n"]}, "audience[1]: must not have leading or trailing white space"),
    ({"keys": {"jwks": ["no JSON"]}}, "keys.jwks[0]: must be the JSON of a JWKS"),
    ({"keys": {"jwks": [jwks()]}}, "keys.jwks[0]: has no keys"),
    ({"trusted_issuers": [{**TRUSTED_ISSUER, "scopes": [], "issuer": ISSUER}]}, "trusted_issuers[0].issuer: "),
    ({"trusted_issuers": [{**TRUSTED_ISSUER, "scopes": [], "jwks": OWN}]}, "trusted_issuers[0].jwks: keys[0] ("),
    (
        {"trusted_issuers": [{**TRUSTED_ISSUER, "scopes": [], "jwks": "{}"}]},
        "trusted_issuers[0].jwks: must be the JSON of a JWKS",
    ),
]


def _as_outputs(value: Any, of: Callable[[Any], Any] = pulumi.Output.from_input) -> Any:
    if isinstance(value, dict):
        return {key: _as_outputs(item, of) for key, item in value.items()}
    return [_as_outputs(item, of) for item in value] if isinstance(value, list) else of(value)


@pytest.mark.parametrize(("changes", "fault"), LATE)
def test_what_is_known_later_is_judged_then(changes: dict[str, Any], fault: str) -> None:
    def program() -> object:
        args = api_args(**{"keys": {"jwks": [OWN]}, **_as_outputs(changes)})
        return AuthorizedHttpApi("orders", args)

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert f"  {fault}" in str(refused.value)


def test_a_secret_is_not_quoted() -> None:
    def program() -> object:
        args = api_args(keys={"jwks": [OWN]}, issuer=pulumi.Output.secret(" hunter2"))
        return AuthorizedHttpApi("orders", args)

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert "\n  issuer: is invalid; the reason is not shown" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(("changes", "fault"), [FAULTS[2], FAULTS[13], FAULTS[14], FAULTS[25]])
def test_what_is_unknown_in_a_preview_hides_nothing_that_is_known(changes: dict[str, Any], fault: str) -> None:
    def program() -> object:
        unknown = SigningKeys("signing", {}).jwks
        return AuthorizedHttpApi("orders", api_args(**{"keys": {"jwks": [unknown]}, **changes}))

    with pytest.raises(InvalidArgs) as refused:
        declare(program, preview=True)
    assert fault in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "fault"), LATE[:2] + LATE[-2:])
def test_programs_in_other_languages_are_told_as_well(plugin: Plugin, changes: dict[str, Any], fault: str) -> None:
    inputs = {
        "issuer": ISSUER,
        "audience": ["orders"],
        "keys": {"jwks": [OWN]},
        "routes": {"GET /orders": {"integration": {"httpUrl": "https://backend.example.com"}}},
    }
    camel = json.loads(json.dumps(changes).replace("trusted_issuers", "trustedIssuers"))
    with running_package(plugin) as running, pytest.raises(grpc.RpcError) as refused:
        running.construct("AuthorizedHttpApi", "orders", {**inputs, **_as_outputs(camel, output)})

    assert fault.replace("trusted_issuers", "trustedIssuers") in refused.value.details()


def _jwk(alg: str, name: str, changes: dict[str, Any], dropped: set[str]) -> dict[str, Any]:
    return {member: value for member, value in {**signer(alg, name).jwk, **changes}.items() if member not in dropped}


def _jwks(keys: list[dict[str, Any]]) -> str:
    return jwks(*keys)


def _rarely(odd: Any, usual: Any) -> st.SearchStrategy[Any]:
    """Mostly what is right, so that a good part of what is drawn as a whole is."""
    return st.integers(0, 19).flatmap(lambda roll: odd if roll == 0 else usual)


_keys = st.builds(
    _jwk,
    st.sampled_from(ALGORITHMS),
    st.sampled_from(["first", "second"]),
    st.dictionaries(
        st.sampled_from(["kid", "alg", "use", "key_ops", "kty", "crv", "x", "n", "d", "x5c"]),
        st.sampled_from(["", "k", "enc", "sig", "RS256", "AAAA", "A==", 7, None, ["verify"], ["wrapKey"], {"a": []}]),
        max_size=1,
    ),
    st.sets(st.sampled_from(["kid", "alg", "use", "kty", "x"]), max_size=1),
)
_own_sets = _rarely(
    st.sampled_from(["", "{}", "null"]) | st.lists(_keys, max_size=2).map(_jwks), st.sampled_from([OWN, JWKS])
)
_trusted_issuer_sets = _rarely(
    st.sampled_from(["", "{}", "null", OWN]), st.lists(_keys, min_size=1, max_size=4).map(_jwks)
)
_texts = _rarely(
    st.sampled_from(["", " ", "reason", "\u00a0x"]),
    st.sampled_from(["orders", "https://auth.example.com", "sub", "\u00fc", "a b"]),
)
_lists = st.lists(_texts, min_size=1, max_size=2)
_scopes = st.lists(_rarely(_texts, st.sampled_from(["orders:read", "orders:write"])), max_size=2)
_values = _rarely(st.floats(), _texts | st.integers() | st.booleans())
_rules = {
    "token_types": _lists,
    "required_claims": _lists,
    "expected_claims": st.dictionaries(_texts, st.lists(_values, min_size=1, max_size=2), max_size=2),
    "leeway_seconds": _rarely(st.integers(), st.integers(0, 300)),
    "max_token_age_seconds": _rarely(st.integers(), st.integers(1, 2**31)),
    "max_token_lifetime_seconds": _rarely(st.integers(), st.integers(1, 2**31)),
}
_trusted_issuers = st.fixed_dictionaries(
    {"issuer": _texts, "audience": _lists, "jwks": _trusted_issuer_sets},
    optional={
        "algorithms": st.lists(_rarely(st.just("HS256"), st.sampled_from(ALGORITHMS)), min_size=1, max_size=9),
        "audience_claim": _texts,
        "name": _rarely(_texts, st.sampled_from(["own", "a.example.com", "issuer-2"])),
        "issuer_aliases": st.lists(_texts, max_size=2),
        "client_ids": _lists,
        "scope_claims": st.lists(_lists, min_size=1, max_size=2),
        "scope_mapping": st.dictionaries(_texts, _scopes, max_size=2),
        "scopes": _scopes,
        **_rules,
    },
)
_policies = st.fixed_dictionaries(
    {},
    optional={
        **_rules,
        "max_token_bytes": _rarely(st.integers(), st.integers(256, 10240)),
        "context_claims": _lists,
        "log_level": _rarely(st.just("DEBUG"), st.sampled_from(["INFO", "WARN", "ERROR"])),
    },
)
_tokens = st.fixed_dictionaries(
    {
        "issuer": _texts,
        "audience": _lists,
        "keys": st.fixed_dictionaries({"jwks": st.lists(_own_sets, min_size=1, max_size=2)}),
    },
    optional={"policy": _policies, "trusted_issuers": st.lists(_trusted_issuers, max_size=1)},
)


@settings(max_examples=300, deadline=None)
@given(_tokens)
def test_whatever_the_components_write_the_verifier_accepts(tokens: TrustedTokens) -> None:
    """And what they do not write is rejected with a path, already where the rest of it is not known yet."""
    faults = Faults("the arguments")
    check_tokens(tokens, {}, faults)
    if faults.found:
        assert all(fault["property_path"] for fault in faults.found)
        return
    text = config_document(tokens, {}, faults, ROUTES_INPUT).text
    assert not faults.found
    Verifier(strict_json.loads(text.encode()))
    members = {member for key in json.loads(text)["keys"] for member in key}
    assert members.isdisjoint(PRIVATE_MEMBERS)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"issuer": 5}, {"issuer"}),
        ({"audience": "orders"}, {"audience"}),
        ({"keys": "none"}, {"keys"}),
        ({"keys": {"jwks": "none"}}, {"keys.jwks"}),
        ({"keys": {"source": "kms", "kms_keys": 5}}, {"keys.kms_keys"}),
        ({"issuer": None, "keys": {"jwks": []}}, {"issuer", "keys.jwks"}),
    ],
)
def test_what_is_invalid_is_not_reported_as_missing_too(changes: dict[str, Any], paths: set[str]) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(**changes)

    found = [fault["property_path"] for fault in refused.value.errors or []]
    assert sorted(found) == sorted(paths)


def test_where_there_are_no_arguments_none_is_missing() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizedHttpApi("orders", None))  # type: ignore[call-overload]

    assert [fault["property_path"] for fault in refused.value.errors or []] == ["args"]
