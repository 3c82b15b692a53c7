"""Names of resources: short enough for AWS, and the same in every run."""

import hashlib
import re

import pulumi

from .faults import Faults

_MAX_PHYSICAL_NAME = 64
"""The maximum for Lambda functions and IAM roles."""

_MAX_PLAIN_NAME = 250
"""The maximum for KMS aliases, after ``alias/``; for dashboards it is slightly higher."""

_MAX_LOGICAL_NAME = 100
"""The maximum for components whose resources are named by AWS; the same as Pulumi's limit for projects and stacks."""

_RANDOM_SUFFIX = 8
"""Pulumi's auto-naming appends a dash and seven hexadecimal digits."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_name(name: str, longest_suffix: str, faults: Faults) -> None:
    """Record an error for a component name that AWS would reject with ``longest_suffix`` of its children appended."""
    _check(name, _MAX_PHYSICAL_NAME - _RANDOM_SUFFIX - len(longest_suffix), faults)


def check_logical_name(name: str, faults: Faults) -> None:
    """Record an error for an invalid name of a component whose name is not part of any name in AWS."""
    _check(name, _MAX_LOGICAL_NAME, faults)


def _check(name: str, longest: int, faults: Faults) -> None:
    if not _NAME.fullmatch(name):
        faults.below("name").add(
            f"must be letters, digits, '_' and '-', the first a letter or a digit, and is {name!r}"
        )
    if len(name) > longest:
        faults.below("name").add(f"must have at most {longest} characters, and {name!r} has {len(name)}")


def scoped_name(name: str) -> str:
    """``<project>-<stack>-<name>``, for names that must be known before the resource exists."""
    return f"{pulumi.get_project()}-{pulumi.get_stack()}-{name}"


def plain_name(name: str) -> str:
    """``scoped_name``, for resources whose names may contain only letters, digits, '_' and '-': KMS aliases and dashboards.

    Names of projects and stacks may contain dots. A name that must be changed, or is too long, gets a hash of the original,
    so that ``my.shop`` and ``my-shop`` remain different.
    """
    scoped = scoped_name(name)
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", scoped)
    if plain == scoped and len(scoped) <= _MAX_PLAIN_NAME:
        return scoped
    whole = "/".join((pulumi.get_project(), pulumi.get_stack(), name))
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{plain[: _MAX_PLAIN_NAME - len(digest) - 1]}-{digest}"


def route_suffix(route_key: str) -> str:
    """A suffix for the resources of a route: readable, and different for each route key."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", route_key).strip("-")[:40]
    return f"{readable}-{short_suffix(route_key)}"


def short_suffix(route_key: str) -> str:
    """A suffix for resources of a route whose names must be short."""
    return hashlib.sha256(route_key.encode()).hexdigest()[:6]
