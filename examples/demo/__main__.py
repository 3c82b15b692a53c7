"""The demo: the whole project on this machine, with a transcript.

Deploys the ``local`` stack on MiniStack, signs tokens with its KMS key, and calls the API with valid and invalid ones.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import jwt

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.errors import EmulatorError
from emulator.server import MiniStack
from emulator.web import fetch
from issuer import KmsSigner

from .cases import Case, Claims, cases
from .rotation import rotate

PROGRAM = Path(__file__).resolve().parents[2]
API = "orders"
TTL_SECONDS = 900


class DemoError(EmulatorError):
    """The API's response was not the expected one."""


def run(deployment: Deployment) -> None:
    """Deploys the stack, calls the API and prints the results. Raises ``DemoError`` if a response is not the expected one."""
    _say(
        _bold(
            "kms-jwt: a KMS key signs tokens, a Lambda function verifies them, an HTTP API allows only valid requests\n"
        )
    )
    _say(f"An AWS of your own runs at {deployment.ministack.endpoint} (MiniStack: no account, no Docker).")
    outputs = deployment.up()
    endpoint = outputs["apis"][API]["endpoint"]
    _say(f"Pulumi has deployed the stack {deployment.stack} on it: {len(deployment.resources)} resources, among them")
    _say(f"  the KMS key  {outputs['key_alias']}\n  the API      {endpoint}\n")

    kms = deployment.aws.kms
    signer = KmsSigner(outputs["key_alias"], kms)
    claims = _claims(deployment)
    _say("A token, signed with kms:Sign (the private key never leaves KMS):")
    _show_token(signer.sign(claims))

    other = KmsSigner(kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"], kms)
    wrong = _call_all(deployment, endpoint, cases(signer.sign, other.sign, claims))
    seen = fetch(f"{endpoint}/whoami", {"Authorization": signer.sign(claims)})
    _say(f"\nWith a valid token, the backend receives these verified claims:\n  {seen.body.decode()}\n")
    wrong += rotate(deployment, claims, _say)
    if wrong:
        raise DemoError(f"{wrong} of the answers were not the expected ones: see the table above.")
    _say(_green("\nEvery answer was the expected one.\n"))
    _show_curl(endpoint, signer.sign({**claims, "scope": "orders:read"}))
    _show_mint(deployment, outputs["key_alias"], claims)


def _claims(deployment: Deployment) -> Claims:
    """The claims of a valid token, according to the API's configuration."""
    api = deployment.config[f"{deployment.project}:apis"][API]
    now = int(time.time())
    return {"iss": api["issuer"], "aud": api["audience"][0], "sub": "alice", "iat": now, "exp": now + TTL_SECONDS}


def _show_token(token: str) -> None:
    _say(f"  header  {json.dumps(jwt.get_unverified_header(token))}")
    _say(f"  claims  {json.dumps(jwt.decode(token, options={'verify_signature': False}))}\n")


def _call_all(deployment: Deployment, endpoint: str, requests: list[Case]) -> int:
    """Sends each request and prints its row. Returns the number of wrong answers."""
    width = max(len(case.sent) for case in requests)
    _say(_bold(f"        {'sent':<{width}}  {'expected':<16}  {'came':<16}  in the authorizer's log"))
    wrong = 0
    logged = 0
    for case in requests:
        came = HTTPStatus(fetch(endpoint + case.route, case.headers).status)
        decisions = _decisions(deployment)
        reason = decisions[-1] if len(decisions) > logged else "- (not asked)"
        logged = len(decisions)
        wrong += came != case.expected
        mark = _green("ok  ") if came == case.expected else _red("FAIL")
        _say(f"  {mark}  {case.sent:<{width}}  {_status(case.expected):<16}  {_status(came):<16}  {reason}")
    return wrong


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


def _status(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"


def _show_curl(endpoint: str, token: str) -> None:
    _say(_bold("By hand:"))
    _say(f"  TOKEN={token}")
    _say(f'  curl -i -H "Authorization: Bearer $TOKEN" {endpoint}/whoami')
    _say(f'  curl -i -H "Authorization: Bearer $TOKEN" {endpoint}/orders')
    _say(f"  curl -i {endpoint}/orders")


def _show_mint(deployment: Deployment, key: str, claims: Claims) -> None:
    aws = deployment.aws
    _say("and another token:")
    _say(f"  export AWS_ENDPOINT_URL={aws.endpoint} AWS_DEFAULT_REGION={aws.region}")
    _say("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")
    mint = f"{os.path.relpath(sys.executable)} -m cli mint --key {key}"
    _say(f"  {mint} --issuer {claims['iss']} --audience {claims['aud']} --claim sub=bob --scope orders:read --ttl 15m")


def _say(text: str) -> None:
    print(text, flush=True)


def _style(code: str, text: str) -> str:
    """``text`` with colours, at a terminal and unless NO_COLOR is set (https://no-color.org)."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"\033[{code}m{text}\033[0m" if wanted else text


def _bold(text: str) -> str:
    return _style("1", text)


def _green(text: str) -> str:
    return _style("32", text)


def _red(text: str) -> str:
    return _style("31", text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo. Returns the exit code: 0, or 1 if a result is not the expected one."""
    parser = argparse.ArgumentParser(prog="make demo", description="This project at work on an embedded AWS.")
    parser.add_argument("--keep", action="store_true", help="keep serving afterwards, until interrupted")
    keep = parser.parse_args(arguments).keep
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        file = load_stack(PROGRAM, "local")
        with MiniStack() as ministack:
            run(Deployment(ministack, PROGRAM, file.project, "local", file.config))
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
