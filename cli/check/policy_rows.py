"""The policies around the authorizer and the keys: whether one is wider than kms-jwt writes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from .account import Account, NotFound, read
from .deployed import Deployed
from .policy import allowing, key_faults, permission_faults, role_faults
from .row import Finding, Row, judged


def policy_rows(deployed: Deployed, key_ids: Iterable[str], account: Account) -> Iterator[Row]:
    """``key_ids`` are those of the signing key and of all published ones."""
    yield judged("who may invoke the function", "its authorizer alone", lambda: _permission(deployed, account))
    yield judged("the authorizer's role", "for its own log alone", lambda: _role(deployed, account))
    yield judged("key policies", "as SigningKeys writes them", lambda: _keys(key_ids, account))


def _permission(deployed: Deployed, account: Account) -> Finding:
    """Of the alias or version that is invoked, and of the function itself, whose permissions are others."""
    arn = deployed.function_arn
    _, partition, _, region, owner, *_ = arn.split(":")
    source = f"arn:{partition}:execute-api:{region}:{owner}:{deployed.api_id}/authorizers/{deployed.authorizer['AuthorizerId']}"
    faults: list[str] = []
    found = False
    for name in dict.fromkeys((arn, ":".join(arn.split(":")[:7]))):
        try:
            policy = read("lambda:GetPolicy", account.lambda_.get_policy, FunctionName=name)["Policy"]
        except NotFound:
            continue
        for statement in allowing(policy):
            faults += permission_faults(statement, source)
            found = True
    if not found:
        return Finding(False, "nobody: API Gateway answers 500")
    return _finding(faults, "its authorizer alone")


def _role(deployed: Deployed, account: Account) -> Finding:
    iam = account.iam
    try:
        function = read(
            "lambda:GetFunctionConfiguration",
            account.lambda_.get_function_configuration,
            FunctionName=deployed.function_arn,
        )
        name = str(function["Role"]).rpartition("/")[2]
        role = read("iam:GetRole", iam.get_role, RoleName=name)["Role"]
    except NotFound as missing:
        return Finding(False, f"there is none: {missing}")
    attached = read("iam:ListAttachedRolePolicies", iam.list_attached_role_policies, RoleName=name)["AttachedPolicies"]
    faults = [f"has the managed policy {policy['PolicyName']}" for policy in attached]
    for statement in allowing(_document(role["AssumeRolePolicyDocument"])):
        if statement.principals != ["Service: lambda.amazonaws.com"]:
            faults.append(f"may be assumed by {', '.join(statement.principals) or 'everybody'}")
    actions: list[str] = []
    for policy in read("iam:ListRolePolicies", iam.list_role_policies, RoleName=name)["PolicyNames"]:
        document = read("iam:GetRolePolicy", iam.get_role_policy, RoleName=name, PolicyName=policy)["PolicyDocument"]
        for statement in allowing(_document(document)):
            faults += role_faults(statement)
            actions += statement.actions
    return _finding(faults, ", ".join(sorted(set(actions))) or "nothing")


def _keys(key_ids: Iterable[str], account: Account) -> Finding:
    faults: list[str] = []
    distinct = list(dict.fromkeys(key_ids))
    for key_id in distinct:
        try:
            policy = read("kms:GetKeyPolicy", account.kms.get_key_policy, KeyId=key_id, PolicyName="default")["Policy"]
        except NotFound:
            continue  # the row of the published keys says so
        for statement in allowing(policy):
            faults += [f"{key_id} {fault}" for fault in key_faults(statement)]
    return _finding(faults, f"of {len(distinct)} key{'s' if len(distinct) > 1 else ''}")


def _document(value: str | Mapping[str, Any]) -> str | Mapping[str, Any]:
    """boto3 decodes IAM's documents; what it leaves is percent-encoded (RFC 3986)."""
    return unquote(value) if isinstance(value, str) else value


def _finding(faults: list[str], kept: str) -> Finding:
    return Finding(not faults, "; ".join(dict.fromkeys(faults)) or kept)
