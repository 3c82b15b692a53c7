"""Wildcards in policies: whatever is allowed by more than its name."""

from collections.abc import Iterator

from .authorizers import listed, shown
from .finding import Finding, finding
from .policies import KEY, KEY_POLICY, ROLE, Kind, Policy, Statement, policies
from .resource import Resource
from .stack import Stack

_ATTACHMENTS = tuple(
    f"aws:iam/{kind}PolicyAttachment:{kind.title()}PolicyAttachment" for kind in ("group", "role", "user")
)

_WITHOUT_RESOURCES = frozenset(
    {
        *(f"ec2:{action}NetworkInterface" for action in ("Create", "Delete")),
        *(f"ec2:Describe{what}" for what in ("NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")),
        *(f"ec2:{action}PrivateIpAddresses" for action in ("Assign", "Unassign")),
        *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    }
)
"""Actions that AWS documents with "*" only: for functions in a VPC, and for traces.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions"""


def policy_findings(stack: Stack) -> Iterator[Finding]:
    """Every wildcard in a policy of the stack."""
    signing = _signing(stack)
    for policy in policies(stack):
        if policy.unread:
            text = f"{policy.resource.name}: its policy is not audited: it is {policy.unread}"
            yield finding("unread-policy", policy.resource, text, noted=True)
        for statement in policy.statements:
            yield from _statement(policy, statement, signing)
    yield from _without_policy(stack, signing)
    yield from _managed(stack)


def _signing(stack: Stack) -> set[str]:
    """The URNs of the keys that sign, and of their policies."""
    keys = {key.urn for key in stack.of(KEY) if key.value("keyUsage") == "SIGN_VERIFY"}
    return keys | {
        attached.urn
        for attached in stack.of(KEY_POLICY)
        if (key := stack.referred(attached, "keyId", KEY)) and key.urn in keys
    }


def _without_policy(stack: Stack, signing: set[str]) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    elsewhere = {key.urn for item in stack.of(KEY_POLICY) if (key := stack.referred(item, "keyId", KEY))}
    for key in stack.of(KEY):
        if key.urn in signing - elsewhere and key.value("policy") is None:
            text = (
                f"{key.name}: KMS's default policy allows kms:* to whomever the account's IAM policies allow: write one"
            )
            yield finding("policy-action", key, text)


def _statement(policy: Policy, statement: Statement, signing: set[str]) -> Iterator[Finding]:
    resource = policy.resource
    for name in statement.negated:
        yield finding(
            f"policy-{name[3:].lower()}", resource, f"{resource.name}: {name} allows all others: list what is allowed"
        )
    for action in statement.actions:
        if "*" in action or "?" in action:
            whole = action == "*" or action.endswith(":*")
            # Of other keys KMS's own default policy has kms:*; of those that sign it would mean that all may sign.
            harmless = (
                policy.kind is Kind.RESOURCE and resource.type in (KEY, KEY_POLICY) and resource.urn not in signing
            )
            text = f"{resource.name}: the action {action} is a wildcard: list the actions"
            yield finding("policy-action", resource, text, noted=harmless or not whole)
    if policy.kind is Kind.IDENTITY:
        yield from _resources(resource, statement)
    elif "*" in statement.principals:
        condition = f" under a condition on {', '.join(statement.conditions)}" if statement.conditions else ""
        text = (
            f"{resource.name}: any principal{condition} is allowed {', '.join(statement.actions)}: list the principals"
        )
        yield finding("policy-principal", resource, text, noted=bool(statement.conditions))


def _resources(resource: Resource, statement: Statement) -> Iterator[Finding]:
    for arn in statement.resources:
        named = arn.split(":", 5)[-1]
        # The ARN of a log group ends with ":*", for its streams.
        if "*" not in (arn.removesuffix(":*") if named.startswith("log-group:") else arn):
            continue
        only_without = set(statement.actions) <= _WITHOUT_RESOURCES
        actions = ", ".join(statement.actions)
        if arn == "*" and only_without:
            text = f"{resource.name}: {actions} on *, as AWS documents no narrower resource"
        else:
            text = f"{resource.name}: {actions} on {arn} is a wildcard: name the resources"
        yield finding("policy-resource", resource, text, noted=only_without or not named.startswith("*"))


def _managed(stack: Stack) -> Iterator[Finding]:
    """AWS's own policies, whose content is not in the stack, and contains wildcards."""
    attached = [(role, arn) for role in stack.of(ROLE) for arn in listed(role.value("managedPolicyArns"))]
    attached += [(item, item.value("policyArn")) for type_ in _ATTACHMENTS for item in stack.of(type_)]
    for resource, arn in attached:
        name = shown(arn).rpartition("/")[2]
        if ":iam::aws:policy/" in shown(arn):
            wide = name.endswith("FullAccess") or name in ("AdministratorAccess", "PowerUserAccess")
            text = f"{resource.name}: AWS's policy {name} contains wildcards: write a policy with what is needed"
            yield finding("policy-managed", resource, text, noted=not wide)
