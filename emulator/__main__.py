"""The command line: ``python -m emulator up`` deploys this project's program and serves it until interrupted."""

import argparse
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from emulator.aws import DEFAULT_REGION
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.errors import EmulatorError
from emulator.server import MiniStack

PROGRAM = Path(__file__).resolve().parent.parent
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code: 0, or 1 after one clear message on standard error."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    logging.getLogger("emulator").setLevel(logging.INFO)
    # A service manager's SIGTERM ends the program as Ctrl-C does: with everything cleaned up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return up(options.stack, options.port, as_json=options.json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (EmulatorError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="This project on an embedded AWS.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="deploy a stack, print its outputs and serve it until interrupted")
    up.add_argument("--stack", default="local", help="the stack to deploy (default: local)")
    up.add_argument("--port", type=int, help="the port of the emulated AWS on 127.0.0.1 (default: a free one)")
    up.add_argument("--json", action="store_true", help="print the outputs as one line of JSON")
    return parser


def up(stack: str, port: int | None, *, as_json: bool) -> int:
    """Deploys ``stack``, prints its outputs on standard output, and serves until SIGINT or SIGTERM."""
    with deployed(stack, port) as (ministack, outputs):
        if as_json:
            access = {"aws_endpoint_url": ministack.endpoint, "aws_region": DEFAULT_REGION}
            print(json.dumps({**outputs, **access}), flush=True)
        else:
            _print_outputs(outputs)
            print(f"\nAWS is at {ministack.endpoint}, region {DEFAULT_REGION}. Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            ministack.wait()
    return 0


@contextlib.contextmanager
def deployed(stack: str, port: int | None) -> Iterator[tuple[MiniStack, dict[str, Any]]]:
    """This project's program deployed on a MiniStack of its own: that, and the outputs of the stack."""
    file = load_stack(PROGRAM, stack)
    with MiniStack(port) as ministack:
        print(f"MiniStack runs at {ministack.endpoint}. Deploying the stack {stack} ...", file=sys.stderr)
        yield ministack, Deployment(ministack, PROGRAM, file.project, stack, file.config).up()


def _print_outputs(outputs: Mapping[str, Any]) -> None:
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value if isinstance(value, str) else json.dumps(value, indent=2)}")


if __name__ == "__main__":
    sys.exit(main())
