"""``aws.iam.get_policy_document``: IAM policy documents, rendered as the AWS provider does.

The rules are those of the data source ``aws_iam_policy_document``, to the character: policies are compared as text.
"""

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from ..aws import Aws
from .handler import Function, Inputs, Outputs

_Strings = str | list[str]

# Input of a statement -> the policy's element, in the order of the provider.
_ELEMENTS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
    "principals": "Principal",
    "notPrincipals": "NotPrincipal",
    "conditions": "Condition",
}

_VERSIONS = ("2008-10-17", "2012-10-17")

# Go's encoder escapes these, so that its JSON may stand in HTML.
_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def policy_document(arguments: Inputs) -> Outputs:
    """``json``, ``minifiedJson`` and ``id``. Raises ``ValueError`` that names the fault."""
    version = arguments.get("version") or "2012-10-17"
    if version not in _VERSIONS:
        raise ValueError(f"version: must be one of {', '.join(_VERSIONS)}, and is {version!r}")
    sources = [
        _read("sourcePolicyDocuments", index, text) for index, text in _texts(arguments, "sourcePolicyDocuments")
    ]
    _check_sids("sourcePolicyDocuments", (statement for source in sources for statement in source["Statement"]))
    statements = [
        _statement(f"statements[{index}]", given, version)
        for index, given in enumerate(arguments.get("statements") or [])
    ]
    _check_sids("statements", statements)
    own = {"Version": version, "Id": arguments.get("policyId"), "Statement": statements}
    overrides = [
        _read("overridePolicyDocuments", index, text) for index, text in _texts(arguments, "overridePolicyDocuments")
    ]
    merged = _merge([*sources, own, *overrides])
    text = json.dumps(merged, indent=2, ensure_ascii=False).translate(_ESCAPED)
    minified = json.dumps(merged, separators=(",", ":"), ensure_ascii=False).translate(_ESCAPED)
    return {
        **arguments,
        "version": version,
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": minified,
    }


def _texts(arguments: Inputs, name: str) -> Iterable[tuple[int, str]]:
    return [(index, text) for index, text in enumerate(arguments.get(name) or []) if text is not None]


def _statement(path: str, given: Mapping[str, Any], version: str) -> dict[str, Any]:
    """A statement as the program writes it. Lists without an order are sorted backwards, single values stand alone."""
    if not re.fullmatch("[a-zA-Z0-9]*", given.get("sid") or ""):
        raise ValueError(f"{path}.sid: must be letters and digits, and is {given['sid']!r}")
    if given.get("effect") not in (None, "Allow", "Deny"):
        raise ValueError(f"{path}.effect: must be Allow or Deny, and is {given['effect']!r}")
    found: dict[str, Any] = {}
    for name, element in _ELEMENTS.items():
        value = given.get(name)
        if name == "effect":
            found[element] = value or "Allow"
        elif not value:
            continue
        elif name in ("principals", "notPrincipals"):
            entries = [(item["type"], _variables(path, _listed(item["identifiers"]), version)) for item in value]
            found[element] = _principals(entries)
        elif name == "conditions":
            found[element] = _conditions(
                (item["test"], item["variable"], _variables(path, item["values"], version)) for item in value
            )
        elif name in ("resources", "notResources"):
            found[element] = _variables(path, _listed(value), version)
        else:
            found[element] = value if name == "sid" else _listed(value)
    return found


def _listed(values: list[str]) -> _Strings:
    found = sorted(set(values), reverse=True)
    return found[0] if len(found) == 1 else found


def _variables(path: str, values: _Strings, version: str) -> _Strings:
    """IAM's policy variables, written ``&{aws:username}`` in Terraform and in programs that came from there."""
    if version == "2008-10-17" and "&{" in "".join(values):
        raise ValueError(f"{path}: version 2008-10-17 has no variables such as &{{aws:username}}; write 2012-10-17")
    return values.replace("&{", "${") if isinstance(values, str) else [value.replace("&{", "${") for value in values]


def _principals(entries: list[tuple[str, _Strings]]) -> str | dict[str, _Strings]:
    if entries in ([("*", "*")], [("*", ["*"])]):
        return "*"
    found: dict[str, _Strings] = {}
    for kind, identifiers in entries:
        more = identifiers if isinstance(identifiers, str) else sorted(identifiers, reverse=True)
        found[kind] = [*_as_list(found[kind]), *_as_list(more)] if kind in found else more
    return dict(sorted(found.items()))


def _conditions(entries: Iterable[tuple[str, str, _Strings]]) -> dict[str, dict[str, _Strings]]:
    found: dict[str, dict[str, list[str]]] = {}
    for test, variable, values in entries:
        found.setdefault(test, {}).setdefault(variable, []).extend(_as_list(values))
    return {
        test: {name: values[0] if len(values) == 1 else values for name, values in sorted(variables.items())}
        for test, variables in sorted(found.items())
    }


def _as_list(values: _Strings) -> list[str]:
    return [values] if isinstance(values, str) else values


def _read(name: str, index: int, text: str) -> dict[str, Any]:
    """A document given as JSON: its lists keep their order, apart from principals."""
    try:
        document = json.loads(text)
        statements = [_known(statement) for statement in document.get("Statement", [])]
    except (AttributeError, ValueError) as error:
        raise ValueError(f"{name}[{index}]: is not a policy with a list of statements ({error})") from error
    return {"Version": document.get("Version"), "Id": document.get("Id"), "Statement": statements}


def _known(statement: Mapping[str, Any]) -> dict[str, Any]:
    found = {element: statement[element] for element in _ELEMENTS.values() if statement.get(element)}
    for element in ("Principal", "NotPrincipal"):
        if element in found:
            given = {"*": ["*"]} if isinstance(found[element], str) else found[element]
            found[element] = _principals(list(given.items()))
    if "Condition" in found:
        found["Condition"] = _conditions(
            (test, variable, _condition_values(values))
            for test, variables in found["Condition"].items()
            for variable, values in variables.items()
        )
    return found


def _condition_values(values: object) -> _Strings:
    if isinstance(values, bool):
        return str(values).lower()
    if isinstance(values, str) or (isinstance(values, list) and all(isinstance(value, str) for value in values)):
        return values
    raise ValueError(f"a condition's values must be text, and are {json.dumps(values)}")


def _check_sids(name: str, statements: Iterable[Mapping[str, Any]]) -> None:
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if twice := sorted({sid for sid in sids if sids.count(sid) > 1}):
        raise ValueError(f"{name}: the Sid {', '.join(twice)} is there twice. Give each statement its own, or none.")


def _merge(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """The newest version, the last id, and all statements; one with a Sid replaces an earlier one of this Sid."""
    statements: list[dict[str, Any]] = []
    for statement in (item for document in documents for item in document["Statement"]):
        sids = [known.get("Sid") for known in statements]
        if "Sid" in statement and statement["Sid"] in sids:
            statements[sids.index(statement["Sid"])] = statement
        else:
            statements.append(statement)
    merged = {
        "Version": max(document["Version"] or "" for document in documents),
        "Id": next((document["Id"] for document in reversed(documents) if document["Id"]), None),
        "Statement": statements,
    }
    return {name: value for name, value in merged.items() if value}


def _get_policy_document(aws: Aws, arguments: Inputs) -> Outputs:
    return policy_document(arguments)


GET_POLICY_DOCUMENT = Function(
    _get_policy_document,
    frozenset({"overridePolicyDocuments", "policyId", "sourcePolicyDocuments", "statements", "version"}),
)
