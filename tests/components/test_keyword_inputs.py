"""The two ways to write inputs in Python, keyword arguments and one ``TypedDict``: they declare and refuse the same."""

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

import components
from components import (
    AuthorizedHttpApi,
    AuthorizerFunction,
    AuthorizerRole,
    InvalidArgs,
    JwtAuthorizer,
    RouteArgs,
    SigningKeys,
)
from components.testing import Recording, declare

from .example import BACKEND, ISSUER, JWKS, ROLE


def _declared(recording: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (item.type, item.name): {key: value for key, value in item.inputs.items() if key != "code"}
        for item in recording.resources
    }


@pytest.mark.parametrize(
    ("keywords", "one_dict"),
    [
        (
            lambda: SigningKeys("signing", algorithm="ES256", signers=[ROLE]),
            lambda: SigningKeys("signing", {"algorithm": "ES256", "signers": [ROLE]}),
        ),
        (
            lambda: AuthorizedHttpApi(
                "orders",
                issuer=ISSUER,
                audience=["orders"],
                keys={"jwks": [JWKS]},
                routes={"GET /orders": {"scopes": ["orders:read"], "integration": {"lambda_arn": BACKEND}}},
            ),
            lambda: AuthorizedHttpApi(
                "orders",
                {
                    "issuer": ISSUER,
                    "audience": ["orders"],
                    "keys": {"jwks": [JWKS]},
                    "routes": {"GET /orders": {"scopes": ["orders:read"], "integration": {"lambda_arn": BACKEND}}},
                },
            ),
        ),
        (
            lambda: JwtAuthorizer("orders", api_id="a", function_arn=BACKEND),
            lambda: JwtAuthorizer("orders", {"api_id": "a", "function_arn": BACKEND}),
        ),
        (
            lambda: AuthorizerFunction(
                "orders", role_arn=ROLE, issuer=ISSUER, audience=["orders"], keys={"jwks": [JWKS]}
            ),
            lambda: AuthorizerFunction(
                "orders",
                {"role_arn": ROLE, "issuer": ISSUER, "audience": ["orders"], "keys": {"jwks": [JWKS]}},
            ),
        ),
        (
            lambda: AuthorizerRole("orders", log_group_name="/aws/lambda/orders", tracing=True),
            lambda: AuthorizerRole("orders", {"log_group_name": "/aws/lambda/orders", "tracing": True}),
        ),
    ],
)
def test_both_declare_the_same(keywords: Callable[[], object], one_dict: Callable[[], object]) -> None:
    declared = _declared(declare(keywords))

    assert declared == _declared(declare(one_dict))
    assert len(declared) > 1


def test_resource_options_are_beside_keyword_arguments() -> None:
    seen: list[str] = []
    opts = pulumi.ResourceOptions(transformations=[lambda args: seen.append(args.name)])
    declare(lambda: SigningKeys("signing", algorithm="ES256", opts=opts))

    assert seen[0] == "signing"


def test_keyword_arguments_are_checked_by_their_names() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: SigningKeys("signing", algorithm="HS256", issuers=[ROLE]))  # type: ignore[call-overload]

    assert "\n  algorithm: 'HS256' is not" in str(refused.value)
    assert "\n  issuers: was renamed: write signers" in str(refused.value)


def test_what_is_needed_is_missing_in_keyword_arguments_too() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizedHttpApi("orders"))  # type: ignore[call-overload]

    for name in ("routes", "issuer", "audience"):
        assert f"\n  {name}: missing" in str(refused.value)


@pytest.mark.parametrize(
    "component", [AuthorizedHttpApi, AuthorizerFunction, AuthorizerRole, JwtAuthorizer, SigningKeys]
)
def test_what_the_schema_requires_is_missing_where_nothing_is_given(component: Callable[[str], object]) -> None:
    schema = json.loads((Path(__file__).parents[2] / "schema.json").read_text())
    resource = schema["resources"][f"kms-jwt:index:{component.__name__}"]
    missing: set[str] = set()
    try:
        declare(lambda: component("orders"))
    except InvalidArgs as refused:
        missing = set(re.findall(r"^  (\w+)[\w.]*: missing", str(refused), re.MULTILINE))

    required = set(resource["requiredInputs"])
    if "functionArn" in resource["inputProperties"]:
        required |= {"issuer", "audience", "keys"}
    assert missing == {re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name) for name in required}


def test_one_of_the_two_ways() -> None:
    with pytest.raises(
        InvalidArgs, match=r"algorithm: cannot be combined with args: write it there, or write all inputs as keyword"
    ):
        declare(lambda: SigningKeys("signing", {}, algorithm="ES256"))  # type: ignore[call-overload]


PUBLIC = [public for name in components.__all__ if isinstance(public := getattr(components, name), type)]


@pytest.mark.parametrize("public", PUBLIC)
def test_the_help_of_a_class_is_ours(public: type) -> None:
    assert public.__dict__["__doc__"]
    assert inspect.getdoc(public) not in [inspect.getdoc(base) for base in (*public.__mro__[1:], dict)]


@pytest.mark.parametrize("component", [public for public in PUBLIC if issubclass(public, pulumi.ComponentResource)])
def test_the_help_of_a_constructor_is_ours(component: type) -> None:
    constructor = component.__dict__["__init__"]
    assert f"{component.__name__}Args" in (inspect.getdoc(constructor) or "")
    assert list(inspect.signature(constructor).parameters) == ["self", "name", "args", "opts", "inputs"]


def test_a_list_that_is_only_read_may_be_any_sequence() -> None:
    """Of strings that are no Outputs as well: a ``list[str]`` is no ``list[pulumi.Input[str]]``."""
    audience, signers = ["orders"], (ROLE,)
    api = {"GET /orders": RouteArgs(integration={"lambda_arn": BACKEND})}
    recording = declare(
        lambda: AuthorizedHttpApi(
            "orders",
            issuer=ISSUER,
            audience=audience,
            keys={"jwks": (SigningKeys("signing", signers=signers).jwks,)},
            routes=api,
        )
    )

    config = recording.only("aws:lambda/function:Function").inputs["code"].assets["config.json"].text
    assert json.loads(config)["audiences"] == ["orders"]
    assert ROLE in recording.only("aws:kms/key:Key").inputs["policy"]
