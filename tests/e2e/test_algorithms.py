"""Every algorithm of SigningKeys from end to end: the key deployed, its tokens signed by KMS, judged by the API."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from components.kms.algorithms import ALGORITHMS
from components.kms.generations import rfc3339
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from issuer import KmsSigner
from testkit.api import Api, good_claims

from .conftest import PROGRAM

LATER = rfc3339(datetime.now(UTC) + timedelta(hours=2))
SOURCES = ("pinned", "kms")


class Stack(NamedTuple):
    """One key for each algorithm, which sign side by side, and an API for each source of keys."""

    outputs: dict[str, Any]
    key_arns: Mapping[str, str]
    kms: Any


@pytest.fixture(scope="module")
def stack(ministack: MiniStack) -> Iterator[Stack]:
    *older, last = ALGORITHMS
    generations = [{"name": alg, "algorithm": alg, "retire_after": LATER} for alg in older]
    api = {
        "issuer": good_claims()["iss"],
        "audience": [good_claims()["aud"]],
        "cache_ttl": 0,
        "function": {"architecture": "host", "timeout": 9},
        "routes": {"GET /orders": {"scopes": ["orders:read"]}},
    }
    config = {
        "aws:region": "eu-west-1",
        "signing_keys": {"generations": [*generations, {"name": last, "algorithm": last}], "active": last},
        "whoami": True,
        "apis": {source: {**api, "keys": {"source": source}} for source in SOURCES},
    }
    project = load_stack(PROGRAM, "local").project
    deployment = Deployment(ministack, PROGRAM, project, "algorithms", config)
    outputs = deployment.up()
    keys = {item.name.removeprefix("signing-key-"): item for item in deployment.resources.values()}
    yield Stack(outputs, {alg: keys[alg].outputs["arn"] for alg in ALGORITHMS}, deployment.aws.client("kms"))
    deployment.destroy()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_token_of_this_algorithm_is_accepted_and_a_changed_one_is_not(stack: Stack, alg: str, source: str) -> None:
    signer, api = KmsSigner(stack.key_arns[alg], stack.kms, alg=alg), Api(stack.outputs, source, stack.kms)
    token = signer.sign(good_claims())
    signed, _, _ = token.rpartition(".")
    _, _, signature_of_other = signer.sign({**good_claims(), "sub": "mallory"}).rpartition(".")

    accepted = api.call("GET", "/orders", f"Bearer {token}")
    refused = api.call("GET", "/orders", f"Bearer {signed}.{signature_of_other}")

    assert (accepted.status, accepted.json()["authorizer"]["sub"]) == (200, "alice")
    assert refused.status == 403
