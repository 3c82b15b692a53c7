"""What backends commonly bring: tables, buckets, parameters, secrets, subscriptions, rules, state machines, user pools."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.errors import EmulatorError, ResourceError
from emulator.resources.handler import Deployed
from emulator.server import MiniStack

from .bench import Bench

REGION = "eu-west-1"

PROGRAM = """
def policy(principal, *actions):
    return json.dumps({{"Version": "2012-10-17", "Statement": [
        {{"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "arn:aws:s3:::files-of-shop/*"}}]}})

table = aws.dynamodb.Table("table", name="orders", billing_mode="PAY_PER_REQUEST", hash_key="id", range_key="at",
    attributes=[{{"name": name, "type": "S"}} for name in ("id", "at", {attributes})],
    global_secondary_indexes=[
        {{"name": f"by-{{name}}", "hash_key": name, "projection_type": "ALL"}} for name in ({attributes})],
    ttl={{"attribute_name": "expires", "enabled": {on}}}, point_in_time_recovery={{"enabled": {on}}},
    stream_enabled={on}, stream_view_type="NEW_IMAGE" if {on} else None, tags={{"text": "{text}"}})
bucket = aws.s3.Bucket("bucket", bucket="files-of-shop", force_destroy=True, tags={{"text": "{text}"}})
aws.s3.BucketPublicAccessBlock("block", bucket=bucket.id, block_public_policy={on})
aws.s3.BucketVersioning(
    "versioning", bucket=bucket.id, versioning_configuration={{"status": "Enabled" if {on} else "Suspended"}})
aws.s3.BucketOwnershipControls("owner", bucket=bucket.id,
    rule={{"object_ownership": "BucketOwnerEnforced" if {on} else "BucketOwnerPreferred"}})
aws.s3.BucketServerSideEncryptionConfiguration("encryption", bucket=bucket.id, rules=[
    {{"apply_server_side_encryption_by_default": {{"sse_algorithm": "AES256"}}, "bucket_key_enabled": {on}}}])
aws.s3.BucketLifecycleConfiguration("lifecycle", bucket=bucket.id, rules=[
    {{"id": "old", "status": "Enabled", "filter": {{"prefix": "{text}"}},
    "noncurrent_version_expiration": {{"noncurrent_days": 7}}}}])
aws.s3.BucketPolicy("readers", bucket=bucket.id, policy=policy({{"AWS": "000000000000"}}, "s3:{text}Object"))
item = aws.s3.BucketObjectv2(
    "item", bucket=bucket.id, key="a/b.txt", content_type="text/plain", source=pulumi.StringAsset("{text}"))
aws.s3.BucketObject("other", bucket=bucket.id, key="c", content="{text}")
parameter = aws.ssm.Parameter(
    "parameter", name="/shop/limit", type="String", value="{text}", description="{text}", tags={{"text": "{text}"}})
secret = aws.secretsmanager.Secret(
    "secret", name="shop/key", description="{text}", recovery_window_in_days=0, tags={{"text": "{text}"}})
version = aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string="{text}")
topic = aws.sns.Topic("topic", name="orders")
queue = aws.sqs.Queue("queue", name="orders")
subscription = aws.sns.TopicSubscription("subscription", topic=topic.arn, protocol="sqs", endpoint=queue.arn,
    raw_message_delivery={on}, filter_policy=json.dumps({{"kind": ["{text}"]}}))
rule = aws.cloudwatch.EventRule("rule", name="orders", event_pattern='{{"source": ["{text}"]}}',
    state="ENABLED" if {on} else "DISABLED", tags={{"text": "{text}"}})
target = aws.cloudwatch.EventTarget("target", rule=rule.name, arn=queue.arn, input=json.dumps("{text}"))
trust = json.dumps({{"Version": "2012-10-17", "Statement": [
    {{"Effect": "Allow", "Principal": {{"Service": "states.amazonaws.com"}}, "Action": "sts:AssumeRole"}}]}})
role = aws.iam.Role("role", name="machine", assume_role_policy=trust)
machine = aws.sfn.StateMachine("machine", name="orders", role_arn=role.arn, publish=True, tags={{"text": "{text}"}},
    definition=json.dumps({{"StartAt": "Go", "States": {{"Go": {{"Type": "Pass", "Result": "{text}", "End": True}}}}}}))
pool = aws.cognito.UserPool("pool", name="people", username_attributes=["email"], tags={{"text": "{text}"}},
    password_policy={{"minimum_length": {number}, "require_numbers": True}},
    schemas=[{{"name": name, "attribute_data_type": "String", "mutable": True}} for name in ({attributes})])
client = aws.cognito.UserPoolClient("client", name="web-{text}", user_pool_id=pool.id, generate_secret=True,
    allowed_oauth_flows=["code"], allowed_oauth_scopes=["openid"], allowed_oauth_flows_user_pool_client=True,
    callback_urls=["https://example.com/{text}"], explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"])
"""

BEFORE: dict[str, object] = {"text": "Get", "number": 8, "on": True, "attributes": '"customer",'}
AFTER: dict[str, object] = {"text": "Put", "number": 12, "on": False, "attributes": '"customer", "state"'}

DROPPED = """
table = aws.dynamodb.Table("table", name="orders", hash_key="id", attributes=[{{"name": "id", "type": "S"}}]{0[table]})
bucket = aws.s3.Bucket("Files"{0[bucket]})
aws.s3.BucketVersioning("versioning", bucket=bucket.id, versioning_configuration={{"status": "{0[versioning]}"}})
parameter = aws.ssm.Parameter("parameter", name="limit", type="SecureString", value="1", overwrite=True{0[parameter]})
secret = aws.secretsmanager.Secret("secret", recovery_window_in_days=0{0[secret]})
topic = aws.sns.Topic("topic")
queue = aws.sqs.Queue("queue")
subscription = aws.sns.TopicSubscription(
    "subscription", topic=topic.arn, protocol="sqs", endpoint=queue.arn{0[subscription]})
rule = aws.cloudwatch.EventRule("rule", schedule_expression="rate(5 minutes)"{0[rule]})
target = aws.cloudwatch.EventTarget("target", rule=rule.name, arn=queue.arn, target_id="queue"{0[target]})
pool = aws.cognito.UserPool("pool"{0[pool]})
client = aws.cognito.UserPoolClient("client", user_pool_id=pool.id{0[client]})
"""

GIVEN = {
    "table": """, read_capacity=2, write_capacity=2, table_class="STANDARD_INFREQUENT_ACCESS",
        deletion_protection_enabled=True, server_side_encryption={"enabled": True}, tags={"a": "b"},
        ttl={"attribute_name": "expires", "enabled": True}, point_in_time_recovery={"enabled": True}""",
    "bucket": ', tags={"a": "b"}',
    "versioning": "Enabled",
    "parameter": ', tier="Advanced", description="one", tags={"a": "b"}',
    "secret": ', description="one", policy=json.dumps({"Version": "2012-10-17", "Statement": []})',
    "subscription": ", raw_message_delivery=True, filter_policy=json.dumps({'kind': ['a']})",
    "rule": ', is_enabled=False, description="one", tags={"a": "b"}',
    "target": ', input_transformer={"input_paths": {"a": "$.a"}, "input_template": "<a>"}',
    "pool": """, mfa_configuration="ON", software_token_mfa_configuration={"enabled": True}, tags={"a": "b"},
        admin_create_user_config={"allow_admin_create_user_only": True}""",
    "client": ', access_token_validity=5, token_validity_units={"access_token": "minutes"}',
}
LEFT_OUT = {**dict.fromkeys(GIVEN, ""), "versioning": "Suspended", "table": ', billing_mode="PAY_PER_REQUEST"'}

Client = Callable[[str], Any]


@pytest.fixture
def client(ministack: MiniStack) -> Client:
    return ministack.region(REGION).client


def test_they_are_created_updated_in_place_and_deleted(bench: Bench, client: Client) -> None:
    before = everything(client)
    bench.up(PROGRAM.format(**BEFORE), **{"aws:region": REGION})
    check_outputs({item.name: item for item in bench.deployment.resources.values()})
    check_aws(client, bench, BEFORE)

    bench.up(PROGRAM.format(**AFTER), **{"aws:region": REGION})
    unchanged = {"topic", "queue", "role"}
    names = {item.name for item in bench.deployment.resources.values()} - unchanged - {"version"}
    assert sorted(bench.actions) == sorted(
        [*(("update", name) for name in names), ("replace", "version"), ("delete", "version")]
    )
    check_aws(client, bench, AFTER)

    bench.up(PROGRAM.format(**AFTER), **{"aws:region": REGION})
    assert bench.actions == []

    bench.deployment.destroy()
    assert everything(client) == before


def check_outputs(found: dict[str, Deployed]) -> None:
    """Ids and outputs have the form that the AWS provider gives them."""
    arn, account = f"arn:aws:{{}}:{REGION}:000000000000:{{}}", "000000000000"
    ids = {name: item.id for name, item in found.items()}
    outputs = {name: item.outputs for name, item in found.items()}
    secret, pool, machine = ids["secret"], ids["pool"], arn.format("states", "stateMachine:orders")

    assert ids["table"] == "orders"
    assert outputs["table"]["arn"] == arn.format("dynamodb", "table/orders")
    assert outputs["table"]["streamArn"] == f"{outputs['table']['arn']}/stream/{outputs['table']['streamLabel']}"
    assert {ids[name] for name in ("bucket", "block", "versioning", "readers")} == {"files-of-shop"}
    assert outputs["bucket"]["arn"] == "arn:aws:s3:::files-of-shop"
    assert outputs["bucket"]["bucketRegionalDomainName"] == f"files-of-shop.s3.{REGION}.amazonaws.com"
    assert ids["item"] == "files-of-shop/a/b.txt"
    assert outputs["item"]["arn"] == "arn:aws:s3:::files-of-shop/a/b.txt"
    assert ids["parameter"] == "/shop/limit"
    assert outputs["parameter"]["arn"] == arn.format("ssm", "parameter/shop/limit")
    assert outputs["parameter"]["version"] == 1
    assert secret.startswith(arn.format("secretsmanager", "secret:shop/key-"))
    assert ids["version"] == f"{secret}|{outputs['version']['versionId']}"
    assert outputs["version"]["versionStages"] == ["AWSCURRENT"]
    assert ids["subscription"].startswith(arn.format("sns", "orders:"))
    assert outputs["subscription"]["pendingConfirmation"] is False
    assert outputs["subscription"]["ownerId"] == account
    assert ids["rule"] == "orders"
    assert outputs["rule"]["arn"] == arn.format("events", "rule/orders")
    assert ids["target"] == f"orders-{outputs['target']['targetId']}"
    assert ids["machine"] == outputs["machine"]["arn"] == machine
    assert outputs["machine"]["stateMachineVersionArn"] == f"{machine}:1"
    assert outputs["machine"]["status"] == "ACTIVE"
    assert outputs["pool"]["arn"] == arn.format("cognito-idp", f"userpool/{pool}")
    assert outputs["pool"]["endpoint"] == f"cognito-idp.{REGION}.amazonaws.com/{pool}"
    assert outputs["client"]["clientSecret"]


def check_aws(client: Client, bench: Bench, given: dict[str, Any]) -> None:
    """AWS has everything as the program says it."""
    text, on = given["text"], given["on"]
    indexes = {f"by-{name}" for name in ("customer", "state")[: 1 if on else 2]}

    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName="orders")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == indexes
    assert table.get("StreamSpecification", {}).get("StreamEnabled", False) is on
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == [{"Key": "text", "Value": text}]
    ttl = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    assert ttl["TimeToLiveStatus"] == ("ENABLED" if on else "DISABLED")
    backups = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert recovery == ("ENABLED" if on else "DISABLED")

    s3, where = client("s3"), {"Bucket": "files-of-shop"}
    assert s3.get_bucket_location(**where)["LocationConstraint"] == REGION
    assert s3.get_bucket_tagging(**where)["TagSet"] == [{"Key": "text", "Value": text}]
    assert s3.get_public_access_block(**where)["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] is on
    assert s3.get_bucket_versioning(**where)["Status"] == ("Enabled" if on else "Suspended")
    (owner,) = s3.get_bucket_ownership_controls(**where)["OwnershipControls"]["Rules"]
    assert owner["ObjectOwnership"] == ("BucketOwnerEnforced" if on else "BucketOwnerPreferred")
    (encryption,) = s3.get_bucket_encryption(**where)["ServerSideEncryptionConfiguration"]["Rules"]
    assert (encryption["ApplyServerSideEncryptionByDefault"], encryption["BucketKeyEnabled"]) == (
        {"SSEAlgorithm": "AES256"},
        on,
    )
    (rule,) = s3.get_bucket_lifecycle_configuration(**where)["Rules"]
    assert (rule["ID"], rule["Filter"], rule["NoncurrentVersionExpiration"]) == (
        "old",
        {"Prefix": text},
        {"NoncurrentDays": 7},
    )
    assert f"s3:{text}Object" in s3.get_bucket_policy(**where)["Policy"]
    item = s3.get_object(**where, Key="a/b.txt")
    assert (item["Body"].read().decode(), item["ContentType"]) == (text, "text/plain")
    assert s3.get_object(**where, Key="c")["Body"].read().decode() == text

    ssm = client("ssm")
    parameter = ssm.get_parameter(Name="/shop/limit")["Parameter"]
    assert (parameter["Value"], parameter["Version"]) == (text, 1 if on else 2)
    assert ssm.describe_parameters()["Parameters"][0]["Description"] == text
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/shop/limit")["TagList"]
    assert tags == [{"Key": "text", "Value": text}]

    secrets = client("secretsmanager")
    assert secrets.get_secret_value(SecretId="shop/key")["SecretString"] == text
    secret = secrets.describe_secret(SecretId="shop/key")
    assert (secret["Description"], secret["Tags"]) == (text, [{"Key": "text", "Value": text}])

    found = client("sns").get_subscription_attributes(SubscriptionArn=bench.resource("subscription").id)["Attributes"]
    assert found["RawMessageDelivery"] == str(on).lower()
    assert json.loads(found["FilterPolicy"]) == {"kind": [text]}

    events = client("events")
    rule = events.describe_rule(Name="orders")
    assert (rule["EventPattern"], rule["State"]) == (f'{{"source":["{text}"]}}', "ENABLED" if on else "DISABLED")
    (target,) = events.list_targets_by_rule(Rule="orders")["Targets"]
    assert target["Input"] == json.dumps(text)
    assert events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"] == [{"Key": "text", "Value": text}]

    machines, machine = client("stepfunctions"), bench.resource("machine")
    definition = json.loads(machines.describe_state_machine(stateMachineArn=machine.id)["definition"])
    assert definition["States"]["Go"]["Result"] == text
    assert machine.outputs["stateMachineVersionArn"] == f"{machine.id}:{1 if on else 2}"
    assert machines.list_tags_for_resource(resourceArn=machine.id)["tags"] == [{"key": "text", "value": text}]

    cognito, pool_id = client("cognito-idp"), bench.resource("pool").id
    pool = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == given["number"]
    assert pool["UsernameAttributes"] == ["email"]
    assert pool["UserPoolTags"] == {"text": text}
    custom = {item["Name"] for item in pool["SchemaAttributes"] if item["Name"].startswith("custom:")}
    assert custom == {name.replace("by-", "custom:") for name in indexes}
    web = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=bench.resource("client").id)["UserPoolClient"]
    assert (web["ClientName"], web["CallbackURLs"]) == (f"web-{text}", [f"https://example.com/{text}"])
    assert web["AllowedOAuthFlows"] == ["code"]


def everything(client: Client) -> list[Any]:
    """What there is, of other tests too."""
    return [
        client("dynamodb").list_tables()["TableNames"],
        client("s3").list_buckets()["Buckets"],
        client("ssm").describe_parameters()["Parameters"],
        client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"],
        client("sns").list_subscriptions()["Subscriptions"],
        client("events").list_rules()["Rules"],
        client("stepfunctions").list_state_machines()["stateMachines"],
        client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"],
    ]


def test_what_is_left_out_again_goes_back_in_place(bench: Bench, client: Client) -> None:
    bench.up(DROPPED.format(GIVEN), **{"aws:region": REGION})
    name = bench.resource("Files").id
    assert name.startswith("files-")
    bench.up(DROPPED.format(LEFT_OUT), **{"aws:region": REGION})
    names = {item.name for item in bench.deployment.resources.values()} - {"topic", "queue"}
    assert sorted(bench.actions) == sorted(("update", name) for name in names)

    table = client("dynamodb").describe_table(TableName="orders")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert (table["DeletionProtectionEnabled"], table["TableClassSummary"]["TableClass"]) == (False, "STANDARD")
    assert client("dynamodb").list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == []
    assert client("s3").get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        client("s3").get_bucket_tagging(Bucket=name)
    assert client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId="limit")["TagList"] == []
    assert client("ssm").get_parameter(Name="limit", WithDecryption=True)["Parameter"]["Value"] == "1"
    assert client("ssm").describe_parameters()["Parameters"][0].get("Description", "") == ""
    secret = bench.resource("secret").id
    assert client("secretsmanager").describe_secret(SecretId=secret).get("Description", "") == ""
    assert "ResourcePolicy" not in client("secretsmanager").get_resource_policy(SecretId=secret)
    found = client("sns").get_subscription_attributes(SubscriptionArn=bench.resource("subscription").id)["Attributes"]
    assert found["RawMessageDelivery"] == "false"
    assert json.loads(found.get("FilterPolicy", "{}")) == {}
    rule = client("events").describe_rule(Name=bench.resource("rule").id)
    assert (rule["State"], rule.get("Description", "")) == ("ENABLED", "")
    (target,) = client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert "InputTransformer" not in target
    pool = client("cognito-idp").describe_user_pool(UserPoolId=bench.resource("pool").id)["UserPool"]
    assert (pool["MfaConfiguration"], pool.get("UserPoolTags", {})) == ("OFF", {})


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ('aws.dynamodb.Table("t", hash_key="id", attributes=[{"name": "id", "type": "S"}])', "needs readCapacity and"),
        (
            """aws.dynamodb.Table("t", hash_key="id", billing_mode="PAY_PER_REQUEST",
            attributes=[{"name": "id", "type": "S"}], global_secondary_indexes=[
            {"name": "by", "hash_key": "id", "projection_type": "ALL", "warm_throughput": {"read_units_per_second": 1}}])""",
            "the index by has warmThroughput, which the emulator does not support",
        ),
        (
            'aws.s3.Bucket("b", bucket="b", versioning={"enabled": True})',
            "does not support the input versioning of aws:s3/",
        ),
        ('aws.cloudwatch.EventRule("r", event_pattern="{")', "EventRule::r: Expecting property name"),
        (
            'aws.cognito.UserPool("p", admin_create_user_config={"unused_account_validity_days": 1, "invite": 1})',
            "UserPool::p: Parameter validation failed: Unknown parameter in AdminCreateUserConfig",
        ),
    ],
)
def test_what_cannot_be_is_named(bench: Bench, program: str, said: str) -> None:
    with pytest.raises(EmulatorError, match=f"{said}"):
        bench.up(program)


def test_attributes_of_a_user_pool_are_never_changed(bench: Bench) -> None:
    pool = 'aws.cognito.UserPool("pool", schemas=[{{"name": "a", "attribute_data_type": "{0}"}}])'
    bench.up(pool.format("String"))
    with pytest.raises(ResourceError, match=r"UserPool::pool: schemas: AWS can add an attribute"):
        bench.up(pool.format("Number"))


def test_a_bucket_that_is_not_empty_stays_unless_the_program_says_so(bench: Bench, client: Client) -> None:
    before = everything(client)
    bucket = 'aws.s3.Bucket("bucket", bucket="full-of-shop", force_destroy={0})'
    bench.up(bucket.format(False), **{"aws:region": REGION})
    client("s3").put_object(Bucket="full-of-shop", Key="a", Body=b"a")
    with pytest.raises(ResourceError, match="Bucket::bucket: cannot be deleted: DeleteBucket: BucketNotEmpty"):
        bench.deployment.destroy()
    bench.up(bucket.format(True), **{"aws:region": REGION})
    bench.deployment.destroy()
    assert everything(client) == before


def test_a_change_of_an_objects_tags_does_not_write_it_again(bench: Bench, client: Client) -> None:
    """As the AWS provider does: somebody else may have written it since."""
    program = """
bucket = aws.s3.Bucket("notes")
aws.s3.BucketObjectv2("note", bucket=bucket.bucket, key="note", content="first", tags={tags},
    opts=pulumi.ResourceOptions(ignore_changes=["content"]))
pulumi.export("bucket", bucket.bucket)
"""
    bucket = bench.up(program.format(tags={}), **{"aws:region": REGION})["bucket"]
    s3, place = client("s3"), {"Bucket": bucket, "Key": "note"}
    s3.put_object(**place, Body=b"second")

    for tags, found in (({"a": "b"}, [{"Key": "a", "Value": "b"}]), ({}, [])):
        bench.up(program.format(tags=tags), **{"aws:region": REGION})
        assert s3.get_object(**place)["Body"].read() == b"second"
        assert s3.get_object_tagging(**place)["TagSet"] == found
