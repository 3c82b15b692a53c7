"""The resources themselves: keys that sign, functions that answer over HTTP, settings that arrive in AWS."""

import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from emulator.errors import ResourceError
from emulator.server import MiniStack
from emulator.web import fetch

from .bench import Bench
from .calls import recorded

# An authorizer that allows requests with the token "yes", and a backend that returns what API Gateway passes to it.
API = '''
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("""
import json, os
def authorize(event, context):
    return {"isAuthorized": event["identitySource"] == ["yes"], "context": {"greeting": os.environ["GREETING"]}}
def answer(event, context):
    body = {"context": event["requestContext"]["authorizer"], "path": event["rawPath"]}
    return {"statusCode": 200, "body": json.dumps(body)}
""")})
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust))
functions = {
    name: aws.lambda_.Function(
        name, role=role.arn, runtime="python3.13", handler=f"app.{name}", code=code, timeout=10,
        environment={"variables": {"GREETING": "hello"}}, logging_config={"log_format": "JSON"},
        publish=True, reserved_concurrent_executions=5, tags={"app": "bench"})
    for name in ("authorize", "answer")
}
live = aws.lambda_.Alias(
    "live", name="live", function_name=functions["authorize"].name, function_version=functions["authorize"].version)
aws.lambda_.ProvisionedConcurrencyConfig(
    "warm", function_name=live.function_name, qualifier=live.name, provisioned_concurrent_executions=1)
api = aws.apigatewayv2.Api("api", protocol_type="HTTP", tags={"app": "bench"},
    cors_configuration={"allow_origins": ["https://example.com"], "max_age": 60})
authorizer = aws.apigatewayv2.Authorizer(
    "authorizer", api_id=api.id, authorizer_type="REQUEST", authorizer_uri=live.invoke_arn,
    authorizer_payload_format_version="2.0", enable_simple_responses=True, authorizer_result_ttl_in_seconds=0,
    identity_sources=["$request.header.Authorization"])
aws.lambda_.Permission(
    "permission", action="lambda:InvokeFunction", function=live.function_name, qualifier=live.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/authorizers/", authorizer.id))
aws.lambda_.Permission(
    "backend", action="lambda:InvokeFunction", function=functions["answer"].name, principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/GET/orders"))
integration = aws.apigatewayv2.Integration(
    "integration", api_id=api.id, integration_type="AWS_PROXY", integration_uri=functions["answer"].invoke_arn,
    payload_format_version="2.0", timeout_milliseconds=5000)
route = aws.apigatewayv2.Route(
    "route", api_id=api.id, route_key="GET /orders", authorization_type="CUSTOM", authorizer_id=authorizer.id,
    target=pulumi.Output.concat("integrations/", integration.id))
stage = aws.apigatewayv2.Stage(
    "stage", api_id=api.id, name="$default", auto_deploy=True,
    default_route_settings={"throttling_burst_limit": 10, "throttling_rate_limit": 5.5},
    route_settings=[{"route_key": "GET /orders", "throttling_burst_limit": 20, "throttling_rate_limit": 1}],
    opts=pulumi.ResourceOptions(depends_on=[route]))
pulumi.export("endpoint", api.api_endpoint)
pulumi.export("url", stage.invoke_url)
pulumi.export("api_id", api.id)
'''

FUNCTION = """
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
function = aws.lambda_.Function(
    "answer", role=aws.iam.Role("role", assume_role_policy=json.dumps(trust)).arn, runtime="python3.13",
    handler="app.handler", timeout=3, publish=True,
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): return 1")}))
live = aws.lambda_.Alias("live", name="live", function_name=function.name, function_version=function.version)
"""

CORS = 'cors_configuration={"allow_origins": ["https://example.com"], "max_age": 60}'


