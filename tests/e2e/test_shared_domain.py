"""One domain name for APIs of several stacks and for the token service: paths, documents, tokens, updates of one of them."""

import hashlib
import json
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.errors import ResourceError
from emulator.server import MiniStack
from emulator.web import Answer, fetch
from testkit.api import bearer

from .conftest import PROGRAM

NAME = "shared.example.com"
AT = f"https://{NAME}"
SECRET = "not-a-secret-at-all"

REPORTS = """
import pulumi
from components import AuthorizedHttpApi
from examples.whoami import WhoamiBackend

config = pulumi.Config()
api = AuthorizedHttpApi(
    "reports",
    issuer=config.require("issuer"),
    audience=["reports"],
    keys={"jwks": [config.require("jwks")]},
    function={"architecture": "host", "timeout": 9},
    routes={"GET /{proxy+}": {"integration": {"lambda_arn": WhoamiBackend("whoami").function_arn}}},
    domain={"existing_name": "shared.example.com", "disable_default_endpoint": True} | config.require_object("domain"),
)
pulumi.export("endpoint", api.api_endpoint)
"""


class Shared(NamedTuple):
    """The stack that creates the domain, and another one."""

    platform: Deployment
    outputs: dict[str, Any]
    reports: Deployment

    def configure(self, domain: dict[str, Any]) -> None:
        """The path of the other stack's API from its next update on."""
        self.reports.config = {**self.reports.config, "domain": domain}

    def call(self, path: str, token: str | None = None, **form: str) -> Answer:
        """A request to the domain, whose address is the emulator's own."""
        body = urllib.parse.urlencode(form).encode() or None
        headers = {
            "Host": NAME,
            **bearer(token),
            **({"Content-Type": "application/x-www-form-urlencoded"} if body else {}),
        }
        method = "POST" if body else "GET"
        return fetch(self.platform.ministack.endpoint + path, headers, method=method, body=body)

    def token(self, audience: str) -> str:
        """A token of the token service."""
        client = {"client_id": "billing", "client_secret": SECRET, "resource": audience}
        answer = self.call("/auth/token", grant_type="client_credentials", **client)
        assert answer.status == 200, answer.body
        return str(answer.json()["access_token"])


@pytest.fixture(scope="module")
def shared(ministack: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    certificate = "arn:aws:acm:eu-west-1:000000000000:certificate/12345678-1234-1234-1234-123456789012"
    at = {"existing_name": NAME, "disable_default_endpoint": True}
    audience = {"scopes": ["orders:read"], "audiences": ["orders", "reports"]}
    client = {**audience, "secret_hashes": [hashlib.sha256(SECRET.encode()).hexdigest()]}
    function = {"architecture": "host"}
    config = {
        "aws:region": "eu-west-1",
        "signing_keys": {},
        "whoami": True,
        "domains": {"public": {"domain_name": NAME, "certificate_arn": certificate, "ip_address_type": "dualstack"}},
        "token_service": {"clients": {"billing": client}, "function": function, "domain": {**at, "base_path": "auth"}},
        "apis": {
            "orders": {
                "audience": ["orders"],
                "function": function,
                "routes": {"GET /{id}": {"scopes": ["orders:read"]}},
                "domain": {**at, "base_path": "orders/v1"},
            }
        },
    }
    program = tmp_path_factory.mktemp("reports")
    (program / "__main__.py").write_text(REPORTS)
    with ExitStack() as cleanup:
        platform = Deployment(ministack, PROGRAM, load_stack(PROGRAM, "local").project, "platform", config)
        cleanup.callback(platform.destroy)
        outputs = platform.up()
        issuer = {"issuer": outputs["token_service"]["issuer"], "jwks": outputs["jwks"]}
        reports = Deployment(ministack, program, "reports", "one", {"aws:region": "eu-west-1", **issuer, "domain": {}})
        cleanup.callback(reports.destroy)
        yield Shared(platform, outputs, reports)


def test_apis_of_two_stacks_and_the_token_service_of_one(shared: Shared) -> None:
    assert shared.outputs["apis"]["orders"]["endpoint"] == f"{AT}/orders/v1"
    assert shared.outputs["token_service"] == {
        "issuer": f"{AT}/auth",
        "token_endpoint": f"{AT}/auth/token",
        "jwks_uri": f"{AT}/auth/.well-known/jwks.json",
    }
    assert shared.call("/auth/.well-known/jwks.json").json() == json.loads(shared.outputs["jwks"])
    document = shared.call("/auth/.well-known/oauth-authorization-server").json()
    assert (document["issuer"], document["token_endpoint"]) == (f"{AT}/auth", f"{AT}/auth/token")
    orders, reports = shared.token("orders"), shared.token("reports")
    assert (shared.call("/orders/v1/7", orders).status, shared.call("/orders/7", orders).status) == (200, 403)

    shared.configure({"base_path": "orders"})
    assert shared.reports.up()["endpoint"] == f"{AT}/orders"

    # The longest base path decides, and each API about its own tokens.
    answers = [shared.call(path, token).status for path in ("/orders/v1/7", "/orders/7") for token in (orders, reports)]
    assert answers == [200, 403, 403, 200]
    assert shared.call("/orders/7").status == 401
    assert shared.call("/elsewhere").status == 403

    shared.configure({})  # moved to the root, for whatever has no API of its own
    assert shared.reports.up()["endpoint"] == AT
    assert [shared.call(path, reports).status for path in ("/anything", "/orders/7", "/orders/v1/7")] == [200, 200, 403]
    assert shared.platform.up() == shared.outputs
    assert shared.platform.changes == []


def test_a_path_of_another_stack_is_refused_by_api_gateway(shared: Shared) -> None:
    """No program knows the claims of another one: what is refused leaves the domain as it was."""
    shared.configure({"base_path": "auth"})
    with pytest.raises(ResourceError, match="ConflictException"):
        shared.reports.up()

    assert shared.call("/auth/.well-known/jwks.json").status == 200
    shared.configure({"base_path": "reports"})
    assert shared.reports.up()["endpoint"] == f"{AT}/reports"
    assert shared.call("/reports/7", shared.token("reports")).status == 200
