"""Keys in one account and an API in another: two emulators, which know nothing of each other."""

import json

from emulator.web import fetch
from issuer import KmsSigner
from testkit.api import bearer, good_claims

from .backend import Backend
from .consumer import Consumer


def test_an_api_needs_nothing_of_the_account_with_the_keys(consumer: Consumer, backend: Backend) -> None:
    folder = consumer.copy("several_accounts")
    with consumer.deployed(folder / "keys") as keys:
        kms = keys.client("kms")
        claims = {**good_claims(), "iss": "https://auth.example.com"}
        token = KmsSigner(keys.outputs["key_alias_arn"], kms).sign(claims)
        (key_arn,) = keys.outputs["key_arns"].values()
        policy = json.loads(kms.get_key_policy(KeyId=key_arn)["Policy"])

    (sign,) = (statement for statement in policy["Statement"] if "kms:Sign" in statement["Action"])
    assert sorted(sign["Principal"]["AWS"]) == [
        "arn:aws:iam::000000000000:root",
        "arn:aws:iam::444455556666:role/token-issuer",
    ]
    outputs = {"organization/signing-keys/local": keys.outputs}  # the account itself is gone
    with consumer.deployed(folder / "api", stack_outputs=outputs, backend=backend.url) as api:
        orders = api.outputs["endpoint"] + "/orders"
        assert fetch(orders).status == 401
        assert fetch(orders, bearer(token)).json()["path"] == "/orders"
        roles = api.client("iam").list_roles()["Roles"]
        policies = [
            api.client("iam").get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
            for role in roles
            for name in api.client("iam").list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        ]
        assert policies
        assert "kms:" not in json.dumps(policies)
