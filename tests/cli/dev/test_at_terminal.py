"""A whole session of ``kms-jwt dev`` at a terminal: somebody looks, calls, types, and edits the program."""

import os
import re
import termios
from pathlib import Path

from emulator.web import Answer, fetch

from .running import at_terminal

PROGRAM = """
import pulumi
from components import AuthorizedHttpApi, SigningKeys
from examples.whoami import WhoamiBackend
import routes

print("routes:", *routes.ROUTES)
pulumi.log.warn("an example")
keys = SigningKeys("signing", {"algorithm": "ES256"})
backend = WhoamiBackend("whoami")
api = AuthorizedHttpApi("orders", {
    "issuer": "https://auth.example.com",
    "audience": ["orders"],
    "keys": {"jwks": [keys.jwks]},
    "function": {"architecture": "host", "timeout": 9},
    "integration": {"lambda_arn": backend.function_arn},
    "routes": routes.ROUTES,
})
pulumi.export("endpoint", api.api_endpoint)
"""
ROUTES = 'ROUTES = {"GET /orders": {"scopes": ["orders:read"]}, "GET /health": {"public": True}}\n'
MORE_ROUTES = ROUTES.replace("}}\n", '}, "POST /orders": {"scopes": ["orders:write"]}}\n')
WRONG = ROUTES.replace("orders:read", "orders read")


DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "dev-loop.md"


def _shape(text: str) -> str:
    """Without what differs from run to run, and from one width to another."""
    text = re.sub(r"Bearer [\w.-]+", "Bearer TOKEN", text)
    # These are random, and may have no digit where a group begins.
    text = re.sub(
        r"(?<=function-lambda-)[0-9a-f]{7}|(?<=execute-api/)[0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "N",
        text,
    )
    return re.sub(r"\s+", " ", re.sub(r"[0-9a-f]*\d[0-9a-f-]*", "N", text))


def _write(program: Path) -> None:
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (program / "Pulumi.local.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    (program / "routes.py").write_text(ROUTES)
    (program / "__main__.py").write_text(PROGRAM)


def test_a_session_with_an_edit_an_error_and_a_mend(tmp_path: Path) -> None:
    _write(tmp_path)
    with at_terminal(tmp_path, columns=40) as (session, keyboard):
        session.wait_for(r"routes: GET /orders GET /health\n")
        session.wait_for(r"\d\d:\d\d:\d\d warning: an example\n")
        session.wait_for(r"Key signing-\S+  create  \d+\.\d\d s")  # in the tree, while the rest is being deployed
        session.wait_for(r"shop/local: \d+ created in \d+\.\d s")
        endpoint = session.wait_for(r"orders-api  (http://\S+)")[1]
        session.wait_for(r"GET /health  public\s+-> lambda whoami-function\s")
        session.wait_for(r"GET /orders  token, orders:read\s+-> lambda whoami-function\s")
        session.wait_for(r"authorizer  orders-authorizer-function-lambda-[0-9a-f]{7}\s")
        token = session.wait_for(r'curl -i -H "Authorization: Bearer (\S+)" "' + re.escape(endpoint) + '/orders"')[1]
        session.wait_for("q quit")
        session.wait_for("watching for changes")

        def call(path: str, token: str = "", method: str = "GET") -> Answer:
            return fetch(endpoint + path, {"Authorization": f"Bearer {token}"} if token else {}, method=method)

        assert call("/orders", token).status == 200
        session.wait_for(r"\d\d:\d\d:\d\d GET /orders  200  \d+ ms\n {9}allowed  sub=alice\n")
        assert call("/orders", token).status == 200
        session.wait_for(r"GET /orders  200  \d+ ms\s+allowed\s+sub=alice\s+\(cached\)\n")
        assert call("/orders", token[:-8] + "A" * 8).status == 403
        session.wait_for(r"GET /orders  403  \d+ ms\s+bad_signature\n")
        assert call("/orders").status == 401
        session.wait_for(r"GET /orders  401  \d+ ms\s+no token: ")
        assert call("/health").status == 200
        session.wait_for(r"GET /health  200  \d+ ms  public\n")
        assert call("/nowhere").status == 404
        session.wait_for(r"GET /nowhere  404  \d+ ms\s+no route\n")

        (tmp_path / "routes.py").write_text(MORE_ROUTES)
        session.wait_for(r"changed routes\.py: 2 created,\s+2\s+updated in")
        session.wait_for("POST /orders  token, orders:write")
        both = session.wait_for(r"Bearer (\S+)\"")[1]
        assert both != token
        assert call("/orders", token, "POST").status == 403
        session.wait_for(r"POST /orders  403  \d+ ms\s+insufficient_scope:\s+needs\s+orders:write\n")

        (tmp_path / "routes.py").write_text(WRONG)
        session.wait_for(
            r'error __main__\.py:\d+\s(.*\n)+.*routes\["GET\s+/orders"\](.*\n)+.*\(the\s+last good stack is served\)\n'
        )
        assert call("/orders", both).status == 200
        session.wait_for(r"GET /orders  200  \d+ ms\s+allowed\s+sub=alice")

        (tmp_path / "routes.py").write_text(MORE_ROUTES)
        session.wait_for(r"changed routes\.py: nothing to\s+change in\s")

        os.write(keyboard, b"t")
        assert session.wait_for(r"Bearer (\S+)\"")[1] not in (token, both)
        os.write(keyboard, b"l")
        session.wait_for(r"authorizer-function\n  \S+ allowed  GET /orders\s+")
        session.wait_for(r"bad_signature  GET /orders")
        os.write(keyboard, b"v")
        session.wait_for(r"AuthorizedHttpApi orders\n")
        session.wait_for(r" +Api orders-api  create  \d+\.\d\d s\n")
        os.write(keyboard, b"r")
        session.wait_for(r"reload: nothing to change in\s")
        os.write(keyboard, b"?")
        session.wait_for("r reload")
        assert not termios.tcgetattr(keyboard)[3] & termios.ICANON

        os.write(keyboard, b"q")
        session.wait_for(r"\n8 requests  p50 \d+ ms  p95 \d+ ms\s+max \d+ ms\n")
        session.wait_for(r"allowed +3  ####")
        session.wait_for(r"bad_signature +1  #")
        session.wait_for(r"insufficient_scope +1  #\n")  # the last line
        assert session.process.wait() == 0
        recorded = DOCUMENT.read_text().partition("```text session\n")[2].partition("\n```")[0]
        played = _shape(session.text)
        for line in recorded.split("\n"):
            _, found, left = played.partition(_shape(line).strip())
            assert found, f"docs/dev-loop.md records a line that the session does not print there: {line}\n{played}"
            played = left
        assert termios.tcgetattr(keyboard)[3] & termios.ICANON, "the terminal is as it was"