def test_a_key_signs_and_its_public_key_verifies(bench: Bench, ministack: MiniStack) -> None:
    outputs = bench.up("""
    key = aws.kms.Key("key", customer_master_key_spec="ECC_NIST_P521", key_usage="SIGN_VERIFY", tags={"a": "b"})
    alias = aws.kms.Alias("alias", name="alias/sign", target_key_id=key.key_id)
    public = aws.kms.get_public_key_output(key_id=key.arn)
    pulumi.export("target", alias.target_key_arn)
    pulumi.export("arn", key.arn)
    pulumi.export("pem", public.public_key_pem)
    pulumi.export("der", public.public_key)
    pulumi.export("algorithms", public.signing_algorithms)
    """)
    kms = ministack.region().kms
    signature = kms.sign(KeyId="alias/sign", Message=b"hello", SigningAlgorithm="ECDSA_SHA_512")["Signature"]

    public = load_pem_public_key(outputs["pem"].encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"hello", ec.ECDSA(hashes.SHA512()))
    assert load_der_public_key(b64decode(outputs["der"])) == public
    assert outputs["algorithms"] == ["ECDSA_SHA_512"]
    assert outputs["target"] == outputs["arn"]
    assert kms.list_resource_tags(KeyId=outputs["arn"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]


def test_key_settings_are_updated_in_place(bench: Bench, ministack: MiniStack) -> None:
    policy = """
    policy = {"Version": "2012-10-17", "Statement": [
        {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
         "Action": "kms:*", "Resource": "*"}]}
    """
    bench.up('aws.kms.Key("key", tags={"old": "1"})')
    bench.up(policy + 'aws.kms.Key("key", is_enabled=False, tags={"new": "2"}, policy=json.dumps(policy))')

    key_id = bench.resource("key").id
    kms = ministack.region().kms
    assert bench.actions == [("update", "key")]
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Disabled"
    assert json.loads(kms.get_key_policy(KeyId=key_id)["Policy"])["Statement"][0]["Sid"] == "Root"
    assert kms.list_resource_tags(KeyId=key_id)["Tags"] == [{"TagKey": "new", "TagValue": "2"}]


def test_a_key_policy_is_put_and_taken_back(bench: Bench, ministack: MiniStack) -> None:
    key = 'key = aws.kms.Key("key")\n'
    bench.up(
        key
        + """
statement = {"Sid": "Mine", "Effect": "Allow", "Principal": "*", "Action": "kms:Sign", "Resource": "*"}
aws.kms.KeyPolicy("policy", key_id=key.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
"""
    )
    kms, key_id = ministack.region().kms, bench.resource("key").id
    assert json.loads(kms.get_key_policy(KeyId=key_id)["Policy"])["Statement"][0]["Sid"] == "Mine"
    bench.up(key)
    assert "Mine" not in kms.get_key_policy(KeyId=key_id)["Policy"]


def test_an_api_with_a_request_authorizer_answers_over_http(bench: Bench) -> None:
    outputs = bench.up(API)
    orders = f"{outputs['endpoint']}/orders"

    assert fetch(orders).status == 401
    assert fetch(orders, {"Authorization": "no"}).status == 403
    allowed = fetch(orders, {"Authorization": "yes"})
    assert (allowed.status, allowed.json()) == (
        200,
        {"context": {"lambda": {"greeting": "hello"}}, "path": "/orders"},
    )
    assert fetch(f"{outputs['url']}orders", {"Authorization": "yes"}).body == allowed.body
    assert fetch(f"{outputs['endpoint']}/elsewhere", {"Authorization": "yes"}).status == 404


def test_settings_arrive_in_aws(bench: Bench, ministack: MiniStack) -> None:
    api_id = bench.up(API)["api_id"]
    name = bench.resource("authorize").id
    gateway, functions = ministack.region().apigatewayv2, ministack.region().lambda_

    stage = gateway.get_stage(ApiId=api_id, StageName="$default")
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 10, "ThrottlingRateLimit": 5.5}
    assert stage["RouteSettings"]["GET /orders"]["ThrottlingBurstLimit"] == 20
    assert gateway.get_api(ApiId=api_id)["CorsConfiguration"]["MaxAge"] == 60
    policy = json.loads(functions.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    (statement,) = policy["Statement"]
    authorizer = bench.resource("authorizer").id
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(f":{api_id}/authorizers/{authorizer}")
    provisioned = functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier="live")
    assert provisioned["RequestedProvisionedConcurrentExecutions"] == 1
    found = functions.get_function(FunctionName=name)
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert found["Tags"] == {"app": "bench"}
    assert found["Configuration"]["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": f"/aws/lambda/{name}"}


def test_an_api_is_changed_in_place(bench: Bench, ministack: MiniStack) -> None:
    before = bench.up(API)
    changed = API.replace("hello", "good day").replace(CORS, 'description="changed"')
    after = bench.up(changed)

    assert after == before
    assert set(bench.actions) == {("update", name) for name in ("authorize", "answer", "live", "api")}
    answer = fetch(f"{after['endpoint']}/orders", {"Authorization": "yes"})
    assert answer.json()["context"] == {"lambda": {"greeting": "good day"}}
    api = ministack.region().apigatewayv2.get_api(ApiId=after["api_id"])
    assert "CorsConfiguration" not in api
    assert api["Description"] == "changed"


SNAPSHOT = """
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust))
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("%s")})
function = aws.lambda_.Function(
    "function", role=role.arn, runtime="python3.13", handler="app.handler", code=code, publish=True, snap_start=%s)
pulumi.export("version", function.version)
"""
WORKING = "def handler(event, context): return 1"


