"""A rotation that nobody notices: the stack goes through the steps of ``docs/rotation.md`` while its clients keep calling."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from components.kms.generations import rfc3339
from components.kms.jwk import KeyMismatch
from emulator.deployment import Deployment
from emulator.errors import ResourceError
from issuer import KmsSigner
from testkit.api import Api, good_claims

from .traffic import Token, Traffic

REQUESTS = 2500
"""In each of the four steps: while the stack changes, and afterwards, when there are half as many at least."""

CLIENTS = 8

LATER = rfc3339(datetime.now(UTC) + timedelta(hours=2))


def _configured(stack: Deployment, signing_keys: Mapping[str, Any], source: str = "pinned") -> Mapping[str, Any]:
    """The stack's configuration with these keys, and without API Gateway's cache, so that each request is decided anew."""
    apis = stack.config["kms-jwt:apis"]
    orders = {**apis["orders"], "cache_ttl": 0, "keys": {"source": source}}
    return {**stack.config, "kms-jwt:signing_keys": signing_keys, "kms-jwt:apis": {"orders": orders}}


OLD, NEW = {"name": "old"}, {"name": "new"}
FIRST = {"generations": [OLD]}
PUBLISHED = {"generations": [OLD, NEW], "active": "old"}
ACTIVATED = {"generations": [{**OLD, "retire_after": LATER}, NEW], "active": "new"}
RETIRED = {"generations": [{**OLD, "retire_after": LATER, "retired": True}, NEW], "active": "new"}
DROPPED = {"generations": [NEW]}


def _kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_a_rotation_while_clients_keep_calling(stack: Deployment, capsys: pytest.CaptureFixture[str]) -> None:
    stack.config = _configured(stack, FIRST)
    outputs = stack.up()
    kms = stack.aws.client("kms")
    api = Api(outputs, "orders", kms)
    old_kid = outputs["key_arn"].rpartition("/")[2]
    prompt = KmsSigner(outputs["key_alias"], kms, refresh_seconds=0)  # notices at once that the alias has moved
    tokens = deque([api.token() for _ in range(20)], maxlen=20)
    old_tokens = list(tokens)

    def token(number: int) -> Token:
        """By turns one of the oldest tokens and one of the newest."""
        text = old_tokens[number % 20] if number % 2 else tokens[number % 20]
        return Token("old" if _kid(text) == old_kid else "new", text)

    def mint() -> None:
        for _ in range(20):
            tokens.append(prompt.sign(good_claims()))
            api.token()  # a signer that has not noticed yet must still be able to sign

    traffic = Traffic(api.endpoint, "/orders", CLIENTS, token)
    with traffic.running("before"):
        traffic.await_answers(1)
        for phase, keys in (("published", PUBLISHED), ("activated", ACTIVATED), ("overlap", ACTIVATED)):
            traffic.phase = f"{phase}: update"
            stack.config = _configured(stack, keys)
            stack.up()
            mint()
            traffic.phase = phase
            traffic.await_answers(_missing(traffic))
        traffic.phase = "retired: update"
        stack.config = _configured(stack, RETIRED)
        stack.up()
        traffic.phase = "retired"
        traffic.await_answers(_missing(traffic))

    with capsys.disabled():
        print(_table(traffic))
    assert not traffic.faults
    assert sum(traffic.answers.values()) >= 4 * REQUESTS
    for answer in traffic.answers:
        if answer.signed_by == "new" or not answer.ended.startswith("retired"):
            assert answer.status == 200, answer
        elif answer.began == "retired":
            assert answer.status == 403, answer
        else:  # sent before the update that retires the key was through
            assert answer.status in (200, 403), answer
    both = {(answer.ended, answer.signed_by) for answer in traffic.answers if answer.began == answer.ended}
    assert both >= {(phase, key) for phase in ("activated", "overlap", "retired") for key in ("old", "new")}
    assert _kid(api.token()) != old_kid  # the slow signer was refused the retired key, and has gone over to the new one


def _missing(traffic: Traffic) -> int:
    """How many requests the phase needs after those of its update."""
    return max(REQUESTS // 2, REQUESTS - traffic.count(f"{traffic.phase}: update"))


def _table(traffic: Traffic) -> str:
    rows: Counter[tuple[str, str, int]] = Counter()
    for answer, number in traffic.answers.items():
        rows[answer.ended, answer.signed_by, answer.status] += number
    lines = [f"  {phase:<18} {key:<4} {status}  {number:>6}" for (phase, key, status), number in rows.items()]
    return "\n".join([f"\nRotation: {sum(rows.values())} requests", "  phase              key  status  count", *lines])


@pytest.mark.parametrize("source", ["pinned", "kms"])
def test_the_emergency_cuts_off_a_key_that_is_still_signing(stack: Deployment, source: str) -> None:
    """Without a spare key: the new one is made, activated and trusted in the update that retires the stolen one."""
    stack.config = _configured(stack, FIRST, source)
    before = Api(stack.up(), "orders", stack.aws.client("kms"))
    stolen = before.token()
    assert before.call("GET", "/orders", stolen).status == 200

    stack.config = _configured(stack, {"generations": [{**OLD, "retired": True}, NEW], "active": "new"}, source)
    after = Api(stack.up(), "orders", stack.aws.client("kms"))

    assert after.call("GET", "/orders", stolen).status == 403
    assert after.call("GET", "/orders", after.token()).status == 200
    assert after.call("GET", "/orders", before.token()).status == 200
    assert stack.aws.kms.describe_key(KeyId=_kid(stolen))["KeyMetadata"]["KeyState"] == "Disabled"


def test_no_step_replaces_a_key_and_the_alias_moves_in_place(stack: Deployment) -> None:
    done = []
    for keys in (FIRST, PUBLISHED, ACTIVATED, RETIRED, DROPPED):
        stack.config = _configured(stack, keys)
        stack.up()
        done.append(
            [(action, name) for action, urn in stack.changes if "signing-" in (name := urn.rpartition("::")[2])]
        )

    first, published, activated, retired, dropped = done
    assert published == [("create", "signing-key-new")]
    assert sorted(activated) == [
        ("update", "signing-alias"),
        ("update", "signing-key-new"),
        ("update", "signing-key-old"),
    ]
    assert activated.index(("update", "signing-key-new")) < activated.index(("update", "signing-alias"))
    assert retired == [("update", "signing-key-old")]
    assert dropped == [("delete", "signing-key-old")]
    assert not [action for action, _ in first if action == "replace"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"algorithm": "ES256"}, "the key spec is ECC_NIST_P521, and must be ECC_NIST_P256 for ES256"),
        ({"multi_region": True}, "write multi_region: false for generation 'new'"),
    ],
)
def test_a_key_that_exists_is_never_replaced(stack: Deployment, change: dict[str, Any], message: str) -> None:
    stack.config = _configured(stack, DROPPED)
    kid = stack.up()["key_arn"].rpartition("/")[2]
    stack.config = _configured(stack, {**DROPPED, **change})

    with pytest.raises(KeyMismatch, match=message):
        stack.up()
    assert stack.aws.kms.describe_key(KeyId=kid)["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_protected_key_leaves_the_list_only_after_it_was_retired(stack: Deployment) -> None:
    stack.config = _configured(stack, {**PUBLISHED, "protect": True})
    stack.up()
    stack.config = _configured(stack, {**DROPPED, "protect": True})
    with pytest.raises(ResourceError, match="signing-key-old: it is protected"):
        stack.up()

    for keys in (RETIRED, DROPPED):
        stack.config = _configured(stack, {**keys, "protect": True})
        stack.up()
    assert ("delete", "signing-key-old") in [(action, urn.rpartition("::")[2]) for action, urn in stack.changes]
    stack.config = _configured(stack, DROPPED)
    stack.up()


def test_replicas_in_another_region_sign_under_the_same_kid(stack: Deployment) -> None:
    keys = {"generations": [{"name": "global"}], "multi_region": True, "replica_regions": ["eu-central-1"]}
    stack.config = _configured(stack, keys)
    api = Api(stack.up(), "orders", stack.aws.client("kms"))
    elsewhere = KmsSigner(api.outputs["key_alias"], stack.ministack.region("eu-central-1").kms)

    token = elsewhere.sign(good_claims())
    assert _kid(token) == _kid(api.token())
    assert ":eu-central-1:" in elsewhere.signing_key().arn
    assert api.call("GET", "/orders", token).status == 200
