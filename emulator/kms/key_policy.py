"""Key policies: which ones KMS accepts, and how it keeps, returns and evaluates them.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator

from . import principals
from .errors import KmsError

MAX_BYTES = 32768
_CHARACTERS = re.compile(r"[\t\n\r\x20-\xff]+")
_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_OPERATOR = re.compile(r"(?:forallvalues:|foranyvalue:)?(\w+?)(?:ifexists)?")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals"


def stored(policy: Any) -> str:
    """How KMS keeps it. Raises ``KmsError`` if KMS does not accept it."""
    if not isinstance(policy, str) or not _CHARACTERS.fullmatch(policy):
        raise KmsError(
            "ValidationException",
            "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
        )
    if len(policy.encode()) > MAX_BYTES:
        raise KmsError(
            "LimitExceededException", f"A key policy has at most {MAX_BYTES} bytes, not {len(policy.encode())}."
        )
    document = _parsed(policy)
    for number, statement in enumerate(_statements(document)):
        _check(f"Statement {number}", statement)
    return _renamed(policy, _stored)


def shown(policy: str) -> str:
    """How KMS returns it."""
    return _renamed(policy, principals.shown)


def effective(policy: str, granted: list[dict[str, Any]]) -> str:
    """How it is evaluated, with the statements that grants amount to. Those without an action or a resource have no effect."""
    document = json.loads(shown(policy))
    statements = [
        statement
        for statement in _statements(document)
        if statement.keys() & {"Action", "NotAction"} and statement.keys() & {"Resource", "NotResource"}
    ]
    return json.dumps({**document, "Statement": statements + granted})


def _parsed(policy: str) -> dict[str, Any]:
    try:
        document = json.loads(policy)
    except ValueError as error:
        raise _malformed(f"The policy is not JSON: {error}.") from None
    if not isinstance(document, dict):
        raise _malformed("The policy is not a JSON object.")
    if unknown := document.keys() - {"Version", "Id", "Statement"}:
        raise _malformed(f"The policy has no element {', '.join(sorted(unknown))}.")
    if document.get("Version") not in ("2012-10-17", "2008-10-17"):
        raise _malformed(f"The policy has the Version {document.get('Version')!r}: write 2012-10-17.")
    if not _statements(document):
        raise _malformed("The policy has no Statement.")
    return document


def _statements(document: dict[str, Any]) -> list[Any]:
    found = document.get("Statement") or []
    return found if isinstance(found, list) else [found]


def _check(where: str, statement: Any) -> None:
    if not isinstance(statement, dict):
        raise _malformed(f"{where} is not a JSON object.")
    if unknown := statement.keys() - _ELEMENTS:
        raise _malformed(f"{where} has no element {', '.join(sorted(unknown))}.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed(f"{where} has the Effect {statement.get('Effect')!r}: write Allow or Deny.")
    for one, other in (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if one in statement and other in statement:
            raise _malformed(f"{where} has {one} and {other}: write one of them.")
    if "NotPrincipal" in statement:
        raise KmsError(
            "UnsupportedOperationException",
            f"{where} has NotPrincipal, which the emulator does not have (docs/emulator.md): write Principal, and for "
            "exceptions a condition with aws:PrincipalArn.",
        )
    _check_principals(where, statement.get("Principal"))
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if element in statement and not _strings(statement[element]):
            raise _malformed(f"The {element} of {where} is neither a string nor a list of strings.")
    _check_conditions(where, statement.get("Condition", {}))


def _check_principals(where: str, principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise _malformed(f'{where} has no Principal: write {{"AWS": [ARNs]}}.')
    for kind, value in principal.items():
        names = _strings(value)
        if kind not in ("AWS", "Service") or not names:
            raise _malformed(f"{_INVALID_PRINCIPALS}: {kind} {json.dumps(value)} in {where}.")
        for name in names:
            if kind == "AWS" and name != "*" and principals.stored(name) is None:
                raise _malformed(
                    f"{_INVALID_PRINCIPALS}: {name} in {where} does not exist, or is not the ARN of an account, role or user. "
                    "Create it first, or correct the ARN."
                )
            if kind == "Service" and not _SERVICE.fullmatch(name):
                raise _malformed(
                    f"{_INVALID_PRINCIPALS}: {name} in {where} is not a service's, such as s3.amazonaws.com."
                )


def _check_conditions(where: str, conditions: Any) -> None:
    if not isinstance(conditions, dict):
        raise _malformed(f"{where} has a Condition that is not a JSON object.")
    for operator, keys in conditions.items():
        match = _OPERATOR.fullmatch(operator.lower())
        if not match or (match[1] not in iam_evaluator._CONDITION_OPS and operator.lower() != "null"):
            raise _malformed(f"{where} has the condition operator {operator}, which IAM does not know.")
        if not isinstance(keys, dict) or not keys:
            raise _malformed(f"{where} has no condition keys under {operator}.")


def _strings(value: Any) -> list[str]:
    """What an element lists, or nothing if it is not of this form."""
    values = [value] if isinstance(value, str) else value
    return values if isinstance(values, list) and all(isinstance(item, str) for item in values) else []


def _renamed(policy: str, name: Callable[[str], str]) -> str:
    """The policy with other names for its principals; the text itself if all are the same."""
    document = json.loads(policy)
    changed = False
    for statement in _statements(document):
        principal = statement.get("Principal")
        if isinstance(principal, dict) and "AWS" in principal:
            old = principal["AWS"]
            principal["AWS"] = name(old) if isinstance(old, str) else [name(item) for item in old]
            changed = changed or principal["AWS"] != old
    return json.dumps(document) if changed else policy


def _stored(principal: str) -> str:
    return principals.stored(principal) or principal


def _malformed(message: str) -> KmsError:
    return KmsError("MalformedPolicyDocumentException", message)
