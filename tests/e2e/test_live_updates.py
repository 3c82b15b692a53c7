"""Updates of a live API that nobody notices: a look at it after every single call to AWS.

The authorizer is a few lines, not the package, so that its runtime and its SnapStart can be changed: the emulator runs it on
the host's Python whatever the runtime says.
"""

from typing import Any

import pytest

from emulator.server import MiniStack
from emulator.web import fetch

from ..emulator.bench import Bench
from .watch import Watch

PROGRAM = '''
from components import JwtAuthorizer
from components.lambda_authorizer.live_alias import create_live_alias
config = pulumi.Config().require_object("settings")
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust))
arns = {}
for name in config["functions"]:
    # The handler's name changes with the code: one of them without the other is a function that fails.
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset(f"""
def {config["handler"]}(event, context):
    return {{"isAuthorized": True, "context": {{"by": "{name} {config["handler"]}"}}}}
""")})
    function = aws.lambda_.Function(
        name, role=role.arn, runtime=config["runtime"], handler=f"app.{config['handler']}", code=code, publish=True, timeout=9,
        snap_start={"apply_on": "PublishedVersions"} if config.get("snap_start") else None)
    arns[name] = create_live_alias(name, function, pulumi.ResourceOptions(), config.get("provisioned")).alias.arn
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
authorizer = JwtAuthorizer("orders", {"api_id": api.id, "function_arn": arns[config["used"]], "cache_ttl": 0})
answer = """
def handler(event, context):
    return {"statusCode": 200, "body": event["requestContext"]["authorizer"]["lambda"]["by"]}
"""
backend = aws.lambda_.Function("backend", role=role.arn, runtime="python3.13", handler="app.handler", timeout=9,
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(answer)}))
permission = aws.lambda_.Permission("backend", action="lambda:InvokeFunction", function=backend.name,
    principal="apigateway.amazonaws.com", source_arn=pulumi.Output.concat(api.execution_arn, "/*/GET/orders"))
integration = aws.apigatewayv2.Integration("integration", api_id=api.id, integration_type="AWS_PROXY",
    integration_uri=backend.invoke_arn, payload_format_version="2.0")
route = aws.apigatewayv2.Route("route", api_id=api.id, route_key="GET /orders", authorization_type="CUSTOM",
    authorizer_id=authorizer.authorizer_id, target=pulumi.Output.concat("integrations/", integration.id))
aws.apigatewayv2.Stage("stage", api_id=api.id, name="$default", auto_deploy=True,
    opts=pulumi.ResourceOptions(depends_on=[route, permission]))
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("api_id", api.id)
'''

PLAIN: dict[str, Any] = {"functions": ["one"], "used": "one", "handler": "first", "runtime": "python3.12"}
PROVISIONED = {**PLAIN, "provisioned": 2}
SNAP_START = {**PLAIN, "snap_start": True}


class Live:
    """An API that is up, and watched while it changes."""

    def __init__(self, bench: Bench, ministack: MiniStack) -> None:
        self._bench = bench
        self._ministack = ministack

    def change(self, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
        """The calls that change an API from ``before`` to ``after``, after none of which a caller finds anything wrong."""
        outputs = self._bench.up(PROGRAM, settings=before)
        url = f"{outputs['endpoint']}/orders"
        watch = Watch(self._ministack.region(), outputs["api_id"], lambda: fetch(url, {"Authorization": "any"}).status)
        with watch.watching():
            assert self._bench.up(PROGRAM, settings=after) == outputs
        assert watch.faults == []
        assert fetch(url, {"Authorization": "any"}).body.decode() == f"{after['used']} {after['handler']}"
        return watch.calls


@pytest.fixture
def live(bench: Bench, ministack: MiniStack) -> Live:
    return Live(bench, ministack)


CHANGED = ["UpdateFunctionConfiguration", "PublishVersion"]

TRANSITIONS = {
    "provisioned concurrency is added": (PLAIN, PROVISIONED, ["PutProvisionedConcurrencyConfig 1"]),
    "provisioned concurrency is raised": (
        PROVISIONED,
        {**PROVISIONED, "provisioned": 5},
        ["PutProvisionedConcurrencyConfig 1"],
    ),
    "provisioned concurrency is removed": (PROVISIONED, PLAIN, ["DeleteProvisionedConcurrencyConfig 1"]),
    "SnapStart is added": (PLAIN, SNAP_START, [*CHANGED, "UpdateAlias 2"]),
    "SnapStart is removed": (SNAP_START, PLAIN, [*CHANGED, "UpdateAlias 2"]),
    "provisioned concurrency in place of SnapStart": (
        SNAP_START,
        PROVISIONED,
        [*CHANGED, "PutProvisionedConcurrencyConfig 2", "UpdateAlias 2"],
    ),
    "SnapStart in place of provisioned concurrency": (
        PROVISIONED,
        SNAP_START,
        [*CHANGED, "UpdateAlias 2", "DeleteProvisionedConcurrencyConfig 1"],
    ),
    "the runtime with provisioned concurrency": (
        PROVISIONED,
        {**PROVISIONED, "runtime": "python3.13"},
        [*CHANGED, "PutProvisionedConcurrencyConfig 2", "UpdateAlias 2", "DeleteProvisionedConcurrencyConfig 1"],
    ),
    "the runtime with SnapStart": (SNAP_START, {**SNAP_START, "runtime": "python3.13"}, [*CHANGED, "UpdateAlias 2"]),
    "the runtime, the code and its handler": (
        PLAIN,
        {**PLAIN, "runtime": "python3.13", "handler": "second"},
        ["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion", "UpdateAlias 2"],
    ),
}
"""What changes -> before, after, and the calls in their order. The new version is warm before the alias moves to it, and the
alias has moved before the old one cools down: Lambda provisions no version with SnapStart."""


@pytest.mark.parametrize("what", TRANSITIONS)
def test_settings_change_and_nobody_notices(live: Live, what: str) -> None:
    before, after, calls = TRANSITIONS[what]

    assert live.change(before, after) == calls


REPLACED = [
    "CreateAuthorizer",
    "AddPermission live",
    "UpdateRoute",
    "RemovePermission live",
    "DeleteAuthorizer",
]
BOTH = {**PLAIN, "functions": ["one", "two"]}


def test_another_function_takes_over(live: Live) -> None:
    """The new authorizer may call it before a route is given to it, and the old one goes last."""
    assert live.change(BOTH, {**BOTH, "used": "two"}) == REPLACED


def test_a_new_function_takes_over_from_one_that_goes(live: Live) -> None:
    calls = live.change(PLAIN, {**PLAIN, "functions": ["two"], "used": "two"})

    assert calls == [
        *["CreateFunction", "DeleteFunctionConcurrency", "PublishVersion", "CreateAlias 1"],
        *REPLACED,
        *["DeleteAlias", "DeleteFunction"],
    ]
