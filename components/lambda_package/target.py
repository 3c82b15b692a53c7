"""The platforms that packages are built for."""

import os
import sys
from typing import NamedTuple

from .bytecode import find_python, this_python

RUNTIMES = ("python3.12", "python3.13", "python3.14")
"""Lambda runtimes on Amazon Linux 2023."""

ARCHITECTURES = ("arm64", "x86_64")


class Target(NamedTuple):
    """The platform that a package is built for."""

    runtime: str
    """A Lambda runtime, such as ``python3.13``."""
    architecture: str
    """``arm64`` or ``x86_64``."""
    host: bool = False
    """Whether it is this machine and interpreter, for emulators that run functions on their host."""


def host_target() -> Target:
    """The machine and interpreter that run this program."""
    machine = os.uname().machine if hasattr(os, "uname") else "x86_64"
    architecture = "arm64" if machine in ("arm64", "aarch64") else "x86_64"
    return Target(f"python{sys.version_info.major}.{sys.version_info.minor}", architecture, host=True)


def compiler(target: Target) -> str | None:
    """The path of a Python on this machine that compiles the target's bytecode; ``None`` if there is none."""
    return this_python() if target.host else find_python(target.runtime)
