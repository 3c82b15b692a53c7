"""Two regions, both active, with one multi-Region key: each lets in the other's tokens, and goes on without the other.

As ``docs/scale.md`` recommends, a stack has the keys, and each region has a stack of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emulator.deployment import Deployment
from emulator.resources.apigatewayv2 import api_endpoint
from emulator.server import MiniStack
from emulator.web import fetch
from issuer import KmsSigner
from issuer.errors import KeyUnusable
from testkit.api import bearer, good_claims

KEYS = """
import pulumi
from components import SigningKeys

keys = SigningKeys(
    "signing",
    multi_region=True,
    replica_regions=["eu-central-1"],
    generations=[{"name": "global", "algorithm": "ES256"}],
)
pulumi.export("jwks", keys.jwks)
pulumi.export("alias", keys.alias_name)
pulumi.export("key_arn", keys.active_key_arn)
"""

REGION = """
import pulumi
import pulumi_aws as aws
from components import AuthorizedHttpApi
from examples.whoami import WhoamiBackend

keys = pulumi.StackReference("organization/bench/keys")
backend = {"lambda_arn": WhoamiBackend("whoami").function_arn}
api = AuthorizedHttpApi(
    "orders",
    issuer="https://auth.local.example.com",
    audience=["orders"],
    keys={"jwks": [keys.require_output("jwks")]},
    function={"architecture": "host", "timeout": 9},
    routes={route: {"integration": backend} for route in pulumi.Config().require_object("routes")},
    domain={"name": "api.example.com", "certificate_arn": aws.acm.Certificate("api", domain_name="api.example.com").arn},
)
pulumi.export("api_id", api.api_id)
"""

Deploy = Callable[..., Deployment]


class Region(NamedTuple):
    """A region's own stack, and the alias of the keys, which is the same everywhere."""

    stack: Deployment
    alias: str

    def up(self, *routes: str) -> str:
        """Deploy the API with these routes; its default endpoint."""
        self.stack.config = {**self.stack.config, "routes": list(routes)}
        return api_endpoint(self.stack.aws, self.stack.up()["api_id"])

    def token(self) -> str:
        """A new token, signed in this region."""
        return KmsSigner(self.alias, self.stack.aws.kms).sign(good_claims())


@pytest.fixture
def deploy(ministack: MiniStack, tmp_path: Path) -> Iterator[Deploy]:
    """Makes stacks, which are destroyed in the end, the last one first."""
    with ExitStack() as cleanup:

        def made(name: str, region: str, source: str, outputs: Mapping[str, Mapping[str, Any]]) -> Deployment:
            program = tmp_path / name
            program.mkdir()
            (program / "__main__.py").write_text(source)
            stack = Deployment(ministack, program, "bench", name, {"aws:region": region}, stack_outputs=outputs)
            cleanup.callback(stack.destroy)
            return stack

        yield made


def test_a_region_fails_and_the_other_goes_on(deploy: Deploy) -> None:
    keys = deploy("keys", "eu-west-1", KEYS, {})
    exported = keys.up()
    outputs = {"organization/bench/keys": exported}
    west, central = (
        Region(deploy(name, name, REGION, outputs), exported["alias"]) for name in ("eu-west-1", "eu-central-1")
    )
    endpoints = [region.up("GET /orders") for region in (west, central)]
    tokens = [west.token(), central.token()]

    for endpoint in endpoints:
        assert [fetch(f"{endpoint}/orders", bearer(token)).status for token in tokens] == [200, 200]

    forged = f"{tokens[0][:-8]}AAAAAAAA"
    # The primary key is lost, and the region's API with it.
    keys.aws.kms.disable_key(KeyId=exported["key_arn"])
    west.stack.destroy()
    with pytest.raises(KeyUnusable):
        west.token()

    def let_in(path: str) -> list[int]:
        """At the domain, whose address is the emulator's own."""
        sent = [{"Host": "api.example.com", **bearer(token)} for token in (*tokens, central.token(), forged)]
        return [fetch(keys.ministack.endpoint + path, headers).status for headers in sent]

    assert let_in("/orders") == [200, 200, 200, 403]
    assert central.up("GET /orders", "GET /new") == endpoints[1]
    assert let_in("/new") == [200, 200, 200, 403]
