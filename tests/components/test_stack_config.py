"""The configuration of a stack: what one part of it makes of another."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from components import InvalidArgs
from components.stack_config import read_stack_config
from components.testing import ACCOUNT, Recording

ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/deployer"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
NAMED = {"administrators": [ADMINISTRATOR], "readers": [READER]}


@pytest.fixture(autouse=True)
def _stack() -> Iterator[None]:
    pulumi.runtime.set_mocks(Recording(preview=False), project="shop", stack="test")
    yield
    pulumi.runtime.set_all_config({})


def _read(signing_keys: dict[str, Any], **api: Any) -> None:
    apis = {"orders": {"issuer": "https://auth.example.com", "audience": ["orders"], "routes": {"GET /": {}}, **api}}
    values = {"signing_keys": signing_keys, "apis": apis, "whoami": True}
    pulumi.runtime.set_all_config({f"shop:{key}": json.dumps(value) for key, value in values.items()})
    read_stack_config()


def test_a_created_role_that_could_never_read_the_keys_is_refused() -> None:
    with pytest.raises(InvalidArgs) as refused:
        _read(NAMED, keys={"source": "kms"})

    (fault,) = refused.value.errors or []
    assert fault["property_path"] == "apis.orders.keys.source"
    assert "signing_keys.administrators and signing_keys.readers let in nobody but those named" in fault["reason"]
    assert "as role.arn, leave signing_keys.readers out, or pin the keys" in fault["reason"]


def test_a_role_that_is_not_among_those_named_is_refused() -> None:
    with pytest.raises(InvalidArgs, match=r"apis\.orders\.role\.arn: '.*role/other' may not read the keys"):
        _read(NAMED, keys={"source": "kms"}, role={"arn": OTHER})


@pytest.mark.parametrize(
    ("signing_keys", "api"),
    [
        (NAMED, {}),
        (NAMED, {"keys": {"source": "kms"}, "role": {"arn": READER}}),
        (NAMED, {"keys": {"source": "kms"}, "role": {"arn": ADMINISTRATOR}}),
        ({**NAMED, "issuers": [OTHER]}, {"keys": {"source": "kms"}, "role": {"arn": OTHER}}),
        ({**NAMED, "readers": [READER, ROOT]}, {"keys": {"source": "kms"}}),
        ({"administrators": [ADMINISTRATOR]}, {"keys": {"source": "kms"}}),
        ({"readers": [READER]}, {"keys": {"source": "kms"}}),
    ],
)
def test_who_may_read_the_keys_is_accepted(signing_keys: dict[str, Any], api: dict[str, Any]) -> None:
    _read(signing_keys, **api)
