"""Names of resources: short enough for AWS, and the same at every run."""

import hashlib
import re

import pulumi

from .validation import Faults

_MAX_PHYSICAL_NAME = 64
"""Of Lambda functions and IAM roles."""

_MAX_PLAIN_NAME = 250
"""KMS aliases have that many characters behind ``alias/``, and dashboards a few more."""

_MAX_LOGICAL_NAME = 100
"""Of components whose resources AWS names by itself; as Pulumi has it for projects and stacks."""

_RANDOM_SUFFIX = 8
"""Pulumi's auto-naming appends a dash and seven hexadecimal digits."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_name(name: str, longest_suffix: str, faults: Faults) -> None:
    """Note a component name that AWS would refuse once ``longest_suffix`` of its children is appended."""
    _check(name, _MAX_PHYSICAL_NAME - _RANDOM_SUFFIX - len(longest_suffix), faults)


def check_logical_name(name: str, faults: Faults) -> None:
    """Note the name of a component, none of whose children AWS knows by it, that would make them hard to tell apart."""
    _check(name, _MAX_LOGICAL_NAME, faults)


def _check(name: str, longest: int, faults: Faults) -> None:
    if not _NAME.fullmatch(name):
        faults.below("name").add(
            f"must be letters, digits, '_' and '-', the first a letter or a digit, and is {name!r}"
        )
    if len(name) > longest:
        faults.below("name").add(f"must have at most {longest} characters, and {name!r} has {len(name)}")


def scoped_name(name: str) -> str:
    """``<project>-<stack>-<name>``: for the names that must be known before the resource exists."""
    return f"{pulumi.get_project()}-{pulumi.get_stack()}-{name}"


def plain_name(name: str) -> str:
    """``scoped_name``, for what AWS names with letters, digits, '_' and '-' only: KMS aliases and dashboards.

    Projects and stacks may have dots in their names. A name that needs a change, or is too long, gets a hash of what it was,
    so that ``my.shop`` and ``my-shop`` stay two.
    """
    scoped = scoped_name(name)
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", scoped)
    if plain == scoped and len(scoped) <= _MAX_PLAIN_NAME:
        return scoped
    whole = "/".join((pulumi.get_project(), pulumi.get_stack(), name))
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{plain[: _MAX_PLAIN_NAME - len(digest) - 1]}-{digest}"


def route_suffix(route_key: str) -> str:
    """A suffix for the resources of a route: readable, and unlike that of any other route key."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", route_key).strip("-")[:40]
    return f"{readable}-{short_suffix(route_key)}"


def short_suffix(route_key: str) -> str:
    """A suffix for resources of a route whose names AWS keeps short."""
    return hashlib.sha256(route_key.encode()).hexdigest()[:6]
