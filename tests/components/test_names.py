"""Names that AWS takes with letters, digits, '_' and '-' only, whatever project and stack are called."""

import re

import pulumi
import pytest

from components import AuthorizedHttpApi, SigningKeys
from components.names import plain_name
from components.testing import Recording, declare

from .example import api_args


def _plain(project: str, stack: str, name: str) -> str:
    pulumi.runtime.set_mocks(Recording(preview=False), project=project, stack=stack)
    return plain_name(name)


def test_a_name_without_dots_is_as_it_was() -> None:
    assert _plain("my_shop", "dev-1", "orders") == "my_shop-dev-1-orders"
    assert _plain("a" * 100, "b" * 100, "c" * 100) == f"{'a' * 100}-{'b' * 100}-{'c' * 100}"


def test_two_names_stay_two() -> None:
    names = [
        ("my.shop", "dev", "orders"),
        ("my-shop", "dev", "orders"),
        ("my.shop-dev", "orders", "a"),
        ("my.shop", "dev-orders", "a"),
        ("my-shop", "dev.orders", "a"),
        ("my.shop.dev", "orders", "a"),
        ("a" * 100, "b" * 99 + ".", "c" * 50 + "d"),
        ("a" * 100, "b" * 99 + ".", "c" * 50 + "e"),
    ]
    found = [_plain(*name) for name in names]

    assert len(set(found)) == len(names)
    for name in found:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,250}", name)


@pytest.mark.parametrize(("project", "stack"), [("my.shop", "dev"), ("shop", "v1.2"), ("a.b", "c.d")])
def test_alias_and_dashboard_of_projects_and_stacks_with_dots(project: str, stack: str) -> None:
    def program() -> None:
        keys = SigningKeys("signing", {})
        AuthorizedHttpApi("orders", api_args(keys={"jwks": [keys.jwks]}, dashboard=True))

    recording = declare(program, project=project, stack=stack)

    readable = f"{project}-{stack}".replace(".", "-")
    alias = recording.only("aws:kms/alias:Alias").inputs["name"]
    assert re.fullmatch(rf"alias/{readable}-signing-[0-9a-f]{{8}}", alias)
    dashboard = recording.only("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardName"]
    assert re.fullmatch(rf"{readable}-orders-[0-9a-f]{{8}}", dashboard)
    log_group = recording.only("aws:cloudwatch/logGroup:LogGroup", "orders-access-logs").inputs["name"]
    assert log_group == f"/aws/vendedlogs/apis/{project}-{stack}-orders"  # where dots are allowed
