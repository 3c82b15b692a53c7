"""Names of resources: short enough for AWS, and the same at every run."""

import hashlib
import re

import pulumi

from .validation import Faults

_MAX_PHYSICAL_NAME = 64
"""Of Lambda functions and IAM roles."""

_MAX_PLAIN_NAME = 240
"""What is left for the readable part where a hash follows: KMS aliases have 250 characters behind ``alias/``."""

_RANDOM_SUFFIX = 8
"""Pulumi's auto-naming appends a dash and seven hexadecimal digits."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_name(name: str, longest_suffix: str, faults: Faults) -> None:
    """Note a component name that AWS would refuse once ``longest_suffix`` of its children is appended."""
    longest = _MAX_PHYSICAL_NAME - _RANDOM_SUFFIX - len(longest_suffix)
    if not _NAME.fullmatch(name):
        faults.below("name").add(f"must be letters, digits, '_' and '-', and is {name!r}")
    if len(name) > longest:
        faults.below("name").add(f"must have at most {longest} characters, and {name!r} has {len(name)}")


def scoped_name(name: str) -> str:
    """``<project>-<stack>-<name>``: for the names that must be known before the resource exists."""
    return f"{pulumi.get_project()}-{pulumi.get_stack()}-{name}"


def plain_name(name: str) -> str:
    """``scoped_name``, for what AWS names with letters, digits, '_' and '-' only: KMS aliases and dashboards.

    Projects and stacks may have dots in their names. A name that needs a change gets a hash of what it was, so that
    ``my.shop`` and ``my-shop`` stay two.
    """
    scoped = scoped_name(name)
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", scoped)
    if plain == scoped:
        return scoped
    whole = "/".join((pulumi.get_project(), pulumi.get_stack(), name))
    return f"{plain[:_MAX_PLAIN_NAME]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def route_suffix(route_key: str) -> str:
    """A suffix for the resources of a route: readable, and unlike that of any other route key."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", route_key).strip("-")[:40]
    return f"{readable}-{short_suffix(route_key)}"


def short_suffix(route_key: str) -> str:
    """A suffix for resources of a route whose names AWS keeps short."""
    return hashlib.sha256(route_key.encode()).hexdigest()[:6]