def test_a_version_with_a_snapshot_is_there_once_it_can_be_invoked(bench: Bench, ministack: MiniStack) -> None:
    before = bench.up(SNAPSHOT % (WORKING, None))
    after = bench.up(SNAPSHOT % (WORKING, {"apply_on": "PublishedVersions"}))

    assert (before["version"], after["version"]) == ("1", "2")
    functions, name = ministack.region().lambda_, bench.resource("function").id
    found = functions.get_function_configuration(FunctionName=name, Qualifier="2")
    assert found["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    assert found["State"] == "Active"
    assert bench.up(SNAPSHOT % (WORKING, None))["version"] == "3"
    assert functions.get_function_configuration(FunctionName=name, Qualifier="3")["SnapStart"]["ApplyOn"] == "None"


def test_a_snapshot_that_fails_is_an_error(bench: Bench) -> None:
    with pytest.raises(ResourceError, match=r"aws:lambda/function:Function::function: .* failed: "):
        bench.up(SNAPSHOT % ("1 / 0", {"apply_on": "PublishedVersions"}))


def test_a_route_is_opened_in_place(bench: Bench) -> None:
    before = bench.up(API)
    after = bench.up(API.replace('authorization_type="CUSTOM", authorizer_id=authorizer.id,', ""))
    assert after == before
    assert bench.actions == [("update", "route")]
    opened = fetch(f"{after['endpoint']}/orders")
    assert opened.status != 401


@pytest.mark.parametrize("before", ["", 'aws.apigatewayv2.Route("b", api_id=api.id, route_key="POST /other")'])
def test_an_api_has_one_route_with_a_key(bench: Bench, before: str) -> None:
    api = """
    api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
    aws.apigatewayv2.Route("a", api_id=api.id, route_key="POST /token")
    """
    bench.up(api + before)
    with pytest.raises(ResourceError, match="ConflictException: Route with key POST /token already exists"):
        bench.up(api + 'aws.apigatewayv2.Route("b", api_id=api.id, route_key="POST /token")')


def test_role_settings_are_updated_in_place(bench: Bench, ministack: MiniStack) -> None:
    role = """
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "%s.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = aws.iam.Role("role", assume_role_policy=json.dumps(trust), tags={"%s": "1"})
    aws.iam.RolePolicyAttachment("%s", role=role.name, policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    """
    bench.up(role % ("lambda", "old", "attached"))
    bench.up(role % ("ec2", "new", "attached"))
    found = ministack.region().iam.get_role(RoleName=bench.resource("role").id)["Role"]
    assert "ec2.amazonaws.com" in json.dumps(found["AssumeRolePolicyDocument"])
    assert found["Tags"] == [{"Key": "new", "Value": "1"}]
    assert bench.actions == [("update", "role")]


@pytest.mark.parametrize("retention", [14, 0])
def test_log_group_retention_is_updated_in_place(bench: Bench, ministack: MiniStack, retention: int) -> None:
    bench.up('aws.cloudwatch.LogGroup("group", name="/bench", retention_in_days=7)')
    bench.up(f'aws.cloudwatch.LogGroup("group", name="/bench", retention_in_days={retention})')
    (group,) = ministack.region().logs.describe_log_groups(logGroupNamePrefix="/bench")["logGroups"]
    assert group.get("retentionInDays", 0) == retention
    assert bench.actions == [("update", "group")]


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (
            'function.name.apply("{}:live".format)',
            r"is 'answer-.*:live': write function='answer-.*' and qualifier='live'",
        ),
        ("live.arn", r"is 'arn:aws:lambda:.*:live': write function='arn:aws:lambda:.*' and qualifier='live'"),
        ("function.qualified_arn", r"is 'arn:aws:lambda:.*:1': write function='arn:aws:lambda:.*' and qualifier='1'"),
    ],
)
def test_a_permission_names_its_function_without_a_qualifier(bench: Bench, function: str, advice: str) -> None:
    """The AWS provider accepts it, and replaces the permission in each update, since it reads back the two apart."""
    permission = f"""
aws.lambda_.Permission("permission", action="lambda:InvokeFunction", function={function},
    principal="apigateway.amazonaws.com")
"""
    with pytest.raises(ResourceError, match=f"function: must not be qualified, and {advice}"):
        bench.up(FUNCTION + permission)


def test_a_function_s_configuration_changes_before_its_code_as_with_the_aws_provider(bench: Bench) -> None:
    bench.up(FUNCTION)
    changed = FUNCTION.replace("return 1", "return 2").replace("timeout=3", "timeout=4")

    with recorded() as calls:
        bench.up(changed)
    with recorded() as tagged:
        bench.up(changed.replace("publish=True", "publish=True, tags={'a': 'b'}"))

    assert calls == ["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"]
    assert tagged == ["TagResource"]  # no version either
