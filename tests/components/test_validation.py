"""What no argument may be, of whatever component: each fault with its path, nothing secret in it, and never a traceback."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

import components
from components import AuthorizedHttpApi, InvalidArgs, SigningKeys
from components.faults import Faults
from components.testing import Recording, declare
from components.validation import RENAMED_INPUTS

from .example import CERTIFICATE, JWKS, api_args, declare_api

SECRET = "v1RjW3Y7LkHf5w0nqYt2pC8sXbD4mZaE6uGiOrNhQyM"
"""As long as the `d` of a P-256 key."""
PRIVATE_JWKS = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "d": SECRET}]}
PEM = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"
URL = "https://status.example.com/"


def refusal(**changes: Any) -> str:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(**changes)
    message = str(refused.value)
    message.encode()
    return message


def refused_keys(args: Mapping[str, Any]) -> str:
    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: SigningKeys("signing", args))  # type: ignore[call-overload] # wrong ones
    message = str(refused.value)
    message.encode()
    return message


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"keys": {"jwks": [PRIVATE_JWKS]}}, "keys.jwks[0]: must be a string, and is an object"),
        ({"keys": {"jwks": json.dumps(PRIVATE_JWKS)}}, "keys.jwks: must be a list, and is a string"),
        ({"keys": PEM}, "keys: must be an object, and is a string"),
        ({"keys": {"jwks": [[SECRET]]}}, "keys.jwks[0]: must be a string, and is a list"),
        ({"keys": {"jwks": [SECRET.encode()]}}, "keys.jwks[0]: must be a string, and is of the type bytes"),
        ({"function_arn": PEM}, "function_arn: must be the ARN of a Lambda function"),
        ({"function_arn": json.dumps(PRIVATE_JWKS)}, "function_arn: must be the ARN of a Lambda function"),
    ],
)
def test_what_may_be_a_private_key_is_not_quoted(changes: dict[str, Any], fault: str) -> None:
    message = refusal(**changes)
    assert fault in message
    assert SECRET not in message


def test_a_former_name_of_an_input_is_refused_with_its_name() -> None:
    assert "\n  issuers: was renamed: write signers" in refused_keys({"issuers": []})


def test_former_names_of_inputs_are_in_use_no_more() -> None:
    for shape, names in RENAMED_INPUTS.items():
        inputs = getattr(components, shape).__annotations__
        assert not names.keys() & inputs
        assert set(names.values()) <= inputs.keys()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"cors": {None: 1}}, "cors: a key must be a string, and is None"),
        ({"function": {1: 2, "memory_size": 512}}, "function: a key must be a string, and is 1"),
        ({"tags": {1: "x", "a": "y"}}, "tags: a key must be a string, and is 1"),
        ({"tags": {"\ud800": "x"}}, "tags: a key must be valid Unicode text, and has an unpaired surrogate"),
        ({"routes": {7: {}}}, "routes: a key must be a string, and is 7"),
        (
            {"routes": {"GET /a": {"integration": {"http_url": URL, "response_parameters": {200: {}}}}}},
            'routes["GET /a"].integration.response_parameters: a key must be a string, and is 200',
        ),
        ({"description": "a\ud800"}, "description: must be valid Unicode text, and has an unpaired surrogate at"),
        ({"issuer": "https://a\udfff"}, "issuer: must be valid Unicode text"),
        ({"tags": {"a": "\ud800"}}, "tags.a: must be valid Unicode text"),
        ({"policy": {"expected_claims": {"u": ["\ud800"]}}}, "policy.expected_claims.u[0]: must be valid Unicode text"),
        ({"cache_ttl": 10**5000}, "cache_ttl: must be a number of 64 bits, and is an integer that does not fit"),
        ({"issuer": 10**5000}, "issuer: must be a string, and is an integer that does not fit into 64 bits"),
        ({"stage": {"throttling_rate_limit": 10**400}}, "stage.throttling_rate_limit: must be a number of 64 bits"),
        ({"stage": {"throttling_rate_limit": 1e30}}, "stage.throttling_rate_limit: must be a number of 64 bits"),
        ({"policy": {"expected_claims": {"u": [-(2**63) - 1]}}}, "policy.expected_claims.u[0]: must be a number of 64"),
        (
            {"policy": {"expected_claims": {"u": [float("nan")]}}},
            "policy.expected_claims.u[0]: must be a finite number",
        ),
        ({"stage": {"throttling_rate_limit": float("nan")}}, "stage.throttling_rate_limit: must be a finite number"),
        (
            {"stage": {"throttling_rate_limit": float("inf")}},
            "throttling_rate_limit: must be a finite number, and is inf",
        ),
        ({"stage": {"throttling_burst_limit": 2**31}}, "throttling_burst_limit: must be at most 2147483647, and is"),
        (
            {"routes": {"GET /a": {"integration": {"service": {"subtype": 10**5000, "resource_arn": "a"}}}}},
            'routes["GET /a"].integration.service.subtype: must be a string, and is an integer that',
        ),
    ],
)
def test_what_cannot_be_sent_on_is_refused_with_its_path(changes: dict[str, Any], fault: str) -> None:
    message = refusal(**changes)
    assert fault in message
    assert "nothing was created" in message


def test_every_number_of_64_bits_and_every_limit_of_32_is_accepted() -> None:
    limits = {"throttling_burst_limit": 2**31 - 1, "throttling_rate_limit": 2**31 - 1}
    claims = {"expected_claims": {"u": ["\U0001f600", 2**53, True]}}
    stage = declare_api(stage=limits, policy=claims).only("aws:apigatewayv2/stage:Stage")
    assert stage.inputs["defaultRouteSettings"]["throttlingBurstLimit"] == 2**31 - 1


GENERATIONS = [{"name": "old"}, {"name": "new"}]


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (
            {"max_token_lifetime_seconds": 10**12, "generations": GENERATIONS, "active": "new"},
            "must be 1 second to 366",
        ),
        ({"generations": [{"name": "a\ud800"}]}, "generations[0].name: must be valid Unicode text"),
        *(
            (
                {"generations": [{"name": "old", "retire_after": time}, {"name": "new"}], "active": "new"},
                "generations[0].retire_after: must have a year from 1971 to 9998, such as",
            )
            for time in (
                "0001-01-01T00:00:00Z",
                "0001-01-01T00:00:00+23:59",
                "0900-01-01T00:00:00Z",
                "1970-12-31T00:00:00Z",
                "9999-12-31T23:59:59-23:00",
            )
        ),
    ],
)
def test_no_time_of_a_generation_is_out_of_range(args: dict[str, Any], fault: str) -> None:
    assert fault in refused_keys(args)


@pytest.mark.parametrize("time", ["1971-01-01T00:00:00+23:59", "9998-12-31T23:59:59-23:59"])
def test_the_first_and_the_last_time_of_a_generation(time: str) -> None:
    generations = [{"name": "old", "retire_after": time}, {"name": "new"}]
    args: Any = {"generations": generations, "active": "new", "max_token_lifetime_seconds": 366 * 86400}
    assert len(declare(lambda: SigningKeys("signing", args)).all("aws:kms/key:Key")) == 2


def _route(**integration: Any) -> dict[str, Any]:
    return {"routes": {"GET /a": {"integration": {"http_url": URL, **integration}}}}


_LEAVES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "issuer": lambda value: {"issuer": value},
    "audience[0]": lambda value: {"audience": [value]},
    "keys.jwks[0]": lambda value: {"keys": {"jwks": [value]}},
    "well_known.jwks": lambda value: {"well_known": {"jwks": value}},
    "function.vpc.subnet_ids[0]": lambda value: {
        "function": {"vpc": {"subnet_ids": [value], "security_group_ids": ["g"]}}
    },
    "stage.variables.a": lambda value: {"stage": {"variables": {"a": value}}},
    "domain.name": lambda value: {"domain": {"name": value, "certificate_arn": CERTIFICATE}},
    "domain.hosted_zone_id": lambda value: {
        "domain": {"name": "api.example.com", "certificate_arn": CERTIFICATE, "hosted_zone_id": value}
    },
    'routes["GET /a"].integration.http_url': lambda value: _route(http_url=value),
    'routes["GET /a"].integration.request_parameters["overwrite:header.x"]': lambda value: _route(
        request_parameters={"overwrite:header.x": value}
    ),
    'routes["GET /a"].integration.response_parameters["200"]["remove:header.server"]': lambda value: _route(
        response_parameters={"200": {"remove:header.server": value}}
    ),
    'routes["GET /a"].integration.vpc_link.vpc_link_id': lambda value: {
        "routes": {
            "GET /a": {
                "integration": {
                    "vpc_link": {
                        "vpc_link_id": value,
                        "listener_arn": "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-abc123",
                    }
                }
            }
        }
    },
}


_NO_TEXTS: tuple[object, ...] = (7, {}, ["x"], "\ud800")


@pytest.mark.parametrize(
    ("leaf", "found"), [*((leaf, None) for leaf in _LEAVES), *(("stage.variables.a", found) for found in _NO_TEXTS)]
)
def test_an_output_that_is_no_text_fails_with_its_path(leaf: str, found: object) -> None:
    def program() -> None:
        AuthorizedHttpApi("orders", api_args(**_LEAVES[leaf](pulumi.Output.from_input(found))))

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert f"\n  {leaf}: must be " in str(refused.value)
    assert "during the deployment" in str(refused.value)


def _judged(value: Callable[[], pulumi.Input[str]]) -> Recording:
    return declare(lambda: {"judged": Faults("It").below("colour").checked(value(), _blue)})


def _blue(text: str) -> str | None:
    return None if text == "blue" else f"must be blue, and is {text!r}"


def test_a_rule_for_what_is_not_known_yet() -> None:
    assert _judged(lambda: pulumi.Output.from_input("blue")).outputs == {"judged": "blue"}
    with pytest.raises(InvalidArgs, match=r"\n  colour: must be blue, and is 'red'$"):
        _judged(lambda: pulumi.Output.from_input("red"))


def test_one_value_and_one_rule_are_one_output() -> None:
    def program() -> None:
        faults, value = Faults("It"), pulumi.Output.from_input("blue")
        judged = faults.below("a").checked(value, _blue)
        assert faults.below("b").checked(value, _blue) is judged
        assert faults.checked(value, lambda text: None) is not judged

    declare(program)


def test_a_rule_for_stage_variables_that_are_not_known_yet() -> None:
    def program() -> None:
        AuthorizedHttpApi("orders", api_args(stage={"variables": {"a": pulumi.Output.from_input("b c")}}))

    with pytest.raises(InvalidArgs, match=r"stage\.variables\.a: must be 1 to 512 letters, .* and is 'b c'"):
        declare(program)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (lambda secret: {"function_arn": secret, "issuer": None, "audience": None, "keys": None}, "must be the ARN of"),
        (
            lambda secret: {"stage": {"variables": {"a": secret}}},
            "stage.variables.a: is invalid; the reason is not shown",
        ),
    ],
)
def test_a_secret_is_not_quoted(changes: Callable[[Any], dict[str, Any]], fault: str) -> None:
    def program() -> None:
        AuthorizedHttpApi("orders", api_args(**changes(pulumi.Output.secret(f"{SECRET} "))))

    with pytest.raises(InvalidArgs) as refused:
        declare(program)
    assert fault in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_secret_that_is_right_passes() -> None:
    def program() -> None:
        AuthorizedHttpApi("orders", api_args(keys={"jwks": [pulumi.Output.secret(JWKS)]}))

    assert declare(program).only("aws:apigatewayv2/api:Api")
