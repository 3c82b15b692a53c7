"""The outputs of a Pulumi stack: from the Pulumi CLI, or from a file with what it has printed."""

import argparse
import shutil
import subprocess

from ..command import Undetermined
from ..terminal import read_text


def add_stack(command: argparse._ActionsContainer) -> None:
    """Add the options that name a stack."""
    command.add_argument(
        "--stack", metavar="NAME", help="the Pulumi stack; its outputs are read with the Pulumi CLI, in this folder"
    )
    command.add_argument(
        "--stack-output",
        metavar="FILE",
        help="the output of `pulumi stack output --json` (-: standard input), where the Pulumi CLI is not",
    )


def outputs_of(options: argparse.Namespace) -> str:
    """The outputs as JSON, for the options of ``add_stack``. Raises ``Undetermined``."""
    if options.stack is not None:
        return _asked(options.stack)
    try:
        return read_text(options.stack_output)
    except OSError as fault:
        raise Undetermined(f"--stack-output: {options.stack_output}: {fault.strerror}") from None
    except ValueError as fault:
        raise Undetermined(f"--stack-output: {fault}") from None


def _asked(stack: str) -> str:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise Undetermined(
            "--stack: the Pulumi CLI (pulumi) is not on the PATH: install it, or use --stack-output FILE with the output of "
            "`pulumi stack output --json`, or --function NAME"
        )
    command = [pulumi, "--non-interactive", "--color=never", "stack", "output", "--json", f"--stack={stack}"]
    # Standard input is the token's, which the Pulumi CLI would have read.
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "no message")
        raise Undetermined(
            f"--stack {stack}: pulumi: {said.removeprefix('error:').strip()}: `pulumi stack ls` lists the stacks of this folder"
        )
    return result.stdout
