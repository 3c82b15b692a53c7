"""The forms of ARNs, each with its service and the kind of resource, and what is often written in their place.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from .redaction import quotable, redacted_repr

_PARTITION = "aws(?:-[a-z]+)*"
_REGION = "[a-z]{2,}(?:-[a-z]+)+-[0-9]+"
_ACCOUNT = "[0-9]{12}"
_FUNCTION_NAME = "[A-Za-z0-9_-]+"
_IAM_NAME = r"[A-Za-z0-9_+=,.@-]+"
_IAM_PATH = r"(?:[!-)+->@-~]+/)?"
"""Printable characters, as IAM allows, except the wildcards ``*`` and ``?``."""


def _regional(service: str, resource: str) -> re.Pattern[str]:
    return re.compile(f"arn:{_PARTITION}:{service}:{_REGION}:{_ACCOUNT}:{resource}")


def _no_hint(found: str) -> str | None:
    return None


@dataclass(frozen=True)
class ArnForm:
    """The kind of resource that an ARN must identify."""

    what: str
    """The kind of resource, with its article."""
    example: str
    pattern: re.Pattern[str]
    hint: Callable[[str], str | None] = _no_hint
    """For values that are often confused with such an ARN: what they are, and what to write."""

    def fault(self, value: object) -> str | None:
        """Why ``value`` is invalid, and what to write instead; ``None`` if it is such an ARN."""
        if isinstance(value, str) and self.pattern.fullmatch(value):
            return None
        found = redacted_repr(value)
        if isinstance(value, str) and quotable(value):
            found = repr(value)
            if hint := self.hint(value):
                return f"must be the ARN of {self.what}, and is {hint}"
        return f"must be the ARN of {self.what}, such as {self.example}, and is {found}"


_INVOKE_ARN = re.compile(r"arn:[^:]+:apigateway:[^:]*:lambda:path/[^/]+/functions/(?P<function>.+)/invocations")
_LATEST = ":$LATEST"


def _lambda_hint(found: str) -> str | None:
    if invoke := _INVOKE_ARN.fullmatch(found):
        return f"an invoke ARN ({found}): write the function ARN, {invoke['function'].removesuffix(_LATEST)}"
    if found.endswith(_LATEST):
        return f"{found!r}, but permissions do not support $LATEST: write {found.removesuffix(_LATEST)}"
    if re.fullmatch(f"{_FUNCTION_NAME}(:{_FUNCTION_NAME})?", found):
        return f"only the name {found!r}: write arn:aws:lambda:REGION:ACCOUNT:function:{found}"
    return None


_KEY_EXAMPLE = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def _key_hint(found: str) -> str | None:
    if re.fullmatch("(arn:.*:)?alias/.*", found):
        return f"the alias {found!r}, which policies do not support: write the key ARN, such as {_KEY_EXAMPLE}"
    if re.fullmatch("(key/)?(mrk-)?[0-9a-f-]{32,36}", found):
        key_id = found.removeprefix("key/")
        return f"only the key ID {found!r}: write the key ARN, arn:aws:kms:REGION:ACCOUNT:key/{key_id}"
    return None


def _iam_hint(found: str) -> str | None:
    if lacking := re.fullmatch(f"(arn:{_PARTITION}:iam::)(?!{_ACCOUNT}:)[^:]*(:(?:role/|user/|root).*)", found):
        return f"{found!r}, without the 12-digit account ID: write {lacking[1]}ACCOUNT{lacking[2]}"
    return None


def _role_hint(found: str) -> str | None:
    if session := re.fullmatch(f"arn:({_PARTITION}):sts::({_ACCOUNT}):assumed-role/([^/]+)/.*", found):
        partition, account, role = session.groups()
        return f"the ARN of a role session ({found}): write the role ARN, arn:{partition}:iam::{account}:role/{role}"
    if re.fullmatch(_IAM_NAME, found):
        return f"only the name {found!r}: write arn:aws:iam::ACCOUNT:role/{found}"
    return _iam_hint(found)


def _principal_hint(found: str) -> str | None:
    if "*" in found or "?" in found:
        return f"{found!r}: a wildcard would allow everybody: write the ARN of each role and user"
    if re.fullmatch(_ACCOUNT, found):
        return (
            f"the account {found}, which means every principal that the account's IAM policies allow: "
            f"write arn:aws:iam::{found}:root if you mean that"
        )
    if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", found):
        return f"the service {found!r}: write the ARN of the role that the service assumes"
    if re.fullmatch(f"arn:{_PARTITION}:iam::{_ACCOUNT}:group/.*", found):
        return f"the group {found!r}, but key policies do not support groups: write the ARNs of its users, or of a role"
    return _iam_hint(found)


_ALL = "[*?:/]+"
"""The part of an ARN after the account, if it names no resource."""


def _resource_hint(found: str) -> str | None:
    if re.fullmatch(f"(arn:([^:]*:){{4}})?{_ALL}", found):
        return (
            f"{found!r}, which means all resources: write the ARNs of those that are needed; for an action that supports only "
            "a wildcard use a role of your own"
        )
    return None


LAMBDA_FUNCTION = ArnForm(
    "a Lambda function, its version or its alias",
    "arn:aws:lambda:eu-west-1:123456789012:function:NAME",
    _regional("lambda", f"function:{_FUNCTION_NAME}(?::{_FUNCTION_NAME})?"),
    _lambda_hint,
)
KMS_KEY = ArnForm("a KMS key", _KEY_EXAMPLE, _regional("kms", "key/[A-Za-z0-9_-]+"), _key_hint)
ROLE = ArnForm(
    "an IAM role",
    "arn:aws:iam::123456789012:role/NAME",
    re.compile(f"arn:{_PARTITION}:iam::{_ACCOUNT}:role/{_IAM_PATH}{_IAM_NAME}"),
    _role_hint,
)
PRINCIPAL = ArnForm(
    "an IAM role or user",
    "arn:aws:iam::123456789012:role/NAME",
    re.compile(
        f"arn:{_PARTITION}:(?:iam::{_ACCOUNT}:(?:root|(?:role|user)/{_IAM_PATH}{_IAM_NAME})"
        f"|sts::{_ACCOUNT}:(?:assumed-role/{_IAM_NAME}|federated-user)/{_IAM_NAME})"
    ),
    _principal_hint,
)
"""As in the element ``AWS`` of the ``Principal`` of a resource-based policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
API = ArnForm(
    "an API for permissions to invoke functions, without stage and route",
    "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5",
    _regional("execute-api", "[A-Za-z0-9_-]+"),
)
CERTIFICATE = ArnForm(
    "an ACM certificate",
    "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    _regional("acm", "certificate/[A-Za-z0-9-]+"),
)
LOG_GROUP = ArnForm(
    "a CloudWatch log group",
    "arn:aws:logs:eu-west-1:123456789012:log-group:NAME",
    _regional("logs", r"log-group:[A-Za-z0-9_/.#-]+(?::\*)?"),  # some AWS APIs return it with :*
)
TOPIC = ArnForm(
    "an SNS topic",
    "arn:aws:sns:eu-west-1:123456789012:NAME",
    _regional("sns", r"[A-Za-z0-9_-]+(?:\.fifo)?"),
)
LISTENER = ArnForm(
    "a listener of an Application or Network Load Balancer, or of a Cloud Map service",
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/NAME/ID/ID",
    re.compile(
        f"arn:{_PARTITION}:(?:"
        f"elasticloadbalancing:{_REGION}:{_ACCOUNT}:listener/(?:app|net)/[A-Za-z0-9-]+/[A-Za-z0-9]+/[A-Za-z0-9]+"
        f"|servicediscovery:{_REGION}:{_ACCOUNT}:service/srv-[a-z0-9]+)"
    ),
)
EVENT_BUS = ArnForm(
    "an EventBridge event bus",
    "arn:aws:events:eu-west-1:123456789012:event-bus/NAME",
    _regional("events", "event-bus/[A-Za-z0-9._/-]+"),
)
STREAM = ArnForm(
    "a Kinesis data stream",
    "arn:aws:kinesis:eu-west-1:123456789012:stream/NAME",
    _regional("kinesis", "stream/[A-Za-z0-9_.-]+"),
)
QUEUE = ArnForm(
    "an SQS queue",
    "arn:aws:sqs:eu-west-1:123456789012:NAME",
    _regional("sqs", r"[A-Za-z0-9_-]+(?:\.fifo)?"),
)
STATE_MACHINE = ArnForm(
    "a Step Functions state machine",
    "arn:aws:states:eu-west-1:123456789012:stateMachine:NAME",
    _regional("states", r"stateMachine:[^\s:*?]+(?::[^\s:*?]+)?"),
)
RESOURCE = ArnForm(
    "a resource",
    "arn:aws:s3:::BUCKET/*",
    re.compile(f"arn:{_PARTITION}:[a-z0-9-]+:[a-z0-9*-]*:(?:[0-9*?]*|aws):(?!{_ALL}$).+"),
    _resource_hint,
)
"""As in the element ``Resource`` of a policy: wildcards are allowed after the service, but not in place of the whole name."""


def unqualified(function_arn: str) -> str:
    """The ARN of a Lambda function, without version or alias.

    A permission has them as separate inputs: the provider reads them back separately, and would otherwise replace it each time.
    """
    return ":".join(function_arn.split(":")[:7])


def qualifier_of(function_arn: str) -> str | None:
    """The version or alias at the end of ``arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER``."""
    parts = function_arn.split(":")
    return parts[7] if len(parts) > 7 else None


def distinct(values: Sequence[Any]) -> pulumi.Output[list[Any]]:
    """``values`` without duplicates: IAM removes duplicates from a policy, so that it would differ at every update."""

    def first_of_each(resolved: list[Any]) -> list[Any]:
        return [value for place, value in enumerate(resolved) if value not in resolved[:place]]

    return pulumi.Output.all(*values).apply(first_of_each)
