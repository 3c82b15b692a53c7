"""The policies around the authorizer and the keys: whether one is wider than kms-jwt writes it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ..packages.authorizer import DENYLIST_OBJECT_KEY
from ..packages.issuer import ALGORITHMS, IssuerError, SigningKey, resolve_signing_key
from .account import Account, NotFound, read
from .deployed import Read
from .function import AuthorizerFunction
from .function_policies import OwnResources, permission_faults, role_faults
from .key_policy import PolicyKey, grant_faults, key_faults
from .policy import allowing
from .promises import Promises
from .row import Broken, Finding, Row, judged, of_faults


def policy_rows(
    deployed: Read, function: AuthorizerFunction, promises: Promises, signing: SigningKey, account: Account
) -> Iterator[Row]:
    """``signing`` is the key that signs."""
    yield judged(
        "who may invoke the function", "its authorizer alone", lambda: _permission(deployed, function, account)
    )
    published = [signing.kid, *(str(key.get("kid")) for key in promises.jwks or [])]
    own = "writes its own log, nothing else"
    yield judged("the authorizer's role", own, lambda: _role(function, published, promises, account))
    yield judged("key policies", "as SigningKeys writes them", lambda: _keys(promises, signing, account))


def _permission(deployed: Read, function: AuthorizerFunction, account: Account) -> Finding:
    """Of the alias or version that is invoked, and of the function itself, whose permissions are others."""
    arn, read_now = function.arn, deployed()
    _, partition, _, region, owner, *_ = arn.split(":")
    authorizer_id = read_now.authorizer["AuthorizerId"]
    source = f"arn:{partition}:execute-api:{region}:{owner}:{read_now.api['ApiId']}/authorizers/{authorizer_id}"
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
        return Finding(False, "nobody: every request with a token is a 500")
    return of_faults(faults, "its authorizer alone")


def _role(function: AuthorizerFunction, key_ids: Iterable[str], promises: Promises, account: Account) -> Finding:
    iam = account.iam
    _, partition, _, region, owner, *_ = function.arn.split(":")
    log_group = f"arn:{partition}:logs:{region}:{owner}:log-group:{function.log_group}"
    config = function.known_config()
    denylist = f"{config.denylist.bucket}/{DENYLIST_OBJECT_KEY}" if config and config.denylist else ""
    own = OwnResources(log_group, frozenset(key_ids), promises.role_actions, denylist)
    name = str(function.settings["Role"]).rpartition("/")[2]
    try:
        role = read("iam:GetRole", iam.get_role, RoleName=name)["Role"]
    except NotFound as missing:
        raise Broken(f"there is none: {missing}") from None
    attached = read("iam:ListAttachedRolePolicies", iam.list_attached_role_policies, RoleName=name)["AttachedPolicies"]
    faults = [f"has the managed policy {policy['PolicyName']}" for policy in attached]
    for statement in allowing(_document(role["AssumeRolePolicyDocument"])):
        if statement.principals != ["Service: lambda.amazonaws.com"]:
            faults.append(f"may be assumed by {statement.who}")
    actions: list[str] = []
    for policy in read("iam:ListRolePolicies", iam.list_role_policies, RoleName=name)["PolicyNames"]:
        document = read("iam:GetRolePolicy", iam.get_role_policy, RoleName=name, PolicyName=policy)["PolicyDocument"]
        for statement in allowing(_document(document)):
            faults += role_faults(statement, own)
            actions += statement.actions
    return of_faults(faults, ", ".join(sorted(set(actions))) or "nothing")


def _keys(promises: Promises, signing: SigningKey, account: Account) -> Finding:
    faults: list[str] = []
    keys = _policy_keys(promises, signing, account)
    for key in keys:
        ids = {"KeyId": key.key_id}
        policy = read("kms:GetKeyPolicy", account.kms.get_key_policy, **ids, PolicyName="default")["Policy"]
        grants = read("kms:ListGrants", account.kms.list_grants, **ids, Limit=100)["Grants"]
        found = [fault for statement in allowing(policy) for fault in key_faults(statement, key)]
        faults += [f"{key.key_id} {fault}" for fault in (*found, *grant_faults(grants))]
    return of_faults(faults, f"of {len(keys)} key{'s' if len(keys) > 1 else ''}, without grants")


def _policy_keys(promises: Promises, signing: SigningKey, account: Account) -> list[PolicyKey]:
    """The signing key and the published ones. Of those that KMS does not know or enable, another row says so."""
    keys = {signing.kid: signing}
    for published in promises.jwks or []:
        kid, alg = str(published.get("kid")), published.get("alg")
        try:
            keys.setdefault(kid, resolve_signing_key(account.kms, kid, alg if isinstance(alg, str) else None))
        except IssuerError:
            continue
    return [
        PolicyKey(
            kid,
            key.arn.split(":")[4],
            ALGORITHMS[key.alg].kms_name,
            active=kid == signing.kid,
            users=promises.key_users,
        )
        for kid, key in keys.items()
    ]


def _document(value: str | Mapping[str, Any]) -> str | Mapping[str, Any]:
    """boto3 decodes IAM's documents; what it leaves is percent-encoded (RFC 3986)."""
    return unquote(value) if isinstance(value, str) else value
