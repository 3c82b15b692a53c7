"""The command line: a Pulumi program on an embedded AWS. ``python -m emulator --help`` lists the commands."""

import argparse
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi

from .config import load_stack
from .deployment import Deployment
from .errors import EmulatorError
from .server import MiniStack
from .stack_reference import read_stack_outputs

USUAL_PORT = 4566  # where tools expect an emulated AWS, and Pulumi.local.yaml looks for it
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code: 0, or 1 after one clear message on standard error."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    logging.getLogger("emulator").setLevel(logging.INFO)
    # A service manager's SIGTERM ends the program like Ctrl-C, with everything cleaned up. So does SIGINT, which programs
    # that a shell starts in the background ignore by default.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        match options.command:
            case "up":
                outputs = read_stack_outputs(options.stack_outputs)
                up(options.stack, options.port, as_json=options.json, fakes=options.fake, stack_outputs=outputs)
            case "serve":
                serve(options.port)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (EmulatorError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description="The Pulumi program in this folder, on an embedded AWS."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="deploy a stack, print its outputs and serve it until interrupted")
    up.add_argument("--stack", default="local", help="the stack to deploy (default: local)")
    up.add_argument("--port", type=int, help="the port of the emulated AWS on 127.0.0.1 (default: a free one)")
    up.add_argument("--json", action="store_true", help="print the outputs as one line of JSON")
    up.add_argument(
        "--fake",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only fake the resource types that the emulator does not support and that match, as aws:wafv2/*; repeatable",
    )
    up.add_argument(
        "--stack-outputs",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="the outputs of the stack that the program refers to by NAME, as pulumi stack output --json; repeatable",
    )
    serve = commands.add_parser("serve", help="only run the emulated AWS, for the Pulumi CLI: pulumi up --stack local")
    serve.add_argument("--port", type=int, default=USUAL_PORT, help=f"its port on 127.0.0.1 (default: {USUAL_PORT})")
    return parser


def up(
    stack: str,
    port: int | None,
    *,
    as_json: bool,
    fakes: Sequence[str] = (),
    stack_outputs: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Deploys ``stack`` of the program in this folder, prints its outputs, and serves until SIGINT or SIGTERM."""
    program = Path.cwd()
    file = load_stack(program, stack)
    with MiniStack(port) as ministack:
        deployment = Deployment(
            ministack, program, file.project, stack, file.config, fakes=fakes, stack_outputs=stack_outputs or {}
        )
        print(f"MiniStack runs at {ministack.endpoint}. Deploying the stack {stack} ...", file=sys.stderr)
        outputs = deployment.up()
        faked = f", {len(deployment.faked)} of them fakes" if deployment.faked else ""
        print(f"Deployed {len(deployment.resources)} resources{faked}.", file=sys.stderr)
        access = {"aws_endpoint_url": ministack.endpoint, "aws_region": deployment.aws.region}
        if address := ministack.mutual_tls_address:
            access["mutual_tls_address"] = address
        _serve(ministack, json.dumps({**outputs, **access}) if as_json else _readable({**outputs, **access}))


def serve(port: int) -> None:
    """Runs MiniStack with nothing deployed until SIGINT or SIGTERM."""
    with MiniStack(port) as ministack:
        _serve(ministack, f"AWS is at {ministack.endpoint}. Ctrl-C ends it.")


def _serve(ministack: MiniStack, message: str) -> None:
    """Prints ``message`` once an interrupt ends the program regularly."""
    with contextlib.suppress(KeyboardInterrupt):
        print(message, flush=True)
        ministack.wait()


def _readable(outputs: Mapping[str, Any]) -> str:
    shown = (
        (name, value if isinstance(value, str) else json.dumps(value, indent=2)) for name, value in outputs.items()
    )
    return "\n".join([*(f"{name}: {text}" for name, text in sorted(shown)), "Ctrl-C ends it."])


if __name__ == "__main__":
    sys.exit(main())
