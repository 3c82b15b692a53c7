"""Keys in one account and an API in another: two emulators, which know nothing of each other."""

import json
from collections.abc import Iterator

import pytest

from .backend import Backend
from .consumer import EXAMPLES, Consumer, DeployedExample
from .readme import walk

KEYS_STACK = "organization/signing-keys/local"


@pytest.fixture(scope="module")
def keys(consumer: Consumer) -> Iterator[DeployedExample]:
    with consumer.deployed(consumer.copy("several_accounts") / "keys") as deployed:
        yield deployed


@pytest.fixture(scope="module")
def api(consumer: Consumer, keys: DeployedExample, backend: Backend) -> Iterator[DeployedExample]:
    folder = consumer.copy("several_accounts") / "api"
    with consumer.deployed(folder, stack_outputs={KEYS_STACK: keys.outputs}, backend=backend.url) as deployed:
        yield deployed


def test_what_the_readme_calls(keys: DeployedExample, api: DeployedExample, consumer: Consumer) -> None:
    """The tokens are signed in one account, and let in in the other."""
    values = {**keys.outputs, "endpoint": api.outputs["endpoint"]}
    walk(consumer, EXAMPLES / "several_accounts" / "README.md", values)


def test_a_role_of_another_account_may_sign(keys: DeployedExample) -> None:
    (key_arn,) = keys.outputs["key_arns"].values()
    policy = json.loads(keys.client("kms").get_key_policy(KeyId=key_arn)["Policy"])

    (sign,) = (statement for statement in policy["Statement"] if "kms:Sign" in statement["Action"])
    assert sorted(sign["Principal"]["AWS"]) == [
        "arn:aws:iam::000000000000:root",
        "arn:aws:iam::444455556666:role/token-issuer",
    ]


def test_the_account_with_the_api_may_nothing_in_the_other(api: DeployedExample) -> None:
    """And it has no key of its own."""
    iam = api.client("iam")
    policies = [
        iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
        for role in iam.list_roles()["Roles"]
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    ]

    assert policies
    assert "kms:" not in json.dumps(policies)
    assert api.client("kms").list_keys()["Keys"] == []
