"""Loading keys: each is bound to one algorithm, and whatever is not a public signature key is rejected."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from authorizer.algorithms import InvalidKey
from authorizer.keys import ALGORITHMS, KeySet, load_key, public_members
from testkit import signers
from testkit.signers import signer
from testkit.tokens import ABSENT

MESSAGE = b"what is signed"


def changed(jwk: dict[str, object], **changes: object) -> dict[str, object]:
    return {name: value for name, value in {**jwk, **changes}.items() if value is not ABSENT}


def test_the_algorithms_are_those_of_the_design() -> None:
    assert set(signers.ALGORITHMS) == set(ALGORITHMS)


@pytest.mark.parametrize("alg", signers.ALGORITHMS)
def test_a_key_checks_signatures_of_its_algorithm(alg: str) -> None:
    key_pair, other = signer(alg), signer(alg, "second")
    signature = key_pair.sign(MESSAGE)

    key = load_key(key_pair.jwk)

    assert (key.kid, key.alg) == (key_pair.kid, alg)
    key.verify(MESSAGE, signature)
    for message, candidate in [(MESSAGE + b".", signature), (b"", signature), (MESSAGE, other.sign(MESSAGE))]:
        with pytest.raises(InvalidSignature):
            key.verify(message, candidate)


@pytest.mark.parametrize("alg", signers.ALGORITHMS)
def test_a_signature_of_another_length_is_no_signature(alg: str) -> None:
    key, signature = load_key(signer(alg).jwk), signer(alg).sign(MESSAGE)

    for candidate in (b"", b"\0", signature[:-1], signature + b"\0", b"\0" + signature, signature * 2, b"\0" * 9000):
        with pytest.raises(InvalidSignature):
            key.verify(MESSAGE, candidate)


@pytest.mark.parametrize("alg", signers.ALGORITHMS)
@pytest.mark.parametrize("filling", [0x00, 0x01, 0xFF])
def test_a_signature_of_one_octet_repeated_is_no_signature(alg: str, filling: int) -> None:
    key, size = load_key(signer(alg).jwk), len(signer(alg).sign(MESSAGE))

    with pytest.raises(InvalidSignature):
        key.verify(MESSAGE, bytes([filling]) * size)


@pytest.mark.parametrize("kid", [ABSENT, None, "", 7, ["a"], "a\nb", "a\0", "\ud800", "\u202e", "a" * 257])
def test_kid_is_printable_text(kid: object) -> None:
    with pytest.raises(InvalidKey, match="kid"):
        load_key(changed(signer("ES256").jwk, kid=kid))


def test_kid_may_be_long() -> None:
    assert load_key(changed(signer("ES256").jwk, kid="a" * 256)).kid == "a" * 256


@pytest.mark.parametrize(
    "alg",
    [ABSENT, None, "", "none", "HS256", "es256", "ES521", "RS1", "Ed25519", "Ed448", "ML-DSA-45", ["ES256"], 256, {}],
)
def test_alg_is_required_and_one_of_ours(alg: object) -> None:
    with pytest.raises(InvalidKey, match="alg must be one of ES256"):
        load_key(changed(signer("ES256").jwk, alg=alg))


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])
def test_private_keys_are_refused_without_quoting_them(member: str) -> None:
    with pytest.raises(InvalidKey, match=rf"^{member} is a member of private") as refusal:
        load_key({**signer("ES256").jwk, member: "c2VjcmV0"})
    assert "c2VjcmV0" not in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        *({"use": use} for use in ("enc", None, ["sig"], "SIG")),
        *({"key_ops": key_ops} for key_ops in (["sign"], [], None, "verify", ["sign", "verify"], ["verify", "verify"])),
    ],
)
def test_keys_for_other_uses_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidKey, match="must be"):
        load_key({**signer("ES256").jwk, **changes})


def test_members_that_say_the_same_or_nothing_are_fine() -> None:
    more = {"use": "sig", "key_ops": ["verify"], "x5t": "AA", "x5c": ["AA"], "revoked": None, "nbf": 1}

    assert load_key({**signer("ES256").jwk, **more}).alg == "ES256"


@pytest.mark.parametrize("alg", signers.ALGORITHMS)
@pytest.mark.parametrize("other", signers.ALGORITHMS)
def test_a_key_of_another_kind_is_refused(alg: str, other: str) -> None:
    rsa = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
    jwk = changed(signer(other).jwk, alg=alg)

    if alg == other or {alg, other} <= rsa:
        assert load_key(jwk).alg == alg
    else:
        with pytest.raises(InvalidKey):
            load_key(jwk)


def key_set(*jwks: dict[str, object]) -> KeySet:
    found = KeySet()
    for jwk in jwks:
        found.add(jwk)
    return found


def test_every_key_of_a_set_is_loaded() -> None:
    keys = key_set(*(signer(alg).jwk for alg in signers.ALGORITHMS)).keys

    assert {kid: key.alg for kid, key in keys.items()} == {signer(alg).kid: alg for alg in signers.ALGORITHMS}


def test_a_kid_names_one_key() -> None:
    first, second = signer("ES256"), signer("ES256", "second")
    found = key_set(first.jwk)

    with pytest.raises(InvalidKey, match=r"^kid '.*' is used twice"):
        found.add({**second.jwk, "kid": first.kid})
    assert key_set(second.jwk).keys.keys() == {second.kid}


@pytest.mark.parametrize(("alg", "other"), [("RS256", "PS256"), ("RS256", "RS512"), ("PS384", "PS512")])
def test_one_key_is_not_trusted_for_two_algorithms(alg: str, other: str) -> None:
    jwk: dict[str, Any] = signer(alg).jwk

    with pytest.raises(InvalidKey, match=f"^this key is already trusted for {alg}"):
        key_set(jwk, {**jwk, "kid": "another name", "alg": other})


def test_no_other_issuer_has_a_key_or_a_name_of_ours() -> None:
    own, other = signer("ES256"), signer("ES256", "second")
    found = KeySet(key_set(own.jwk))

    with pytest.raises(InvalidKey, match=r"^this key is one of the own keys"):
        found.add({**own.jwk, "kid": "another name"})
    with pytest.raises(InvalidKey, match=r"^kid '.*' is used twice"):
        found.add({**other.jwk, "kid": own.kid})
    assert found.add(other.jwk).kid == other.kid


def test_what_is_refused_leaves_no_trace() -> None:
    first, second = signer("ES256"), signer("ES256", "second")
    found = key_set(first.jwk)
    with pytest.raises(InvalidKey):
        found.add({**second.jwk, "kid": first.kid})

    assert found.add(second.jwk).kid == second.kid


def test_one_key_may_have_two_names() -> None:
    jwk = signer("ES256").jwk

    assert key_set(jwk, {**jwk, "kid": "its name before"}).keys.keys() == {jwk["kid"], "its name before"}


@pytest.mark.parametrize("alg", signers.ALGORITHMS)
def test_only_what_a_verifier_needs_is_public(alg: str) -> None:
    jwk: dict[str, object] = signer(alg).jwk
    secrets = dict.fromkeys(("d", "p", "q", "dp", "dq", "qi", "k", "priv", "seed", "x5c"), "c2VjcmV0")
    others = {name: "c2VjcmV0" for name in ("crv", "x", "y", "n", "e", "pub") if name not in jwk}

    assert public_members({**secrets, **others, "oth": [{"d": "c2VjcmV0"}], **jwk}) == jwk


@pytest.mark.parametrize("member", ["kid", "alg", "use", "kty", "crv", "x", "y"])
@pytest.mark.parametrize("value", [{"d": "c2VjcmV0"}, ["c2VjcmV0"], 7, True])
def test_a_public_member_hides_nothing_private(member: str, value: object) -> None:
    members = public_members({**signer("ES256").jwk, member: value})

    assert members[member] == "" if member in members else member in ("crv", "x", "y")
    with pytest.raises(InvalidKey) as refused:
        load_key(members)
    assert "c2VjcmV0" not in str(refused.value)


@pytest.mark.parametrize("member", ["alg", "use", "key_ops"])
def test_null_counts_as_absent(member: str) -> None:
    assert member not in public_members({**signer("ES256").jwk, member: None})


@pytest.mark.parametrize(
    ("operations", "kept"),
    [
        (["sign", "verify"], ["verify"]),
        (["verify", {"d": 1}], ["verify"]),
        (["wrapKey", 5], ["wrapKey"]),
        ("verify", []),
    ],
)
def test_of_several_operations_the_verifiers_counts(operations: object, kept: list[str]) -> None:
    assert public_members({**signer("ES256").jwk, "key_ops": operations})["key_ops"] == kept


def test_a_kid_may_be_kept_for_a_key_that_is_not_known_yet() -> None:
    found = KeySet()
    found.reserve(signer("ES256").kid)

    with pytest.raises(InvalidKey, match=r"^kid '.*' is used twice"):
        found.add(signer("ES256").jwk)
