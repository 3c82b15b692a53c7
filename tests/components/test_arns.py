"""ARNs as inputs: each documented one is checked for its service and form, known or Output."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from components import AuthorizedHttpApi, AuthorizerRole, InvalidArgs, SigningKeys
from components.arn_inputs import ARN_INPUTS
from components.arns import (
    API,
    CERTIFICATE,
    EVENT_BUS,
    KMS_KEY,
    LAMBDA_FUNCTION,
    LISTENER,
    LOG_GROUP,
    PRINCIPAL,
    QUEUE,
    RESOURCE,
    ROLE,
    STATE_MACHINE,
    STREAM,
    TOPIC,
    ArnForm,
)
from components.plugin import KmsJwtProvider
from components.testing import ACCOUNT, REGION, declare

from .example import BACKEND, KEY, api_args, declare_api

FORMS = (
    API,
    CERTIFICATE,
    EVENT_BUS,
    KMS_KEY,
    LAMBDA_FUNCTION,
    LISTENER,
    LOG_GROUP,
    PRINCIPAL,
    QUEUE,
    RESOURCE,
    ROLE,
    STATE_MACHINE,
    STREAM,
    TOPIC,
)
INVOKE_ARN = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{BACKEND}/invocations"


def _documented() -> Iterator[tuple[str, str]]:
    """The arguments that are ARNs by their name, or that are described as such."""
    schema = json.loads(KmsJwtProvider("0").schema or "")
    shapes = {token.rpartition(":")[2]: type_["properties"] for token, type_ in schema["types"].items()}
    for token, resource in schema["resources"].items():
        shapes[f"{token.rpartition(':')[2]}Args"] = resource["inputProperties"]
    for shape, properties in shapes.items():
        for name, property_ in properties.items():
            key = re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name)
            if re.fullmatch(r"(.*_)?arns?", key) or property_["description"].startswith("ARN"):
                yield shape, key


def test_every_input_that_is_documented_as_an_arn_is_checked() -> None:
    assert sorted(_documented()) == sorted((shape, key) for shape, keys in ARN_INPUTS.items() for key in keys)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.what)
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"])
def test_the_examples_are_such_arns_in_every_partition(form: ArnForm, partition: str) -> None:
    assert form.fault(form.example.replace("arn:aws:", f"arn:{partition}:")) is None
    assert form.fault(form.example.replace("eu-west-1", "us-gov-east-1")) is None


@pytest.mark.parametrize(
    ("form", "arn"),
    [
        (LAMBDA_FUNCTION, f"{BACKEND}:live"),
        (LAMBDA_FUNCTION, f"{BACKEND}:7"),
        (KMS_KEY, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab"),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:role/service-role/team/a+b=c,d.e@f-g_h"),
        (PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:user/division/alice"),
        (PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:root"),
        (PRINCIPAL, f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/alice@example.com"),
        (PRINCIPAL, f"arn:aws:sts::{ACCOUNT}:federated-user/alice"),
        (LISTENER, f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/net/a/0123456789abcdef/0123456789abcdef"),
        (LISTENER, f"arn:aws:servicediscovery:{REGION}:{ACCOUNT}:service/srv-0123456789abcdef"),
        (LOG_GROUP, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vendedlogs/apis/my.shop#1:*"),
        (QUEUE, f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders.fifo"),
        (EVENT_BUS, f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/aws.partner/example.com/1"),
        (STATE_MACHINE, f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:flow:live"),
        (RESOURCE, f"arn:aws:secretsmanager:*:{ACCOUNT}:secret:x-??????"),
        (RESOURCE, "arn:aws:s3:::bucket/a b/*"),
        (RESOURCE, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        (RESOURCE, "arn:aws:s3:::*-orders"),
        (RESOURCE, "arn:aws:execute-api:*:*:*/*/GET/x"),
    ],
)
def test_other_spellings_of_such_arns(form: ArnForm, arn: str) -> None:
    assert form.fault(arn) is None


@pytest.mark.parametrize(
    ("form", "value", "fault"),
    [
        (LAMBDA_FUNCTION, INVOKE_ARN, f"an invoke ARN ({INVOKE_ARN}): write the function ARN, {BACKEND}"),
        (
            LAMBDA_FUNCTION,
            INVOKE_ARN.replace("/invocations", ":$LATEST/invocations"),
            f"write the function ARN, {BACKEND}",
        ),
        (LAMBDA_FUNCTION, f"{BACKEND}:$LATEST", f"but permissions do not support $LATEST: write {BACKEND}"),
        (LAMBDA_FUNCTION, "mine", "only the name 'mine': write arn:aws:lambda:REGION:ACCOUNT:function:mine"),
        (LAMBDA_FUNCTION, "mine:live", "write arn:aws:lambda:REGION:ACCOUNT:function:mine:live"),
        (LAMBDA_FUNCTION, f"{BACKEND}:", "such as arn:aws:lambda:eu-west-1:123456789012:function:NAME, and is"),
        (LAMBDA_FUNCTION, f"{BACKEND}:live:1", "such as arn:aws:lambda:"),
        (LAMBDA_FUNCTION, f"{BACKEND}\n", "such as arn:aws:lambda:"),
        (LAMBDA_FUNCTION, f" {BACKEND}", "such as arn:aws:lambda:"),
        (LAMBDA_FUNCTION, f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:mine:1", "must be the ARN of a Lambda function"),
        (LAMBDA_FUNCTION, 5, "and is 5"),
        (KMS_KEY, "alias/signing", "the alias 'alias/signing', which policies do not support: write the key ARN"),
        (KMS_KEY, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/signing", "which policies do not support: write the key"),
        (
            KMS_KEY,
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "write the key ARN, arn:aws:kms:REGION:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ),
        (KMS_KEY, "mrk-1234abcd12ab34cd56ef1234567890ab", "only the key ID 'mrk-1234abcd12ab34cd56ef1234567890ab'"),
        (KMS_KEY, "*", "and is '*'"),
        (KMS_KEY, f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*", "must be the ARN of a KMS key"),
        (KMS_KEY, f"arn:aws:kms:*:{ACCOUNT}:key/1", "must be the ARN of a KMS key"),
        (ROLE, "mine", "only the name 'mine': write arn:aws:iam::ACCOUNT:role/mine"),
        (ROLE, "arn:aws:iam:::role/x", "without the 12-digit account ID: write arn:aws:iam::ACCOUNT:role/x"),
        (ROLE, "arn:aws:iam::1:role/x", "write arn:aws:iam::ACCOUNT:role/x"),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:user/x", "must be the ARN of an IAM role"),
        (ROLE, f"arn:aws:iam::{ACCOUNT}:instance-profile/x", "must be the ARN of an IAM role"),
        (
            ROLE,
            f"arn:aws:sts::{ACCOUNT}:assumed-role/x/session",
            f"the ARN of a role session (arn:aws:sts::{ACCOUNT}:assumed-role/x/session): write the role ARN, "
            f"arn:aws:iam::{ACCOUNT}:role/x",
        ),
        (PRINCIPAL, "*", "a wildcard would allow everybody"),
        (PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:role/*", "a wildcard would allow everybody"),
        (PRINCIPAL, "arn:aws:iam::*:root", "a wildcard would allow everybody"),
        (PRINCIPAL, "arn:aws:iam:::role/x", "write arn:aws:iam::ACCOUNT:role/x"),
        (PRINCIPAL, "arn:aws:iam:::root", "write arn:aws:iam::ACCOUNT:root"),
        (PRINCIPAL, ACCOUNT, f"IAM policies allow: write arn:aws:iam::{ACCOUNT}:root if you mean that"),
        (PRINCIPAL, "lambda.amazonaws.com", "the service 'lambda.amazonaws.com': write the ARN of the role"),
        (PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:group/admins", "write the ARNs of its users, or of a role"),
        (PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:saml-provider/x", "must be the ARN of an IAM role or user"),
        (PRINCIPAL, "AROA1234567890EXAMPLE", "must be the ARN of an IAM role or user"),
        (RESOURCE, "*", "'*', which means all resources: write the ARNs of those that are needed"),
        (
            RESOURCE,
            "arn:aws:s3:::*",
            "'arn:aws:s3:::*', which means all resources: write the ARNs of those that are needed",
        ),
        (RESOURCE, "arn:aws:kms:*:*:*", "'arn:aws:kms:*:*:*', which means all resources"),
        (RESOURCE, "arn:aws:s3:::*/*", "'arn:aws:s3:::*/*', which means all resources"),
        (RESOURCE, f"arn:aws:sns:{REGION}:{ACCOUNT}:**?", "which means all resources"),
        (RESOURCE, "arn:aws:*:::x", "must be the ARN of a resource"),
        (RESOURCE, "bucket/*", "must be the ARN of a resource"),
        (CERTIFICATE, f"arn:aws:iam::{ACCOUNT}:server-certificate/x", "must be the ARN of an ACM certificate"),
        (LISTENER, f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/a/b", "must be the ARN of a lis"),
        (LISTENER, f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/gwy/a/b/c", "must be the ARN of a lis"),
        (LOG_GROUP, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:a:log-stream:b", "must be the ARN of a CloudWatch log"),
        (LOG_GROUP, "/aws/lambda/mine", "must be the ARN of a CloudWatch log group"),
        (TOPIC, f"arn:aws:sqs:{REGION}:{ACCOUNT}:x", "must be the ARN of an SNS topic"),
        (TOPIC, f"arn:aws:sns:{REGION}:{ACCOUNT}:x:00000000-0000-0000-0000-000000000000", "must be the ARN of an SNS"),
    ],
)
def test_what_is_taken_for_such_an_arn_is_refused_with_what_to_write(form: ArnForm, value: object, fault: str) -> None:
    assert fault in str(form.fault(value))


EVERYWHERE: dict[str, Any] = {
    "alarms": {"topic_arn": "?"},
    "domain": {
        "name": "a.example.com",
        "certificate_arn": "?",
        "disable_default_endpoint": True,
        "mutual_tls": {"truststore_uri": "s3://bucket/truststore.pem", "ownership_certificate_arn": "?"},
    },
    "function": {"kms_key_arn": "?", "log_kms_key_arn": "?"},
    "keys": {"source": "kms", "kms_keys": [{"arn": "?"}]},
    "role": {"policy_statements": [{"actions": ["s3:GetObject"], "resources": [BACKEND, "?"]}]},
    "stage": {"access_log_group_arn": "?"},
    "routes": {
        "GET /a": {"integration": {"lambda_arn": "?"}},
        "GET /b": {"integration": {"vpc_link": {"vpc_link_id": "v", "listener_arn": "?"}}},
        "GET /c": {
            "integration": {
                "service": {
                    "subtype": "SQS-SendMessage",
                    "resource_arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders",
                    "parameters": {"QueueUrl": "u", "MessageBody": "b"},
                    "role_arn": "?",
                }
            }
        },
    },
}


def test_every_wrong_arn_is_named_at_once_and_nothing_is_created() -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(**EVERYWHERE)

    assert "has invalid inputs, and nothing was created:" in str(refused.value)
    assert sorted(fault["property_path"] for fault in refused.value.errors or []) == [
        "alarms.topic_arn",
        "domain.certificate_arn",
        "domain.mutual_tls.ownership_certificate_arn",
        "function.kms_key_arn",
        "function.log_kms_key_arn",
        "keys.kms_keys[0].arn",
        "role.policy_statements[0].resources[1]",
        'routes["GET /a"].integration.lambda_arn',
        'routes["GET /b"].integration.vpc_link.listener_arn',
        'routes["GET /c"].integration.service.resource_arn',
        'routes["GET /c"].integration.service.role_arn',
        "stage.access_log_group_arn",
    ]


@pytest.mark.parametrize("value", ["mine", INVOKE_ARN, 5])
def test_an_output_is_checked_once_it_is_known(value: object) -> None:
    def program() -> None:
        found = pulumi.Output.from_input(value)
        AuthorizedHttpApi("orders", api_args(routes={"GET /a": {"integration": {"lambda_arn": found}}}))

    with pytest.raises(InvalidArgs) as refused:
        declare(program)

    assert str(refused.value).splitlines() == [
        'AuthorizedHttpApi "orders" has invalid inputs, found during the deployment:',
        f'  routes["GET /a"].integration.lambda_arn: {LAMBDA_FUNCTION.fault(value)}',
    ]
    assert [fault["property_path"] for fault in refused.value.errors or []] == [
        'routes["GET /a"].integration.lambda_arn'
    ]


def test_an_output_of_a_list_is_named_by_its_place() -> None:
    def program() -> None:
        arns: list[pulumi.Input[str]] = [KEY, pulumi.Output.from_input("alias/signing")]
        AuthorizerRole("orders", {"log_group_name": "/mine", "kms_key_arns": arns})

    with pytest.raises(
        InvalidArgs, match=r"(?s)during the deployment:.*kms_key_arns\[1\]: .* the alias 'alias/signing'"
    ):
        declare(program)


def test_an_awaitable_is_checked_too() -> None:
    async def later() -> str:
        await asyncio.sleep(0)
        return "mine"

    def program() -> None:
        AuthorizedHttpApi("orders", api_args(routes={"GET /a": {"integration": {"lambda_arn": later()}}}))

    with pytest.raises(InvalidArgs, match="only the name 'mine'"):
        declare(program)


def test_an_output_that_is_not_known_yet_passes_the_preview() -> None:
    def program() -> None:
        keys = SigningKeys("signing", {})
        read = {"source": "kms", "kms_keys": [{"arn": keys.active_key_arn}]}
        AuthorizedHttpApi("orders", api_args(keys=read))

    assert declare(program, preview=True).all("aws:iam/rolePolicy:RolePolicy")


def test_one_key_named_twice_is_one_key() -> None:
    def program() -> None:
        keys = [{"arn": KEY}, {"arn": KEY, "algorithm": "ES512"}, {"arn": pulumi.Output.from_input(KEY)}]
        AuthorizedHttpApi("orders", api_args(keys={"source": "kms", "kms_keys": keys}))

    recording = declare(program)
    policy = json.loads(recording.only("aws:iam/rolePolicy:RolePolicy", "orders-authorizer-role-kms").inputs["policy"])
    assert [statement["Resource"] for statement in policy["Statement"]] == [[KEY]]
    config = json.loads(recording.only("aws:lambda/function:Function").inputs["code"].assets["config.json"].text)
    assert config["kms"]["keys"] == [{"key_id": KEY, "alg": "ES512"}]
