"""``kms-jwt dev``: the program in this folder on the embedded AWS, while one works on it."""

import argparse
import contextlib
import sys
from pathlib import Path

from ..command import Command, CommandError, Output
from ..progress import Progress

_DESCRIPTION = """\
Deploy the Pulumi program in this folder on the embedded AWS, without an AWS account, and serve it: with its endpoints, what
each route asks for, a token to try it with, and a line for each request that says whether it was let in, and why not.

A change of the program, or of the stack's configuration, updates the stack in place. After an error, which is shown with its
file and line, what was deployed before is still served. At a terminal keys reload the stack (r), sign a new token (t), show
the authorizer's log (l) and the resources (v), and end the session (q); so does Ctrl-C. In the end the verdicts are counted.

Without a terminal, or with NO_COLOR, there are plain lines only. Without a terminal an error of the first deployment ends the
command with 1; at a terminal it waits for the mend. Needs the extra pulumi.
"""

_EXAMPLES = """\
  %(prog)s
  %(prog)s --stack dev --port 4566
  %(prog)s --json | jq 'select(.event == "request")'
"""


def _add_arguments(dev: argparse.ArgumentParser) -> None:
    dev.add_argument("--stack", default="local", help="the stack to deploy (default: local)")
    dev.add_argument("--port", type=int, help="the port of the emulated AWS on 127.0.0.1 (default: a free one)")
    dev.add_argument("--json", action="store_true", help="print each event as one line of JSON")
    dev.add_argument(
        "--fake",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only fake the resource types that the emulator does not support and that match, as aws:wafv2/*; repeatable",
    )
    dev.add_argument(
        "--stack-outputs",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="the outputs of the stack that the program refers to by NAME, as pulumi stack output --json; repeatable",
    )


def _run(options: argparse.Namespace) -> Output:
    # Imported only here, as Pulumi is: `--help` needs none of it. All of it before the program runs, whose modules are
    # told from others by when they were imported.
    try:
        with Progress("Loading Pulumi", plain=False):
            from ..dev.changes import changes
            from ..dev.display import display
            from ..dev.ends import HungUp, signals_as_interrupts, when_reader_leaves
            from ..dev.keyboard import has_keys, keys
            from ..dev.own_output import own_output
            from ..dev.requests import follow, when_it_ends
            from ..dev.session import Session
            from ..packages.emulator import Deployment, EmulatorError, MiniStack, load_stack, read_stack_outputs
    except ModuleNotFoundError as missing:
        raise CommandError(f"{missing.name} is missing: `python -m pip install 'kms-jwt[pulumi]'`") from None

    folder, typed = Path.cwd(), has_keys() and not options.json
    served = hung_up = False
    with signals_as_interrupts(), contextlib.ExitStack() as ended:
        try:
            file = load_stack(folder, options.stack)
            outputs = read_stack_outputs(options.stack_outputs)
            ministack = ended.enter_context(MiniStack(options.port))
            deployment = Deployment(
                ministack, folder, file.project, options.stack, file.config, fakes=options.fake, stack_outputs=outputs
            )
            output = ended.enter_context(own_output()) if options.json else sys.stdout
            shown = display(output, options.json)
            session = Session(deployment, lambda: load_stack(folder, options.stack), shown, has_keys=typed)
            when_reader_leaves(output, lambda: session.put("left"))
            edits = changes(folder, lambda paths: session.put("changed", paths), printed_to=(output, sys.stderr))
            watched = ended.enter_context(edits)
            if typed:
                ended.enter_context(keys(lambda key: session.put("key", key)))
            if not session.deploy() and not typed:
                return Output([], 1)
            when_it_ends(ministack, lambda error: session.put("ended", error))
            follow(ministack.endpoint, lambda entry: session.put("request", entry))
            watched.wait()
            session.watching()
            served = True
            session.serve()
        except EmulatorError as error:
            raise CommandError(str(error)) from None
        except HungUp:
            hung_up = True
        except KeyboardInterrupt:
            if not served:
                raise
        if served and not hung_up:
            session.end()
    return Output([], 0)


COMMAND = Command(_DESCRIPTION, _EXAMPLES, _add_arguments, _run)
"""What ``cli.command_line`` runs."""
