"""A token service on an API that is there already, with keys that only its role may use."""

from typing import Any

import pytest

from emulator.web import Answer, fetch
from examples.demo.token_client import TokenClient
from testkit.api import bearer

from ..emulator.bench import Bench
from ..emulator.calls import recorded

PROGRAM = """
from components import AuthorizedHttpApi, SigningKeys, TokenService, TokenServiceRole
settings = pulumi.Config().require_object("settings")
role = TokenServiceRole("issuing")
keys = SigningKeys("signing", signers=[role.role_arn], algorithm="ES256")
function = {"architecture": "host", "timeout": 9}
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
backend = aws.lambda_.Function(
    "backend", role=aws.iam.Role("backend", assume_role_policy=json.dumps(trust)).arn, runtime="python3.13",
    handler="app.handler", timeout=9,
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): return 'orders'")}))
api = AuthorizedHttpApi(
    "orders", issuer="https://auth.example.com", audience=["orders"], keys={"jwks": [keys.jwks]}, function=function,
    routes={"GET /orders": {"scopes": ["orders:read"], "integration": {"lambda_arn": backend.arn}}})
tokens = TokenService(
    "tokens", issuer="https://auth.example.com", clients=settings["clients"],
    keys={"active_key_arn": keys.active_key_arn, "key_arns": keys.key_arns, "jwks": keys.jwks},
    role={"arn": role.role_arn, "name": role.role_name},
    api={"api_id": api.api_id, "execution_arn": api.execution_arn, "endpoint": api.api_endpoint},
    function={"architecture": "host", "timeout": 29})
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("token_endpoint", tokens.token_endpoint)
pulumi.export("key", keys.active_key_arn)
"""
BILLING, NEW = TokenClient("billing", "not-a-secret-at-all"), TokenClient("new", "not-a-secret-either")
HASHES = {
    "billing": "c9b03f99b078afedaf731b7313e301c532a64ea408baecfbdaa71b3b2a205e27",
    "new": "654b114b49b1a74f6e68f2412b6f8b6ed9bebe41e2843c16a1f60338a2cb66c0",
}


def _settings(*clients: str) -> dict[str, Any]:
    one = {"scopes": ["orders:read"], "audiences": ["orders"]}
    return {"clients": {name: {**one, "secret_hashes": [HASHES[name]]} for name in clients}}


def _orders(outputs: dict[str, Any], token: str) -> Answer:
    return fetch(f"{outputs['endpoint']}/orders", bearer(token))


def test_on_an_existing_api_with_one_client_more_and_nobody_else_signs(bench: Bench) -> None:
    outputs = bench.up(PROGRAM, settings=_settings("billing"))

    assert outputs["token_endpoint"] == f"{outputs['endpoint']}/token"
    assert _orders(outputs, BILLING.token(outputs["token_endpoint"])).body == b"orders"
    assert NEW.request(outputs["token_endpoint"]).status == 401
    metadata = fetch(f"{outputs['endpoint']}/.well-known/oauth-authorization-server").json()
    assert metadata["token_endpoint"] == outputs["token_endpoint"]

    with recorded() as changed:
        outputs = bench.up(PROGRAM, settings=_settings("billing", "new"))

    assert _orders(outputs, NEW.token(outputs["token_endpoint"])).status == 200
    assert changed == ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]  # in one step, from version to version
    kms = bench.deployment.aws.kms
    with pytest.raises(kms.exceptions.ClientError, match="AccessDenied"):
        kms.sign(KeyId=outputs["key"], Message=b"x", MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")
