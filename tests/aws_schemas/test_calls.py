"""Every call with which the emulator deploys what can be declared, judged by AWS's models; see ``tests/conftest.py``."""

import botocore.session
import pytest

from components.kms.algorithms import ALGORITHMS
from emulator.aws import Aws
from emulator.errors import ResourceError
from emulator.server import MiniStack
from testkit.certificates import Authority

from ..emulator.bench import Bench
from ..emulator.principals import new_role
from .models import InvalidCall, compiled, judged, violations
from .programs import REGION

SERVICES = (
    "acm",
    "apigatewayv2",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "elbv2",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "route53",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
)


def test_aws_accepts_every_call(bench: Bench, ministack: MiniStack) -> None:
    for role in ("authorizer", "backend"):
        new_role(ministack.region(REGION).iam, role, "lambda.amazonaws.com")
    store = ministack.region(REGION).client("s3")
    store.create_bucket(Bucket="trust", CreateBucketConfiguration={"LocationConstraint": REGION})
    store.put_bucket_versioning(Bucket="trust", VersioningConfiguration={"Status": "Enabled"})
    version = store.put_object(Bucket="trust", Key="store.pem", Body=Authority("Example CA").pem)["VersionId"]

    program = "from tests.aws_schemas.programs import everything\neverything()"
    bench.up(program, truststore_version=version, **{"aws:region": REGION})

    assert len(bench.deployment.resources) > 100


def test_a_call_that_aws_would_reject_stops_the_deployment(bench: Bench) -> None:
    with pytest.raises(ResourceError, match=r"kms\.CreateKey\.KeySpec: 'ECC_P521' is not one of .*ECC_NIST_P521"):
        bench.up('aws.kms.Key("key", customer_master_key_spec="ECC_P521", key_usage="SIGN_VERIFY")')


def test_lengths_characters_and_numbers_are_judged(ministack: MiniStack) -> None:
    aws = ministack.region()
    for service, operation, parameters, fault in (
        ("logs", "create_log_group", {"logGroupName": "a b"}, "logGroupName: 'a b' does not match"),
        ("logs", "create_log_group", {"logGroupName": "a", "tags": {}}, "entries is 0, and must be at least 1"),
        ("kms", "create_key", {"Tags": [{"TagKey": "a" * 129, "TagValue": ""}]}, r"Tags\[0\].TagKey: .* is 129"),
        ("lambda", "update_function_configuration", {"FunctionName": "a", "MemorySize": 64}, "MemorySize is 64"),
        ("apigatewayv2", "create_api", {"Name": "a", "ProtocolType": "REST"}, "'REST' is not one of WEBSOCKET, HTTP"),
    ):
        with pytest.raises(InvalidCall, match=fault):
            getattr(aws.client(service), operation)(**parameters)


def test_outside_the_block_nothing_is_judged() -> None:
    before = Aws.client
    with judged():
        assert Aws.client is not before
    assert Aws.client is before


@pytest.mark.parametrize("service", SERVICES)
def test_every_pattern_of_the_models_is_understood(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    for name in model.shape_names:
        compiled(model.shape_for(name).metadata.get("pattern", ""))


def test_kms_has_every_algorithm() -> None:
    kms = botocore.session.get_session().get_service_model("kms")
    create, sign = (kms.operation_model(name).input_shape for name in ("CreateKey", "Sign"))
    for algorithm in ALGORITHMS.values():
        assert list(violations(create, {"KeySpec": algorithm.key_spec}, "CreateKey")) == []
        assert list(violations(sign, {"SigningAlgorithm": algorithm.signing_algorithm}, "Sign")) == []
    assert list(violations(sign, {"SigningAlgorithm": "ED25519"}, "Sign")) != []
