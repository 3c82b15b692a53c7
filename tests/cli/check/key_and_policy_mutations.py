"""Promises of keys and policies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .mutation import mutation
from .stack import Stack


@mutation("the stack publishes another key under our kid", "keys in the stack's output jwks")
def other_jwks(stack: Stack) -> Iterator[None]:
    (ours,) = json.loads(stack.outputs["jwks"])["keys"]
    with stack.promising({"jwks": {"keys": [{**ours, "x": ours["y"], "y": ours["x"]}]}}):
        yield


@mutation("a disabled key is published", "keys in the stack's output jwks", "what the authorizer trusts")
def disabled_key(stack: Stack) -> Iterator[None]:
    kms = stack.aws.kms
    policy = kms.get_key_policy(KeyId=stack.outputs["key_arn"])["Policy"]
    key_id = kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY", Policy=policy)["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key_id)
    (ours,) = json.loads(stack.outputs["jwks"])["keys"]
    with stack.promising({"jwks": {"keys": [ours, {**ours, "kid": key_id}]}}):
        yield
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)


@mutation("the API publishes something else", "keys at /.well-known/jwks.json")
def other_keys(stack: Stack) -> Iterator[None]:
    with _other_target(stack, "GET /.well-known/jwks.json"):
        yield


@mutation("the well-known route leads to a protected backend", "/.well-known/openid-configuration")
def other_document(stack: Stack) -> Iterator[None]:
    with _other_target(stack, "GET /.well-known/openid-configuration"):
        yield


@contextmanager
def _other_target(stack: Stack, key: str) -> Iterator[None]:
    gateway, route = stack.aws.apigatewayv2, stack.route(key)
    ids = {**stack.ids, "RouteId": route["RouteId"]}
    gateway.update_route(**ids, Target=stack.route("GET /orders")["Target"])
    yield
    gateway.update_route(**ids, Target=route["Target"])


@mutation("every API may invoke the authorizer", "who may invoke the function")
def permission(stack: Stack) -> Iterator[None]:
    client: Any = stack.aws.lambda_
    ids = {"FunctionName": stack.function, "StatementId": "wide", "Qualifier": stack.alias["Name"]}
    client.add_permission(**ids, Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    yield
    client.remove_permission(**ids)


@mutation("the role may read every secret", "the authorizer's role")
def role(stack: Stack) -> Iterator[None]:
    ids = {"RoleName": stack.role, "PolicyName": "wide"}
    secrets = stack.aws.arn("secretsmanager", "secret:*")
    stack.aws.iam.put_role_policy(**ids, PolicyDocument=_policy("secretsmanager:GetSecretValue", secrets))
    yield
    stack.aws.iam.delete_role_policy(**ids)


@mutation("the role has a managed policy", "the authorizer's role")
def managed_policy(stack: Stack) -> Iterator[None]:
    arn = stack.aws.iam.create_policy(PolicyName="wide", PolicyDocument=_policy("s3:GetObject", "arn:aws:s3:::b/*"))
    ids = {"RoleName": stack.role, "PolicyArn": arn["Policy"]["Arn"]}
    stack.aws.iam.attach_role_policy(**ids)
    yield
    stack.aws.iam.detach_role_policy(**ids)
    stack.aws.iam.delete_policy(PolicyArn=ids["PolicyArn"])


@mutation("another account may change the key's policy", "key policies")
def key_policy(stack: Stack) -> Iterator[None]:
    kms, ids = stack.aws.kms, {"KeyId": stack.outputs["key_arn"], "PolicyName": "default"}
    before = kms.get_key_policy(**ids)["Policy"]
    policy = json.loads(before)
    other = {"AWS": "arn:aws:iam::999999999999:root"}
    policy["Statement"].append({"Effect": "Allow", "Principal": other, "Action": "kms:PutKeyPolicy", "Resource": "*"})
    kms.put_key_policy(**ids, Policy=json.dumps(policy))
    yield
    kms.put_key_policy(**ids, Policy=before)


@mutation("another account has a grant to sign", "key policies")
def grant(stack: Stack) -> Iterator[None]:
    kms, ids = stack.aws.kms, {"KeyId": stack.outputs["key_arn"]}
    made = kms.create_grant(**ids, GranteePrincipal="arn:aws:iam::999999999999:root", Operations=["Sign"])["GrantId"]
    yield
    kms.revoke_grant(**ids, GrantId=made)


def _policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


KEY_AND_POLICY_MUTATIONS = (
    other_jwks, disabled_key, other_keys, other_document, permission, role, managed_policy, key_policy, grant,
)  # fmt: skip
