"""The content of ``docs/python-reference.md``, from the docstrings and signatures of what is public beside the components."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import authorizer
import cli.audit
import components.testing
import emulator.pytest_plugin
import emulator.resources
import issuer
from authorizer import ConfigError, Denied, Reason, Verifier
from authorizer.config import CONTEXT_RESERVED, parse_config
from authorizer.config_fields import Fault
from cli.audit import (
    Access,
    Api,
    Caller,
    Change,
    Document,
    Effect,
    Finding,
    Report,
    Resource,
    Route,
    audit,
    from_policy_pack,
    from_recording,
    read_document,
)
from components.testing import Declared, Recording, declare
from emulator.pytest_plugin import DeployedStack, DeployStack, deployed_stack, ministack
from emulator.resources import Aws, Deployed, Function, Handler
from issuer import IssuerError, KmsSigner, SigningKey

_INTRODUCTION = """# Python reference

What a Python program uses beside the [components](reference.md). `make reference` writes this page from the docstrings.
The [package](getting-started.md#installing-the-package) alone is enough for the signer, the verifier and the audit; the
last four sections need its extra `pulumi`.
"""

_NODES = """The attribute `nodes` of a component has every resource that it creates, for [what has no
input](concepts.md#what-has-no-input). A component that gets a resource instead of creating it has `None` in its place."""


def python_reference() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    lines += _class(issuer, KmsSigner, KmsSigner.pinned, KmsSigner.sign, KmsSigner.sign_async, KmsSigner.signing_key)
    lines += ["### SigningKey", "", _text(SigningKey), "", *_table("attribute", _members(SigningKey)), ""]
    lines += ["### Errors of the signer", "", "In `kms_jwt.issuer`; all are `IssuerError`s.", ""]
    public = [getattr(issuer, name) for name in issuer.__all__]
    lines += [
        *_table("error", ((error.__name__, _text(error)) for error in public if issubclass(error, IssuerError))),
        "",
    ]

    lines += _class(authorizer, Verifier, Verifier.verify)
    lines += ["### Denied", "", _import(authorizer, Denied), "", _text(Denied), ""]
    lines += ["### Reason", "", _import(authorizer, Reason), "", _text(Reason), ""]
    described = dict(_members(Reason))
    lines += [*_table("reason", ((reason.value, described[reason.name]) for reason in Reason)), ""]
    lines += ["### ConfigError", "", _import(authorizer, ConfigError), "", _text(ConfigError), ""]
    lines += [*_table("attribute of a fault", _members(Fault)), ""]
    lines += ["## config.json", "", "An object with these fields:", "", _text(parse_config).partition("\n\n")[2], ""]
    lines += [f"`CONTEXT_RESERVED` is {', '.join(f'`{name}`' for name in sorted(CONTEXT_RESERVED))}.", ""]

    lines += ["## kms_jwt.cli.audit", "", _text(cli.audit), ""]
    for function in (audit, from_recording, from_policy_pack, read_document):
        lines += [_call(function.__name__, function), "", _text(function), ""]
    lines += _classes(Report, Api, Route, Access, Caller, Finding, Change, Effect, Document, Resource)

    lines += ["## The pytest plugin", "", _text(emulator.pytest_plugin), ""]
    lines += ["### Fixture deployed_stack", "", _text(deployed_stack), ""]
    lines += [_call("deployed_stack", DeployStack.__call__), "", _text(DeployStack.__call__), ""]
    lines += ["### Fixture ministack", "", _text(ministack), ""]
    lines += ["### DeployedStack", "", _text(DeployedStack), "", *_table("attribute", _members(DeployedStack)), ""]
    lines += _methods(DeployedStack.client, DeployedStack.update)

    lines += ["## kms_jwt.emulator.resources", "", _text(emulator.resources), ""]
    lines += _classes(Handler, Function, Deployed)
    lines += ["### Aws", "", _text(Aws), ""]

    lines += ["## nodes", "", _NODES, ""]
    lines += _classes(*(getattr(components, name) for name in components.__all__ if name.endswith("Nodes")))

    lines += ["## kms_jwt.components.testing", "", _text(components.testing), ""]
    lines += [_call("declare", declare), "", _text(declare), ""]
    lines += ["### Recording", "", _text(Recording), "", *_table("attribute", _members(Recording)), ""]
    lines += _methods(Recording.all, Recording.only, Recording.private_key)
    lines += ["### Declared", "", _text(Declared), "", *_table("attribute", _members(Declared)), ""]
    return "\n".join(lines)


def _class(package: ModuleType, class_: type, *methods: Callable[..., Any]) -> Iterator[str]:
    yield from (f"## {class_.__name__}", "", _import(package, class_), "")
    yield from (_call(class_.__name__, class_.__init__), "", _text(class_), "")  # type: ignore[misc] # of this very class
    yield from _methods(*methods)


def _classes(*classes: type) -> Iterator[str]:
    for class_ in classes:
        yield from (f"### {class_.__name__}", "", _text(class_), "", *_table("attribute", _members(class_)), "")


def _methods(*methods: Callable[..., Any]) -> Iterator[str]:
    for method in methods:
        yield from (_call(f".{method.__name__}", method), "", _text(method), "")


def _import(package: ModuleType, class_: type) -> str:
    """The import that a consumer writes."""
    return f"`from kms_jwt.{package.__name__} import {class_.__name__}`"


def _call(name: str, function: Callable[..., Any]) -> str:
    """The signature as it is written in the source, without ``self`` or ``cls``."""
    definition = _definition(function)
    arguments = definition.args
    for argument in (*arguments.args, *arguments.kwonlyargs):
        if isinstance(argument.annotation, ast.Constant):  # a name that only type checkers import
            argument.annotation = ast.parse(str(argument.annotation.value), mode="eval").body
    if arguments.args and arguments.args[0].arg in ("self", "cls"):
        del arguments.args[0]
    returns = ast.unparse(definition.returns).strip("'") if definition.returns else "None"
    called = "await " if isinstance(definition, ast.AsyncFunctionDef) else ""
    written = re.sub(r"(?<=[\w\]])=", " = ", ast.unparse(arguments))
    return f"`{called}{name}({written})" + (f" -> {returns}`" if returns != "None" else "`")


def _members(class_: type) -> Iterator[tuple[str, str]]:
    """Name and description of the attributes that are described: by a string after them, or as a property."""
    definition = _definition(class_)
    constructor = [node for node in definition.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    for body in (definition.body, *(node.body for node in constructor)):
        for node, following in zip(body, [*body[1:], None], strict=True):
            if isinstance(node, ast.FunctionDef) and isinstance(vars(class_)[node.name], property):
                yield node.name, _markdown(ast.get_docstring(node) or "")
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if target and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                yield ast.unparse(target).removeprefix("self."), _markdown(inspect.cleandoc(str(following.value.value)))


def _definition(object_: Any) -> Any:
    """The syntax tree of a function or a class."""
    return ast.parse(textwrap.dedent(inspect.getsource(object_))).body[0]


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield from (f"| {heading} | |", "|---|---|")
    for name, text in rows:
        yield f"| `{name}` | " + re.sub(r"\s+", " ", text).replace("|", "\\|") + " |"


def _text(object_: Any) -> str:
    return _markdown(inspect.getdoc(object_) or "")


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")
