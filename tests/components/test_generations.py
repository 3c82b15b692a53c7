"""The lifecycle of a signing key: what each edit of the list of generations does, and which edits are errors or warnings."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pulumi
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from components import GenerationArgs, InvalidArgs, SigningKeys, SigningKeysArgs
from components.kms.generation_jwk import KeyDisabled
from components.kms.generations import generation_warnings, generations, rfc3339
from components.kms.jwk import KeyMismatch, public_jwk
from components.kms.signing_keys import KeyNotPublished
from components.testing import Declared, Recording, declare

LATER = "2036-01-01T12:00:00Z"

OLD: GenerationArgs = {"name": "old"}
NEW: GenerationArgs = {"name": "new"}
RETIRING: GenerationArgs = {"name": "old", "retire_after": LATER}
RETIRED: GenerationArgs = {"name": "old", "retire_after": LATER, "retired": True}

STEPS: dict[str, SigningKeysArgs] = {
    "alone": {"generations": [OLD]},
    "published": {"generations": [OLD, NEW], "active": "old"},
    "activated": {"generations": [RETIRING, NEW], "active": "new"},
    "retired": {"generations": [RETIRED, NEW], "active": "new"},
    "dropped": {"generations": [NEW]},
}


def _declare(args: SigningKeysArgs) -> Recording:
    def program() -> dict[str, object]:
        keys = SigningKeys("signing", args)
        return {"jwks": keys.jwks, "active": keys.active_key_arn, "arns": keys.key_arns}

    return declare(program)


def _key(recording: Recording, generation: str) -> Declared:
    return recording.only("aws:kms/key:Key", f"signing-key-{generation}")


def _sign(recording: Recording, generation: str) -> dict[str, Any] | None:
    """The condition on which the key may sign, ``None`` if it may not."""
    statements = json.loads(_key(recording, generation).inputs["policy"])["Statement"]
    return next((statement["Condition"] for statement in statements if statement["Sid"] == "Sign"), None)


def _kids(recording: Recording) -> list[str]:
    return [jwk["kid"] for jwk in json.loads(recording.outputs["jwks"])["keys"]]


@pytest.mark.parametrize(
    ("step", "active", "published"),
    [
        ("alone", "old", ["old"]),
        ("published", "old", ["old", "new"]),
        ("activated", "new", ["old", "new"]),
        ("retired", "new", ["new"]),
        ("dropped", "new", ["new"]),
    ],
)
def test_what_each_step_publishes_and_where_the_alias_points(step: str, active: str, published: list[str]) -> None:
    recording = _declare(STEPS[step])

    assert _kids(recording) == [f"signing-key-{generation}-id" for generation in published]
    assert list(recording.outputs["arns"]) == published
    assert recording.outputs["active"].endswith(f"key/signing-key-{active}-id")
    assert recording.only("aws:kms/alias:Alias").inputs["targetKeyId"] == f"signing-key-{active}-id"


def test_no_step_changes_what_would_replace_a_key() -> None:
    recordings = {step: _declare(args) for step, args in STEPS.items()}

    for generation in ("old", "new"):
        keys = [
            key
            for recording in recordings.values()
            for key in recording.all("aws:kms/key:Key")
            if key.name == f"signing-key-{generation}"
        ]
        assert len(keys) == 4
        for name in ("customerMasterKeySpec", "keyUsage", "multiRegion"):
            assert len({key.inputs[name] for key in keys}) == 1


def test_the_active_key_signs_and_a_retiring_one_for_as_long_as_its_tokens_have_time_to_expire() -> None:
    algorithm = {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_512"}}
    published, activated, retired = (_declare(STEPS[step]) for step in ("published", "activated", "retired"))

    assert _sign(published, "old") == algorithm
    assert _sign(published, "new") is None
    assert _sign(activated, "new") == algorithm
    assert _sign(activated, "old") == {**algorithm, "DateLessThan": {"aws:CurrentTime": "2036-01-01T11:00:00Z"}}
    assert _sign(retired, "old") is None


def test_signing_ends_the_longest_lifetime_before_the_retirement() -> None:
    recording = _declare({**STEPS["activated"], "max_token_lifetime_seconds": 60})

    condition = _sign(recording, "old")
    assert condition is not None
    assert condition["DateLessThan"] == {"aws:CurrentTime": "2036-01-01T11:59:00Z"}


def test_a_retired_key_is_disabled_and_its_replicas_with_it() -> None:
    recording = _declare({**STEPS["retired"], "multi_region": True, "replica_regions": ["eu-central-1"]})

    assert _key(recording, "old").inputs["isEnabled"] is False
    assert _key(recording, "new").inputs["isEnabled"] is True
    replicas = {item.name: item.inputs["enabled"] for item in recording.all("aws:kms/replicaKey:ReplicaKey")}
    assert replicas == {"signing-key-old-eu-central-1": False, "signing-key-new-eu-central-1": True}


def test_each_generation_may_have_an_algorithm_of_its_own() -> None:
    recording = declare(
        lambda: SigningKeys("signing", {"generations": [OLD, {"name": "new", "algorithm": "EdDSA"}], "active": "old"}),
        preview=True,
    )

    assert _key(recording, "old").inputs["customerMasterKeySpec"] == "ECC_NIST_P521"
    assert _key(recording, "new").inputs["customerMasterKeySpec"] == "ECC_NIST_EDWARDS25519"


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ({"generations": [OLD, NEW], "active": "new"}, "generations[0].retire_after: missing: 'old' is older than the"),
        ({"generations": [RETIRING, NEW], "active": "old"}, "generations[0].retire_after: 'old' is active"),
        ({"generations": [RETIRED, NEW], "active": "old"}, "generations[0].retired: 'old' is active: make another"),
        ({"generations": [{"name": "old", "retired": True}]}, "generations[0].retired: 'old' is active"),
        ({"generations": [NEW], "active": "old"}, "active: 'old' is not one of the generations: write one of 'new'"),
        ({"max_token_lifetime_seconds": 0}, "max_token_lifetime_seconds: must be 1 second to 366 days, and is 0"),
        (
            {"generations": [{"name": "old", "retire_after": "tomorrow"}, NEW], "active": "new"},
            "generations[0].retire_after: must be an RFC 3339 time with a time zone, such as",
        ),
        (
            {"generations": [{"name": "old", "retire_after": "2036-01-01T12:00:00"}, NEW], "active": "new"},
            "and is '2036-01-01T12:00:00'",
        ),
        (
            {"generations": [{"name": "a", "algorithm": "HS256"}]},
            "generations[0].algorithm: 'HS256' is not a supported algorithm",
        ),
    ],
)
def test_edits_that_would_break_tokens_are_refused(args: SigningKeysArgs, fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        SigningKeys("signing", args)
    assert fault in str(refused.value)


def test_the_refused_activation_says_which_time_to_write() -> None:
    with pytest.raises(InvalidArgs) as refused:
        SigningKeys("signing", {"generations": [OLD, NEW], "active": "new", "max_token_lifetime_seconds": 600})

    suggested = datetime.fromisoformat(str(refused.value).split('"')[3])
    assert timedelta(seconds=890) < suggested - datetime.now(UTC) <= timedelta(seconds=960)
    args: SigningKeysArgs = {
        "generations": [{"name": "old", "retire_after": rfc3339(suggested)}, NEW],
        "active": "new",
        "max_token_lifetime_seconds": 600,
    }
    assert _kids(_declare(args)) == ["signing-key-old-id", "signing-key-new-id"]


@pytest.mark.parametrize(
    ("step", "now", "expected"),
    [
        ("published", "2037-01-01T00:00:00Z", {}),
        ("activated", "2036-01-01T11:59:59Z", {}),
        ("activated", LATER, {"old": f"its last token has expired ({LATER}): write retired: true"}),
        (
            "retired",
            "2036-01-01T11:59:59Z",
            {"old": f"retired before its last token has expired ({LATER}): after this update its tokens are denied"},
        ),
        ("retired", LATER, {}),
        ("dropped", LATER, {}),
    ],
)
def test_warnings_say_what_is_too_soon_and_what_is_due(step: str, now: str, expected: dict[str, str]) -> None:
    assert generation_warnings(generations(STEPS[step]), datetime.fromisoformat(now)) == expected


def test_retiring_without_a_time_is_warned_about_unless_the_key_never_signed() -> None:
    before: SigningKeysArgs = {"generations": [{"name": "old", "retired": True}, NEW], "active": "new"}
    after: SigningKeysArgs = {"generations": [OLD, {"name": "new", "retired": True}], "active": "old"}

    now = datetime.now(UTC)
    assert list(generation_warnings(generations(before), now)) == ["old"]
    assert generation_warnings(generations(after), now) == {}


def test_warnings_reach_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, resource: logged.append(message))
    _declare(STEPS["retired"])

    assert [line.split(": ")[:2] for line in logged] == [['SigningKeys "signing"', "generation 'old'"]]


class _Update(Recording):
    """The preview of an update of a stack where the keys of some generations exist already."""

    existing: tuple[str, ...] = ()

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.name.removeprefix("signing-key-") in self.existing:
            self.resources.append(Declared(args.typ, args.name, args.inputs))
            arn = f"arn:aws:kms:eu-west-1:123456789012:key/{args.name}-id"
            return f"{args.name}-id", {**args.inputs, "arn": arn, "keyId": f"{args.name}-id"}
        return super().new_resource(args)


def _preview(args: SigningKeysArgs, *existing: str) -> _Update:
    recording = _Update(preview=True)
    recording.existing = existing
    pulumi.runtime.set_mocks(recording, project="shop", stack="test", preview=True)
    pulumi.runtime.test(lambda: SigningKeys("signing", args).alias_name)()  # type: ignore[no-untyped-call]
    return recording


def test_a_key_is_not_activated_in_the_update_that_makes_it() -> None:
    with pytest.raises(KeyNotPublished, match=r"'new' cannot become active .* Leave 'old' active and run"):
        _preview(STEPS["activated"], "old")


@pytest.mark.parametrize(
    ("step", "existing"),
    [
        ("alone", ()),
        ("activated", ()),  # a stack that is set up with both at once: no tokens are about yet
        ("published", ("old",)),
        ("activated", ("old", "new")),
        ("retired", ("old", "new")),
        ("retired", ("old",)),  # the emergency: no spare key had been published
        ("dropped", ("new",)),
    ],
)
def test_every_other_step_passes_its_preview(step: str, existing: tuple[str, ...]) -> None:
    alias = _preview(STEPS[step], *existing).only("aws:kms/alias:Alias")

    assert alias.inputs["name"] == "alias/shop-test-signing"


RETURNED: SigningKeysArgs = {"generations": [RETIRING, NEW], "active": "new"}


class _Disabled(_Update):
    """``old`` was retired: KMS shows its public key once the update has enabled the key again."""

    existing = ("old", "new")
    refusal = "DisabledException: arn:aws:kms:eu-west-1:123456789012:key/signing-key-old-id is disabled."
    comes_back = True

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if args.token == "aws:kms/getPublicKey:getPublicKey" and "key-old-" in args.args["keyId"]:
            enabled = any(item.name == "signing-key-old" and item.inputs["isEnabled"] for item in self.resources)
            if self.preview or not (enabled and self.comes_back):
                raise RuntimeError(self.refusal)
        return super().call(args)


def _run(recording: _Update, args: SigningKeysArgs = RETURNED) -> _Update:
    def program() -> pulumi.Output[Any]:
        keys = SigningKeys("signing", args)
        return keys.jwks.apply(lambda jwks: recording.outputs.update(jwks=jwks))

    pulumi.runtime.set_mocks(recording, project="shop", stack="test", preview=recording.preview)
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call] # Pulumi's decorator has no types
    return recording


def test_undoing_retired_passes_its_preview_with_an_unknown_jwks() -> None:
    recording = _run(_Disabled(preview=True))

    assert _key(recording, "old").inputs["isEnabled"] is True
    assert recording.outputs == {}


def test_undoing_retired_enables_the_key_before_it_is_read() -> None:
    assert _kids(_run(_Disabled(preview=False))) == ["signing-key-old-id", "signing-key-new-id"]


def test_a_key_that_somebody_else_disabled_stops_the_update_with_what_to_do() -> None:
    recording = _Disabled(preview=False)
    recording.comes_back = False
    with pytest.raises(
        KeyDisabled, match=r"Generation 'old' is not retired, but its key has been disabled.*`pulumi refresh`"
    ):
        _run(recording)


@pytest.mark.parametrize("refusal", ["AccessDeniedException: no kms:GetPublicKey", "KeyDisabledExceptional: no"])
@pytest.mark.parametrize("preview", [True, False])
def test_any_other_error_still_stops(refusal: str, preview: bool) -> None:
    recording = _Disabled(preview=preview)
    recording.refusal, recording.comes_back = refusal, False
    with pytest.raises(RuntimeError, match=refusal):
        _run(recording)


P521_PEM = (
    ec.generate_private_key(ec.SECP521R1())
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


class _OfAnotherSpec(_Update):
    """The key was made for ES512."""

    existing = ("1",)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answer, failures = super().call(args)
        return {**answer, "publicKeyPem": P521_PEM} if "publicKeyPem" in answer else answer, failures


def test_a_key_does_not_change_its_algorithm() -> None:
    with pytest.raises(KeyMismatch, match=r"the key spec is ECC_NIST_P521, and must be ECC_NIST_P256 for ES256"):
        public_jwk(P521_PEM, "arn:aws:kms:eu-west-1:123456789012:key/1", "ES256")
    with pytest.raises(KeyMismatch, match="add a generation with the new one"):
        _run(_OfAnotherSpec(preview=True), {"algorithm": "ES256"})
