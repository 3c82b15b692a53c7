"""Names that AWS accepts with letters, digits, '_' and '-' only, whatever project and stack are called."""

import re

import pulumi
import pytest

from components import AuthorizedHttpApi, InvalidArgs, SigningKeys
from components.names import plain_name
from components.testing import Recording, declare

from .example import api_args


def _plain(project: str, stack: str, name: str) -> str:
    pulumi.runtime.set_mocks(Recording(preview=False), project=project, stack=stack)
    return plain_name(name)


def test_a_name_without_dots_is_as_it_was() -> None:
    assert _plain("my_shop", "dev-1", "orders") == "my_shop-dev-1-orders"
    assert _plain("a" * 100, "b" * 100, "c" * 48) == f"{'a' * 100}-{'b' * 100}-{'c' * 48}"


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
        ("a" * 100, "b" * 100, "c" * 49),
        ("a" * 100, "b" * 100, "c" * 50),
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


def test_a_name_that_is_too_long_gets_a_hash() -> None:
    assert re.fullmatch(r"a{100}-b{100}-c{39}-[0-9a-f]{8}", _plain("a" * 100, "b" * 100, "c" * 49))


def test_the_alias_of_long_names_is_one_that_kms_has() -> None:
    recording = declare(lambda: SigningKeys("n" * 100, {}), project="p" * 100, stack="s" * 100)

    assert re.fullmatch(r"alias/[A-Za-z0-9_-]{1,250}", recording.only("aws:kms/alias:Alias").inputs["name"])


@pytest.mark.parametrize("name", ["", "a b", "a\n", "ü", "-a", "a" * 101, "a" * 300])
def test_names_of_signing_keys_that_are_refused(name: str) -> None:
    with pytest.raises(InvalidArgs, match="name: must "):
        declare(lambda: SigningKeys(name, {}))


@pytest.mark.parametrize("name", ["", "a b/c::\n", "2026-11\n", "a/b", "ü", "a" * 65])
def test_names_of_generations_that_are_refused(name: str) -> None:
    with pytest.raises(
        InvalidArgs, match=r"generations\[0\]\.name: must be 1 to 64 letters, digits, '\.', '_' and '-'"
    ):
        declare(lambda: SigningKeys("signing", {"generations": [{"name": name}]}))


@pytest.mark.parametrize("name", ["2026-11", "v1.2_b", "a" * 64])
def test_names_of_generations(name: str) -> None:
    declare(lambda: SigningKeys("signing", {"generations": [{"name": name}]}))


def test_the_name_at_fault_is_the_users() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizedHttpApi("o" * 30, api_args()))

    assert f"name: must have at most 29 characters, and '{'o' * 30}' has 30" in str(refused.value)
    assert "authorizer" not in str(refused.value)
    declare(lambda: AuthorizedHttpApi("o" * 29, api_args()))
