"""The demo's rotation: three edits of the stack's list of keys, and which tokens are accepted after each."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

from emulator.deployment import Deployment
from emulator.web import fetch


class Step(NamedTuple):
    """One edit, and the expected responses of the API afterwards."""

    edit: str
    signing_keys: Mapping[str, Any]
    old: HTTPStatus
    """For tokens issued before the first edit."""
    new: HTTPStatus
    """For tokens issued now."""


def rotate(deployment: Deployment, issued: Callable[[], str], say: Callable[[str], None]) -> int:
    """Rotate the keys of the stack, which is deployed with generation "1", to generation "2". Returns the number of unexpected
    responses.

    ``issued`` returns a new token of the token service. The steps are those of ``docs/rotation.md``.
    """
    keys = deployment.config[f"{deployment.project}:signing_keys"]
    steps = _steps(datetime.now(UTC))
    # One for each step: for a token that was used before, API Gateway may use a cached response.
    old_tokens = [issued() for _ in steps]
    say("Rotating the key. Each step is an edit of signing_keys in the stack's configuration and an update:")
    say(f"        {'edit':<56}  {'old token':<13}  new token")
    wrong = 0
    for index, step in enumerate(steps):
        deployment.config = {
            **deployment.config,
            f"{deployment.project}:signing_keys": {**keys, **step.signing_keys},
        }
        endpoint = deployment.up()["apis"]["orders"]["endpoint"]
        came = [HTTPStatus(_call(endpoint, token)) for token in (old_tokens[index], issued())]
        right = came == [step.old, step.new]
        wrong += not right
        old, new = (f"{status.value} {status.phrase}" for status in came)
        say(f"  {'ok  ' if right else 'FAIL'}  {step.edit:<56}  {old:<13}  {new}")
    return wrong


def _steps(now: datetime) -> list[Step]:
    first, second = {"name": "1"}, {"name": "2"}
    # In an hour, when the last token of the old key has expired. The last step does not wait for it, to show that its tokens
    # are denied because their key is retired, not because they have expired.
    retiring = {**first, "retire_after": (now + timedelta(hours=1, minutes=5)).isoformat()}
    retired = {**first, "retire_after": now.isoformat(), "retired": True}
    return [
        Step("add 2: published, and known to all verifiers", {"generations": [first, second], "active": "1"}, _OK, _OK),
        Step(
            "activate 2: the alias moves, 1 has a retire_after",
            {"generations": [retiring, second], "active": "2"},
            _OK,
            _OK,
        ),
        Step("retire 1: disabled, published no longer", {"generations": [retired, second], "active": "2"}, _NO, _OK),
    ]


_OK, _NO = HTTPStatus.OK, HTTPStatus.FORBIDDEN


def _call(endpoint: str, token: str) -> int:
    return fetch(f"{endpoint}/whoami", {"Authorization": f"Bearer {token}"}).status
