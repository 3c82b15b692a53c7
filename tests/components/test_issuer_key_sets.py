"""The key set of an issuer with a URL is judged at deployment as the authorizer judges it at run time: one rule, two places."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from authorizer.keys import ALGORITHMS, KeySet
from authorizer.runtime_keys.bounded_http import Answer
from authorizer.runtime_keys.key_set import MAX_KEYS, Rejected, accept
from components.contract import own_keys
from components.faults import Faults
from components.lambda_authorizer.config_document import config_document
from components.lambda_authorizer.inputs import KeysArgs, TrustedTokens
from testkit.signers import signer

from .example import KEY

OWN, JWK, OTHER = ({**signer("ES256", name).jwk, "kid": name} for name in ("own", "theirs", "other"))
PINNED: KeysArgs = {"jwks": [json.dumps({"keys": [OWN]})]}
KMS: KeysArgs = {"source": "kms", "kms_keys": [{"arn": KEY}]}
KMS_KID = KEY.rpartition("/")[2]
BY_URL: Any = {"jwks_url": "https://issuer.example.com/keys"}


def _deployed(theirs: Sequence[object], keys: KeysArgs = PINNED, **changes: Any) -> tuple[list[Any], list[str], str]:
    """The kids that the authorizer starts with, the warnings, and the faults."""
    issuer = {"issuer": "https://issuer.example.com/", "audience": ["orders"], "jwks": json.dumps({"keys": theirs})}
    tokens: dict[str, Any] = {
        "issuer": "https://auth.example.com",
        "audience": ["orders"],
        "keys": keys,
        "trusted_issuers": [{**issuer, **changes}],
    }
    faults = Faults("orders")
    document = config_document(TrustedTokens(**tokens), None, faults, "routes")  # type: ignore[typeddict-item] # wrong too
    (entry,) = json.loads(document.text)["trusted_issuers"]
    return (
        [key["kid"] for key in entry["keys"]],
        document.warnings,
        "\n".join(f"{fault['property_path']}: {fault['reason']}" for fault in faults.found),
    )


def _refreshed(theirs: Sequence[object], own: KeySet) -> list[Any]:
    """The kids that the authorizer has after a refresh; none if it keeps those of before."""
    try:
        found = accept(Answer(200, [], json.dumps({"keys": theirs}).encode()), ALGORITHMS, own)
    except Rejected:
        return []
    return [jwk["kid"] for jwk in found.jwks]


@pytest.mark.parametrize(
    ("theirs", "used", "causes"),
    [
        ([JWK], ["theirs"], []),
        ([JWK, {**OWN, "kid": "copied"}], ["theirs"], ["keys[1] ('copied'): this key is one of the own keys"]),
        ([JWK, {**OTHER, "kid": "own"}], ["theirs"], ["keys[1] ('own'): kid 'own' is used twice"]),
        ([{**OTHER, "d": "AAAA"}, JWK], ["theirs"], ["keys[0] ('other'): d is a member of private and secret"]),
        ([7, None, [], {}, JWK], ["theirs"], [f"keys[{index}]: has no alg" for index in range(4)]),
        ([JWK] + [{**OTHER, "kid": f"k{number}"} for number in range(MAX_KEYS - 1)], MAX_KEYS, []),
    ],
    ids=["usable", "our key", "our kid", "a private half", "no keys at all", "as many as it may be"],
)
def test_what_cannot_be_used_is_ignored_with_a_warning(
    theirs: list[object], used: list[str] | int, causes: list[str]
) -> None:
    kids, warnings, faults = _deployed(theirs, **BY_URL)

    assert faults == ""
    assert kids == _refreshed(theirs, own_keys([OWN], []))
    assert (len(kids) if isinstance(used, int) else kids) == used
    assert len(warnings) == len(causes)
    for warning, cause in zip(warnings, causes, strict=True):
        assert f"trusted_issuers[0].jwks: a key is ignored, and its tokens are denied: {cause}" in warning


def test_the_kid_of_a_kms_key_is_ours_too() -> None:
    theirs = [JWK, {**OTHER, "kid": KMS_KID}]

    kids, (warning,), faults = _deployed(theirs, KMS, **BY_URL)
    assert (kids, faults) == (["theirs"], "")
    assert kids == _refreshed(theirs, own_keys([], [KEY]))
    assert f"kid '{KMS_KID}' is used twice" in warning


@pytest.mark.parametrize(
    ("theirs", "fault"),
    [
        ([], "has no keys"),
        (
            [{**JWK, "kid": f"k{number}"} for number in range(MAX_KEYS + 1)],
            f"must have 1 to {MAX_KEYS} keys, and has {MAX_KEYS + 1}",
        ),
        ([{**JWK, "d": "AAAA"}], "has no key that the authorizer can use:\n    keys[0] ('theirs'): d is a member of"),
        ([OWN], "has no key that the authorizer can use:\n    keys[0] ('own'): this key is one of the own keys"),
        ([7], "has no key that the authorizer can use:\n    keys[0]: has no alg"),
    ],
    ids=["empty", "too many", "a private half", "our key", "no key at all"],
)
def test_a_set_that_no_refresh_would_accept_is_not_deployed(theirs: list[object], fault: str) -> None:
    _, _, faults = _deployed(theirs, **BY_URL)

    assert f"trusted_issuers[0].jwks: {fault}" in faults
    assert faults.count("trusted_issuers[0]") == 1
    assert _refreshed(theirs, own_keys([OWN], [])) == []


def test_with_discovery_the_rule_is_the_same_while_the_url_is_not_known() -> None:
    kids, (warning,), faults = _deployed([JWK, {**OWN, "kid": "copied"}], discovery=True)

    assert (kids, faults) == (["theirs"], "")
    assert "('copied'): this key is one of the own keys" in warning


def test_in_a_pinned_set_our_key_is_an_error() -> None:
    """Nobody but the author of the program wrote it there."""
    _, _, faults = _deployed([JWK, {**OWN, "kid": "copied"}])

    assert "trusted_issuers[0].jwks: keys[1] ('copied'): this key is one of the own keys" in faults
