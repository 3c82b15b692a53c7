"""One API with this library's authorizer, IAM authorization and API Gateway's own JWT authorizer."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.check.account import Account
from cli.check.promises import of_outputs
from cli.check.row import State
from cli.check.run import Check
from cli.command_line import main
from emulator.deployment import Deployment
from emulator.web import fetch
from testkit.api import Api

from ..emulator.gateway.conftest import Backend
from ..emulator.gateway.openid_issuer import Issuer
from .exported import export
from .watch import Watch


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """Another issuer, on this machine."""
    with Backend() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Issuer(server)
        server.shutdown()
        thread.join()


def _config(stack: Deployment, issuer: Issuer, **routes: dict[str, Any]) -> Mapping[str, Any]:
    """The stack's configuration with further routes, by their paths, and with the JWT authorizer if one has it."""
    apis = stack.config["kms-jwt:apis"]
    further = {f"GET /{path}": route for path, route in routes.items()}
    orders = {**apis["orders"], "routes": {**apis["orders"]["routes"], **further}}
    if any(route.get("authorization") == "jwt" for route in routes.values()):
        orders["jwt_authorizers"] = {"partners": {"issuer": issuer.url, "audience": ["orders"]}}
    return {**stack.config, "kms-jwt:apis": {"orders": orders}}


def _up(stack: Deployment) -> Api:
    return Api(stack.up(), "orders", stack.aws.client("kms"))


def _signed(url: str) -> dict[str, str]:
    """The headers of a request of the root user's, signed as the AWS SDK signs it."""
    request = AWSRequest(method="GET", url=url)
    SigV4Auth(Credentials("test", "test"), "execute-api", "eu-west-1").add_auth(request)
    return dict(request.headers.items())


MOVES = ("UpdateAlias", "UpdateRoute", "CreateAuthorizer", "DeleteAuthorizer", "CreateRoute", "DeleteRoute")
IAM = {"authorization": "iam"}
JWT = {"authorization": "jwt", "scopes": ["read"]}


def test_each_route_takes_its_own_credentials_only(
    stack: Deployment, issuer: Issuer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.config = _config(stack, issuer, reports=IAM, partners=JWT)
    api = _up(stack)
    url, routes = api.outputs["apis"]["orders"]["endpoint"], ("/whoami", "/reports", "/partners")
    bearer = [f"Bearer {token}" for token in (api.token(), issuer.token(scope="read"), issuer.token())]
    statuses = [[fetch(url + path, {"Authorization": value}).status for path in routes] for value in bearer]
    signed = [fetch(url + path, _signed(url + path)).status for path in routes]

    assert statuses == [[200, 403, 401], [403, 403, 200], [403, 403, 403]]
    assert signed == [403, 200, 401]

    (promises,) = of_outputs(json.dumps(api.outputs))
    rows = {row.promise: row for row in Check(promises, Account(stack.aws.kms, stack.aws.client)).rows()}
    assert {name for name, row in rows.items() if row.state is State.BROKEN} == set()
    assert [rows[f"route GET {path}"].found for path in routes] == [
        "401 Unauthorized",
        "403 Forbidden",
        "401 Unauthorized",
    ]

    file = tmp_path / "stack.json"
    file.write_text(json.dumps(export(stack)))
    main(["audit", str(file)])
    audited = capsys.readouterr().out
    assert f"a token with read by {issuer.url} (API Gateway's JWT authorizer)" in audited
    assert (
        "other-authorization  GET /reports of orders-api: not for this library's tokens, as the program says" in audited
    )


def test_a_route_moves_between_authorizations_and_is_never_open(stack: Deployment, issuer: Issuer) -> None:
    """Each move is one call for the route; it comes after the function that then decides knows the route."""
    original = stack.config
    kinds: list[dict[str, Any]] = [{}, IAM, {}, JWT, IAM, JWT, {}]
    stack.config = _config(stack, issuer, moving=kinds[0])
    api = stack.up()["apis"]["orders"]
    moves = []
    for kind in kinds[1:]:
        stack.config = original
        stack.config = _config(stack, issuer, moving=kind)
        watch = Watch(
            stack.aws, api["api_id"], lambda: 200 if fetch(f"{api['endpoint']}/moving").status in (401, 403) else 0
        )
        with watch.watching():
            stack.up()
        assert watch.faults == []
        moves.append([call.split()[0] for call in watch.calls if call.startswith(MOVES)])

    iam, ours, jwt, iam_after_jwt, jwt_after_iam, ours_after_jwt = moves
    assert sorted(iam) == ["UpdateAlias", "UpdateRoute"]
    assert ours == ["UpdateAlias", "UpdateRoute"]
    assert sorted(jwt) == ["CreateAuthorizer", "UpdateAlias", "UpdateRoute"]
    assert jwt.index("CreateAuthorizer") < jwt.index("UpdateRoute")
    assert iam_after_jwt == ["UpdateRoute", "DeleteAuthorizer"]
    assert jwt_after_iam == ["CreateAuthorizer", "UpdateRoute"]
    assert ours_after_jwt == ["UpdateAlias", "UpdateRoute", "DeleteAuthorizer"]
