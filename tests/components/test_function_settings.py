"""How the authorizer's function runs: concurrency, snapshots, VPC, tracing, keys, logs."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, AuthorizerRole, InvalidArgs
from components.testing import ACCOUNT, REGION, Recording, declare

from .example import KEY, ROLE, api_args, declare_api
from .registrations import registered

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders-authorizer-function-lambda"


def _function(recording: Recording) -> dict[str, Any]:
    return recording.only("aws:lambda/function:Function").inputs


def _statements(recording: Recording, policy: str = "policy") -> list[dict[str, Any]]:
    role_policy = recording.only("aws:iam/rolePolicy:RolePolicy", f"orders-authorizer-role-{policy}")
    statements: list[dict[str, Any]] = json.loads(role_policy.inputs["policy"])["Statement"]
    return statements


@pytest.mark.parametrize("settings", [{}, {"provisioned_concurrency": 2}, {"snap_start": True}])
def test_api_gateway_calls_the_alias_and_may_call_only_that(settings: dict[str, Any]) -> None:
    """Whatever the settings: so that no change of them changes the URI."""
    recording = declare_api(function=settings)

    assert _function(recording)["publish"] is True
    alias = recording.only("aws:lambda/alias:Alias").inputs
    assert alias == {"functionName": "orders-authorizer-function-lambda", "functionVersion": "3", "name": "live"}
    authorizer = recording.only("aws:apigatewayv2/authorizer:Authorizer").inputs
    assert authorizer["authorizerUri"].endswith(f"/functions/{FUNCTION}:live/invocations")
    permission = recording.only("aws:lambda/permission:Permission", "orders-authorizer-permission").inputs
    assert permission["function"] == "orders-authorizer-function-lambda"
    assert permission["qualifier"] == "live"


def test_the_version_is_warm_before_the_alias_moves_to_it() -> None:
    recording = declare_api(function={"provisioned_concurrency": 2, "reserved_concurrency": 5})

    assert _function(recording)["reservedConcurrentExecutions"] == 5
    provisioned = recording.only("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs
    assert provisioned == {
        "functionName": "orders-authorizer-function-lambda",
        "provisionedConcurrentExecutions": 2,
        "qualifier": "3",
    }
    dependencies = registered(lambda: AuthorizedHttpApi("orders", api_args(function={"provisioned_concurrency": 2})))
    (provisioned_urn,) = (urn for urn in dependencies if urn.endswith("::orders-authorizer-function-provisioned"))
    (alias_urn,) = (urn for urn in dependencies if urn.endswith("::orders-authorizer-function-alias"))
    assert provisioned_urn in dependencies[alias_urn].dependencies


def test_snapshots() -> None:
    assert _function(declare_api(function={"snap_start": True}))["snapStart"] == {"applyOn": "PublishedVersions"}


def test_a_vpc_and_the_permission_to_attach_to_it() -> None:
    recording = declare_api(function={"vpc": {"subnet_ids": ["s1"], "security_group_ids": ["g1"]}})

    assert _function(recording)["vpcConfig"] == {"securityGroupIds": ["g1"], "subnetIds": ["s1"]}
    assert [statement["Sid"] for statement in _statements(recording)] == ["WriteOwnLog"]
    assert [statement["Sid"] for statement in _statements(recording, "vpc")] == ["AttachToVpc"]


def test_tracing_and_the_permission_for_it() -> None:
    recording = declare_api(function={"tracing": True})

    assert _function(recording)["tracingConfig"] == {"mode": "Active"}
    assert [statement["Sid"] for statement in _statements(recording)] == ["WriteOwnLog", "SendTraces"]


def test_encryption_memory_and_target() -> None:
    function = _function(
        declare_api(
            function={
                "kms_key_arn": KEY,
                "memory_size": 1024.0,
                "timeout": 9,
                "architecture": "x86_64",
                "runtime": "python3.12",
            }
        )
    )

    assert function["kmsKeyArn"] == KEY
    assert function["memorySize"] == 1024
    assert function["timeout"] == 9
    assert function["architectures"] == ["x86_64"]
    assert function["runtime"] == "python3.12"


def test_an_existing_log_group() -> None:
    recording = declare_api(function={"log_group_name": "/mine"})

    assert _function(recording)["loggingConfig"]["logGroup"] == "/mine"
    assert _statements(recording)[0]["Resource"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/mine:*"
    assert not [item for item in recording.resources if item.name == "orders-authorizer-function-logs"]


def test_log_retention_and_key() -> None:
    recording = declare_api(function={"log_retention_days": 365, "log_kms_key_arn": KEY})

    group = recording.only("aws:cloudwatch/logGroup:LogGroup", "orders-authorizer-function-logs").inputs
    assert group["retentionInDays"] == 365
    assert group["kmsKeyId"] == KEY


def test_an_existing_role() -> None:
    recording = declare_api(role={"arn": ROLE})

    assert _function(recording)["role"] == ROLE
    assert not recording.all("aws:iam/role:Role")


def test_extra_policy_statements() -> None:
    statement = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::x/*"]}
    recording = declare_api(role={"policy_statements": [statement]})

    assert _statements(recording)[1] == {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::x/*"],
    }


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (
            {"provisioned_concurrency": 2, "snap_start": True},
            "snap_start: cannot be combined with provisioned_concurrency",
        ),
        ({"provisioned_concurrency": 3, "reserved_concurrency": 2}, "provisioned_concurrency: must be at most half"),
        ({"provisioned_concurrency": 3, "reserved_concurrency": 5}, "provisioned_concurrency: must be at most half"),
        # The package is not signed: where signatures are enforced, Lambda would reject it.
        ({"code_signing_config_arn": "arn:csc"}, "code_signing_config_arn: unknown key"),
        ({"reserved_concurrency": 0}, "reserved_concurrency: must be 1 to 100000 invocations, and is 0"),
        ({"vpc": {"subnet_ids": [], "security_group_ids": ["g"]}}, "vpc.subnet_ids: must not be empty"),
        (
            {"log_group_name": "/x", "log_retention_days": 7},
            "log_retention_days: has no effect on an existing log group",
        ),
        ({"snap_start": "yes"}, "snap_start: must be true or false, and is 'yes'"),
    ],
)
def test_bad_input_names_the_path(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(function=settings)
    assert f"function.{fault}" in str(refused.value)


def test_statements_have_no_effect_on_an_existing_role() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(role={"arn": "a", "policy_statements": []})
    assert "role.policy_statements: has no effect on an existing role" in str(refused.value)


WRONG_LOG_GROUPS = (
    "*",
    "",
    "a b*",
    "/aws/lambda/?",
    "a\n",
    "x" * 513,
    "arn:aws:logs:eu-west-1:123456789012:log-group:x",
)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("name", WRONG_LOG_GROUPS)
def test_a_log_group_that_is_not_one_is_refused(name: str, late: bool) -> None:
    """In an ARN "*" would be every log group of the account."""

    def given() -> pulumi.Input[str]:
        return pulumi.Output.from_input(name) if late else name

    cases: tuple[tuple[Callable[[], Recording], str], ...] = (
        (lambda: declare_api(function={"log_group_name": given()}), "function.log_group_name: must be the name of one"),
        (
            lambda: declare(lambda: AuthorizerRole("orders", {"log_group_name": given()})),
            "  log_group_name: must be the name of one log group",
        ),
    )
    for declared, path in cases:
        with pytest.raises(InvalidArgs) as refused:
            declared()
        assert path in str(refused.value)
        assert repr(name) in str(refused.value)


@pytest.mark.parametrize("name", ["/aws/lambda/a_b.c-d", "a#1", "x" * 512])
def test_a_log_group_known_late_is_the_one_in_the_role_and_in_the_function(name: str) -> None:
    recording = declare(
        lambda: AuthorizedHttpApi("orders", api_args(function={"log_group_name": pulumi.Output.from_input(name)}))
    )

    assert _function(recording)["loggingConfig"]["logGroup"] == name
    assert _statements(recording)[0]["Resource"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"


BUCKET = "arn:aws:s3:::bucket/*"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"actions": [], "resources": [BUCKET]}, "policy_statements[0].actions: must not be empty"),
        ({"actions": ["s3:GetObject"], "resources": []}, "policy_statements[0].resources: must not be empty"),
        (
            {"actions": ["*"], "resources": [BUCKET]},
            "policy_statements[0].actions[0]: must be an action of one service",
        ),
        (
            {"actions": ["s3:GetObject", ""], "resources": [BUCKET]},
            "policy_statements[0].actions[1]: must be an action",
        ),
        ({"actions": ["*:*"], "resources": [BUCKET]}, "policy_statements[0].actions[0]: must be an action of one"),
        ({"actions": ["s3*:Get"], "resources": [BUCKET]}, "policy_statements[0].actions[0]: must be an action of one"),
        ({"actions": ["nonsense"], "resources": [BUCKET]}, "policy_statements[0].actions[0]: must be an action of one"),
        ({"actions": ["s3:"], "resources": [BUCKET]}, "policy_statements[0].actions[0]: must be an action of one"),
        ({"actions": ["s3:Get\n"], "resources": [BUCKET]}, "policy_statements[0].actions[0]: must be an action of one"),
        (
            {"actions": ["s3:Get*"], "resources": ["arn:aws:s3:::*"]},
            "policy_statements[0].resources[0]: must be the ARN",
        ),
    ],
)
def test_a_statement_that_names_nothing_or_everything_is_refused(statement: Any, fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(role={"policy_statements": [statement]})
    assert f"  role.{fault}" in str(refused.value)

    with pytest.raises(InvalidArgs) as refused:
        declare(lambda: AuthorizerRole("orders", {"log_group_name": "/mine", "policy_statements": [statement]}))
    assert f"  {fault}" in str(refused.value)


def test_wildcards_within_the_names_of_actions_and_resources() -> None:
    statement = {"actions": ["s3:Get*", "ssm:GetParameter?", "execute-api:Invoke"], "resources": [BUCKET]}
    recording = declare_api(role={"policy_statements": [statement]})

    assert _statements(recording)[-1]["Action"] == statement["actions"]
