"""The denylist: its bucket, who may read it, and what the authorizer is told of it."""

import json
from typing import Any

import pulumi
import pytest

from authorizer.denylist.document import parse_denylist
from components import AuthorizedHttpApi, AuthorizerFunction, Denylist, InvalidArgs, JwtAuthorizer
from components.testing import ACCOUNT, REGION, Recording, declare

from .example import BACKEND, ISSUER, JWKS, KEY, ROLE, api_args, declare_api

BUCKET = "orders-denylist"
VPC = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}


def _config(recording: Recording) -> dict[str, Any]:
    code = recording.only("aws:lambda/function:Function").inputs["code"]
    return dict(json.loads(code.assets["config.json"].text))


def _statements(recording: Recording, name: str) -> list[dict[str, Any]]:
    """Those of the role's policy ``name``."""
    policy = json.loads(recording.only("aws:iam/rolePolicy:RolePolicy", name).inputs["policy"])
    return list(policy["Statement"])


@pytest.fixture(scope="module")
def bucket() -> Recording:
    def program() -> dict[str, Any]:
        denylist = Denylist("revoked", tags={"team": "shop"})
        return {"bucket": denylist.bucket_name, "arn": denylist.bucket_arn, "key": denylist.object_key}

    return declare(program)


def test_the_bucket_is_private_versioned_encrypted_and_reached_over_tls_only(bucket: Recording) -> None:
    found = {item.type.rpartition(":")[2]: item.inputs for item in bucket.resources if "aws:s3/" in item.type}
    name = {"bucket": "revoked-bucket"}

    assert found["Bucket"] == {"tags": {"team": "shop"}}
    assert found["BucketPublicAccessBlock"] == {
        **name,
        **dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True),
    }
    assert found["BucketOwnershipControls"] == {**name, "rule": {"objectOwnership": "BucketOwnerEnforced"}}
    assert found["BucketVersioning"] == {**name, "versioningConfiguration": {"status": "Enabled"}}
    encryption = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    assert found["BucketServerSideEncryptionConfiguration"] == {**name, "rules": [encryption]}
    (rule,) = found["BucketLifecycleConfiguration"]["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 365}
    (statement,) = json.loads(found["BucketPolicy"]["policy"])["Statement"]
    assert statement == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::revoked-bucket", "arn:aws:s3:::revoked-bucket/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_the_first_document_revokes_nothing(bucket: Recording) -> None:
    document = bucket.only("aws:s3/bucketObjectv2:BucketObjectv2").inputs

    assert parse_denylist(document["content"].encode()).entries == 0
    assert (document["bucket"], document["key"]) == ("revoked-bucket", "denylist.json")
    assert set(document) == {"bucket", "key", "content"}, "a change of any other input would upload it again"
    assert bucket.outputs == {"bucket": "revoked-bucket", "arn": "arn:aws:s3:::revoked-bucket", "key": "denylist.json"}


@pytest.mark.parametrize("name", ["Orders", "my_list", "a" * 49])
def test_names_of_which_no_bucket_can_be_named(name: str) -> None:
    with pytest.raises(InvalidArgs, match="name: must "):
        declare(lambda: Denylist(name))


def test_the_authorizer_is_told_and_its_role_may_read_the_object_of_this_account() -> None:
    recording = declare_api(denylist={"bucket": BUCKET, "refresh_seconds": 30})

    assert _config(recording)["denylist"] == {"bucket": BUCKET, "refresh_seconds": 30}
    role = "orders-authorizer-role"
    (statement,) = _statements(recording, f"{role}-denylist")
    assert [other["Sid"] for other in _statements(recording, f"{role}-policy")] == ["WriteOwnLog"]
    assert statement == {
        "Sid": "ReadDenylist",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/denylist.json",
        "Condition": {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
    }


def test_several_apis_share_a_bucket_that_is_not_known_yet() -> None:
    def program() -> None:
        bucket = Denylist("revoked").bucket_name
        for name in ("orders", "reports"):
            AuthorizedHttpApi(name, api_args(denylist={"bucket": bucket}))

    found = declare(program).all("aws:lambda/function:Function")
    documents = [json.loads(item.inputs["code"].assets["config.json"].text)["denylist"] for item in found]
    assert documents == [{"bucket": "revoked-bucket"}] * 2
    assert declare(program, preview=True).all("aws:s3/bucket:Bucket")


def test_without_one_nothing_of_it_is_there() -> None:
    recording = declare_api(alarms={}, dashboard=True)

    assert "denylist" not in _config(recording)
    assert "s3" not in recording.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]
    assert not [item for item in recording.resources if "denylist" in item.name or "aws:s3/" in item.type]
    assert "enylist" not in recording.only("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no bucket": ({"denylist": {}}, "denylist.bucket: missing"),
    "a bucket with dots": (
        {"denylist": {"bucket": "a.b.c"}},
        "denylist.bucket: must be the name of an S3 bucket without dots, such as orders-denylist, and is 'a.b.c'",
    ),
    "an ARN": ({"denylist": {"bucket": "arn:aws:s3:::b"}}, "denylist.bucket: must be the name of an S3 bucket"),
    "an unknown key": ({"denylist": {"bucket": BUCKET, "key": "x"}}, "denylist.key: unknown key"),
    "too often": (
        {"denylist": {"bucket": BUCKET, "refresh_seconds": 0}},
        "denylist.refresh_seconds: must be an integer from 1 to 3600 seconds, and is 0",
    ),
    "stale at once": (
        {"denylist": {"bucket": BUCKET, "refresh_seconds": 3600}},
        "denylist.max_stale_seconds: must not be less than refresh_seconds, 3600, and is 900",
    ),
    "no time to read it": (
        {"denylist": {"bucket": BUCKET}, "function": {"timeout": 2}},
        "function.timeout: must be at least 3 seconds with a denylist, and is 2",
    ),
}


@pytest.mark.parametrize(("changes", "fault"), BAD.values(), ids=BAD)
def test_bad_input(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidArgs) as refused:
        declare_api(**changes)

    assert fault in str(refused.value)
    assert str(refused.value).count("\n") == 1


def test_a_function_of_ones_own_reads_what_it_likes() -> None:
    with pytest.raises(
        InvalidArgs, match="denylist: configures the authorizer's function, which function_arn replaces"
    ):
        declare(lambda: JwtAuthorizer("own", api_id="a", function_arn=BACKEND, denylist={"bucket": BUCKET}))


def test_a_bucket_that_turns_out_to_be_none_stops_the_deployment() -> None:
    def program() -> None:
        bucket = pulumi.Output.from_input("a.b.c")
        AuthorizerFunction(
            "alone",
            role_arn=ROLE,
            issuer=ISSUER,
            audience=["orders"],
            keys={"jwks": [JWKS]},
            denylist={"bucket": bucket},
        )

    with pytest.raises(InvalidArgs, match=r"denylist\.bucket: must be the name of an S3 bucket without dots"):
        declare(program)


def test_alarms_and_a_graph() -> None:
    recording = declare_api(denylist={"bucket": BUCKET, "refresh_seconds": 120}, alarms={}, dashboard=True)

    alarms = {item.name: item.inputs for item in recording.all("aws:cloudwatch/metricAlarm:MetricAlarm")}
    function = {"FunctionName": "orders-authorizer-function-lambda"}
    found = {
        name.removeprefix("orders-alarm-"): (
            item["metricName"],
            item["statistic"],
            item["threshold"],
            item["dimensions"],
        )
        for name, item in alarms.items()
        if "denylist" in name
    }
    assert found == {
        "denylist": ("DenylistRefreshFailed", "Sum", 3, function),
        "denylist-age": ("DenylistAgeSeconds", "Maximum", 360, function),
        "denied-denylist_unavailable": ("Decisions", "Sum", 1, {**function, "Reason": "denylist_unavailable"}),
    }
    dashboard = json.loads(recording.only("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])
    (widget,) = (item for item in dashboard["widgets"] if item["properties"]["title"] == "orders: denylist")
    names = [metric[1] for metric in widget["properties"]["metrics"]]
    assert names == ["DenylistAgeSeconds", "DenylistRefreshFailed"]
    assert {metric[0] for metric in widget["properties"]["metrics"]} == {"kms-jwt"}


def test_with_keys_in_kms_in_a_vpc() -> None:
    keys = {"source": "kms", "kms_keys": [{"arn": KEY}]}
    recording = declare_api(denylist={"bucket": BUCKET}, keys=keys, function={"vpc": VPC})

    policies = {
        part: _statements(recording, f"orders-authorizer-role-{part}") for part in ("policy", "kms", "denylist", "vpc")
    }
    sids = ["WriteOwnLog", "ReadPublicKeys", "ReadDenylist", "AttachToVpc"]
    assert [[statement["Sid"] for statement in statements] for statements in policies.values()] == [
        [sid] for sid in sids
    ]
    assert REGION in policies["policy"][0]["Resource"]
