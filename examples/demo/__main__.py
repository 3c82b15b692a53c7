"""The demo: the whole project on this machine, with a transcript.

Deploys the ``local`` stack on MiniStack, lets its token service issue tokens, checks the API as ``kms-jwt check`` does, and
rotates its key.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jwt

from cli.check.account import Account
from cli.check.promises import of_outputs
from cli.check.report import exit_code, line, summary, title
from cli.check.row import Row
from cli.check.run import Check
from cli.terminal import BOLD, GREEN, Line, Span, show
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.errors import EmulatorError
from emulator.server import MiniStack
from emulator.web import fetch

from .rotation import rotate
from .token_client import BILLING, REPORTS, TokenClient

PROGRAM = Path(__file__).resolve().parents[2]
API = "orders"


class DemoError(EmulatorError):
    """The API's response was not the expected one."""


def run(deployment: Deployment, folder: Path) -> None:
    """Deploys the stack, checks the API and prints the results. The stack's outputs are written to ``folder``.

    Raises ``DemoError`` if something is not as expected.
    """
    _say(
        [
            Span(
                "kms-jwt: a KMS key signs tokens, a Lambda function verifies them, an HTTP API allows only valid requests",
                BOLD,
            )
        ]
    )
    _say("")
    _say(f"An AWS of your own runs at {deployment.ministack.endpoint} (MiniStack: no account, no Docker).")
    outputs = deployment.up()
    endpoint, token_endpoint = outputs["apis"][API]["endpoint"], outputs["token_service"]["token_endpoint"]
    _say(f"Pulumi has deployed the stack {deployment.stack} on it: {len(deployment.resources)} resources, among them")
    _say(f"  the KMS key        {outputs['key_alias']}\n  the token service  {token_endpoint}")
    _say(f"  the API            {endpoint}\n")

    _say(f"The client {BILLING.client_id} gets a token, signed with kms:Sign (the private key never leaves KMS):")
    _show_token(BILLING.token(token_endpoint))
    wrong = _show_refusals(token_endpoint)

    _say("What `kms-jwt check` finds out about the API, here as on AWS:")
    aws = deployment.aws
    (promises,) = of_outputs(json.dumps(outputs))
    wrong += _show_rows(Check(promises, Account(aws.kms, aws.client)).rows(), deployment)
    seen = fetch(f"{endpoint}/whoami", {"Authorization": f"Bearer {BILLING.token(token_endpoint)}"})
    _say(f"\nWith a valid token, the backend receives these verified claims:\n  {seen.body.decode()}\n")
    wrong += rotate(deployment, lambda: BILLING.token(token_endpoint), _say)
    if wrong:
        raise DemoError("Not everything was as expected: see FAIL above.")
    _say("")
    _say([Span("Everything was as expected.", GREEN)])
    _say("")
    _show_curl(endpoint, token_endpoint, BILLING.token(token_endpoint, "orders:read"))
    file = folder / "outputs.json"
    file.write_text(json.dumps(deployment.up()), encoding="utf-8")  # those after the rotation
    _show_commands(deployment, outputs["key_alias"], file, outputs["apis"][API])


def _show_token(token: str) -> None:
    _say(f"  header  {json.dumps(jwt.get_unverified_header(token))}")
    _say(f"  claims  {json.dumps(jwt.decode(token, options={'verify_signature': False}))}\n")


def _show_refusals(token_endpoint: str) -> int:
    """Prints what the token service refuses. Returns how many responses are not as expected."""
    _say("and these get none:")
    stranger = TokenClient(BILLING.client_id, "a guess")
    wrong = 0
    for what, client, scope, expected in (
        ("a wrong secret", stranger, None, (401, "invalid_client")),
        (
            f"{REPORTS.client_id}, which may only read, asks for orders:write",
            REPORTS,
            "orders:write",
            (400, "invalid_scope"),
        ),
    ):
        answer = client.request(token_endpoint, scope)
        came = answer.status, answer.json().get("error")
        wrong += came != expected
        _say(f"  {'ok  ' if came == expected else 'FAIL'}  {what:<56}  {came[0]} {came[1]}")
    _say("")
    return wrong


def _show_rows(found: Iterable[Row], deployment: Deployment) -> int:
    """Prints the rows, each with what the authorizer has logged for it. Returns how many are not as expected."""
    rows: list[Row] = []
    logged = 0
    _say(title("in the authorizer's log"))
    for row in found:
        decisions = _decisions(deployment)
        rows.append(row)
        _say(line(row, ", ".join(dict.fromkeys(decisions[logged:])) or "-"))
        logged = len(decisions)
    _say(summary({API: rows}))
    return exit_code({API: rows})


def _decisions(deployment: Deployment) -> list[str]:
    """The reasons in the authorizer's log, in order."""
    (group,) = (
        resource.id
        for urn, resource in deployment.resources.items()
        if "AuthorizerFunction$" in urn and resource.type == "aws:cloudwatch/logGroup:LogGroup"
    )
    events = deployment.aws.logs.filter_log_events(logGroupName=group, filterPattern="Reason")["events"]
    # A traceback may contain the word too, if the authorizer does not start.
    return [json.loads(event["message"])["Reason"] for event in events if event["message"].startswith("{")]


def _show_curl(endpoint: str, token_endpoint: str, token: str) -> None:
    _say([Span("By hand:", BOLD)])
    _say(f"  curl -u {BILLING.client_id}:{BILLING.secret} -d grant_type=client_credentials {token_endpoint}")
    _say(f"  TOKEN={token}")
    _say(f'  curl -i -H "Authorization: Bearer $TOKEN" {endpoint}/whoami')
    _say(f'  curl -i -H "Authorization: Bearer $TOKEN" {endpoint}/orders')
    _say(f"  curl -i {endpoint}/orders")


def _show_commands(deployment: Deployment, key: str, outputs: Path, api: dict[str, Any]) -> None:
    aws, program = deployment.aws, f"{os.path.relpath(sys.executable)} -m cli"
    _say("a token of your own making, and the check again:")
    _say(f"  export AWS_ENDPOINT_URL={aws.endpoint} AWS_DEFAULT_REGION={aws.region}")
    _say("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
    mint = f"{program} mint --key {key}"
    whose = f"--issuer {api['issuer']} --audience {api['audience'][0]} --claim sub=bob"
    _say(f"  {mint} {whose} --scope orders:read --ttl 15m")
    _say(f"  {program} check --stack-output {outputs}")


def _say(line: Line) -> None:
    show(line.split("\n") if isinstance(line, str) else [line])
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo. Returns the exit code: 0, or 1 if a result is not the expected one."""
    parser = argparse.ArgumentParser(prog="make demo", description="This project at work on an embedded AWS.")
    parser.add_argument("--keep", action="store_true", help="keep serving afterwards, until interrupted")
    keep = parser.parse_args(arguments).keep
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        file = load_stack(PROGRAM, "local")
        with MiniStack() as ministack, tempfile.TemporaryDirectory(prefix="kms-jwt-demo-") as folder:
            run(Deployment(ministack, PROGRAM, file.project, "local", file.config), Path(folder))
            if keep:
                with contextlib.suppress(KeyboardInterrupt):
                    _say("\nServing these until Ctrl-C.")
                    ministack.wait()
            else:
                _say("\nMiniStack stops here. To try these lines yourself: make demo KEEP=1")
    except EmulatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
