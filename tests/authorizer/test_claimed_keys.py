"""Other issuers whose set contains a key of ours that KMS has: the deployment does not know it, and run time drops it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.signers import Signer, signer
from testkit.tokens import NOW, claims, token

from .documents import document
from .fake_kms import FakeKms
from .gateway_events import bearer
from .observing import ObservedAuthorizer
from .url_issuers import NEW, OWN, entry, theirs

NEXT = signer("ES256", "next")


def pinned(*jwks: object) -> dict[str, object]:
    """A trusted issuer without a URL."""
    return {**{field: value for field, value in entry().items() if field != "jwks_url"}, "keys": list(jwks)}


def with_kms(kms: FakeKms, *entries: object, **changes: object) -> tuple[RuntimeKeys, ObservedAuthorizer]:
    own = {"keys": [{"key_id": "a", "alg": "ES256"}], "refresh_seconds": 600}
    settings = {**document(trusted_issuers=list(entries), **changes), "kms": own}
    del settings["keys"]
    client: Any = kms
    source = RuntimeKeys(settings, client, lambda: kms.now)
    return source, ObservedAuthorizer(settings, source)


def context_of(authorizer: ObservedAuthorizer, text: str) -> dict[str, Any]:
    return dict(authorizer.decide(bearer(text)).response["context"])


def renamed(key: Signer) -> dict[str, object]:
    return {**key.jwk, "kid": "renamed"}


@pytest.mark.parametrize("claimed", [renamed(OWN), OWN.jwk])
def test_a_pinned_set_with_our_key_loses_it_and_we_start(
    claimed: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    _, authorizer = with_kms(FakeKms(a=OWN), pinned(claimed, NEW.jwk))

    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line == {
        "level": "ERROR",
        "message": "a key of another issuer is one of the own keys, and is not trusted",
        "issuer": "partner",
        "kid": claimed["kid"],
    }
    assert authorizer.decide(bearer(token(OWN))).reason == "allowed"
    assert authorizer.decide(bearer(theirs(NEW))).reason == "allowed"
    assert authorizer.decide(bearer(theirs(replace(OWN, kid="renamed")))).reason == "unknown_key"
    assert authorizer.decide(bearer(theirs(OWN))).reason == "wrong_issuer"


@pytest.mark.parametrize("claiming", [pinned(renamed(OWN)), {**entry(), "keys": [renamed(OWN)]}])
def test_tokens_are_told_apart_where_all_keys_of_the_others_are_dropped(claiming: dict[str, object]) -> None:
    _, authorizer = with_kms(FakeKms(a=OWN), claiming, context_claims=["sub"])

    assert context_of(authorizer, token(OWN)) == {
        **{name: claims()[name] for name in ("sub", "iss")},
        "issuer": "own",
    }


def test_our_next_key_in_a_pinned_set_becomes_ours_once_and_is_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    kms = FakeKms(a=OWN)
    kms.now = float(NOW)
    source, authorizer = with_kms(kms, pinned(renamed(NEXT), NEW.jwk))
    assert authorizer.decide(bearer(theirs(replace(NEXT, kid="renamed")))).reason == "allowed", "it is theirs so far"
    assert capsys.readouterr().out == ""

    kms.keys["a"] = NEXT
    for _ in range(3):
        kms.now += 600
        source.verifier()

    assert len(capsys.readouterr().out.splitlines()) == 1
    assert authorizer.decide(bearer(token(NEXT))).reason == "allowed"
    assert authorizer.decide(bearer(theirs(replace(NEXT, kid="renamed")))).reason == "unknown_key"
