"""What a second run of a program does: nothing, update, replace, delete; and what is rejected."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.errors import ConfigError, ResourceError, UnsupportedError
from emulator.server import MiniStack

from .bench import Bench

KEY = """
key = aws.kms.Key("key", customer_master_key_spec="ECC_NIST_P256", key_usage="SIGN_VERIFY", description="{0}")
pulumi.export("key_id", key.key_id)
"""
GROUP = """
aws.cloudwatch.LogGroup("{0}", name="/{0}", retention_in_days={1})
"""
ROLE = """
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(trust))
"""
FUNCTION = """
function = aws.lambda_.Function(
    "function", role=role.arn, runtime="python3.13", handler="app.handler",
    code=pulumi.AssetArchive({".": pulumi.FileArchive("code"), "config.json": pulumi.StringAsset(%r)}))
pulumi.export("sha", function.code_sha256)
"""


@pytest.fixture
def written(ministack: MiniStack) -> Iterator[list[str]]:
    """The AWS operations that are called during a test and are not plain reads."""
    operations: list[str] = []

    def note(model: Any, **_: object) -> None:
        if not model.name.startswith(("Get", "List", "Describe")):
            operations.append(model.name)

    clients = [ministack.client(name) for name in ("kms", "iam", "logs", "lambda", "apigatewayv2")]
    for client in clients:
        client.meta.events.register("before-call", note)
    yield operations
    for client in clients:
        client.meta.events.unregister("before-call", note)


def test_nothing_changed_writes_nothing(bench: Bench, written: list[str]) -> None:
    (bench.deployment.program / "code").mkdir()
    (bench.deployment.program / "code" / "app.py").write_text("def handler(event, context): return 1")
    program = KEY.format("one") + GROUP.format("group", 7) + ROLE + FUNCTION % "{}"
    first = bench.up(program)
    assert "CreateKey" in written

    written.clear()
    assert bench.up(program) == first
    assert written == []
    assert bench.actions == []


def test_update_in_place_keeps_the_key(bench: Bench, ministack: MiniStack) -> None:
    before = bench.up(KEY.format("one"))
    after = bench.up(KEY.format("two"))

    assert after == before
    assert bench.actions == [("update", "key")]
    described = ministack.region().kms.describe_key(KeyId=before["key_id"])["KeyMetadata"]
    assert described["Description"] == "two"


def test_a_dropped_input_goes_back_to_its_default(bench: Bench, ministack: MiniStack) -> None:
    key_id = bench.up(KEY.format("one"))["key_id"]
    assert bench.up(KEY.format("one").replace(', description="one"', ""))["key_id"] == key_id
    assert ministack.region().kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == ""


def test_replacement_creates_before_it_deletes(bench: Bench, ministack: MiniStack) -> None:
    alias = 'aws.kms.Alias("alias", name="alias/bench", target_key_id=key.key_id)'
    before = bench.up(KEY.format("one") + alias)
    after = bench.up(KEY.format("one").replace("P256", "P384") + alias)

    assert after["key_id"] != before["key_id"]
    assert bench.actions == [("replace", "key"), ("update", "alias"), ("delete", "key")]
    kms = ministack.region().kms
    assert kms.describe_key(KeyId="alias/bench")["KeyMetadata"]["KeyId"] == after["key_id"]
    assert kms.describe_key(KeyId=before["key_id"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_change_that_is_to_replace_creates_before_it_deletes(bench: Bench) -> None:
    """What depends on the resource moves to the new one in between."""
    replaced = KEY.replace(
        "description=", "opts=pulumi.ResourceOptions(replace_on_changes=['description']), description="
    )
    alias = 'aws.kms.Alias("alias", name="alias/bench", target_key_id=key.key_id)'
    before = bench.up(replaced.format("one") + alias)
    after = bench.up(replaced.format("two") + alias)

    assert after["key_id"] != before["key_id"]
    assert bench.actions == [("replace", "key"), ("update", "alias"), ("delete", "key")]
    bench.up(replaced.format("two") + alias)
    assert bench.actions == []


def test_replacement_of_a_fixed_name_deletes_first(bench: Bench) -> None:
    bench.up(GROUP.format("group", 7))
    bench.up(GROUP.format("group", 7).replace("retention", 'log_group_class="INFREQUENT_ACCESS", retention'))
    assert bench.actions == [("delete", "group"), ("replace", "group")]


def test_what_the_program_drops_is_deleted_youngest_first(bench: Bench, ministack: MiniStack) -> None:
    attached = """
statement = {"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": "*"}
policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
aws.iam.RolePolicy("policy", role=role.name, policy=policy)
"""
    bench.up(GROUP.format("kept", 7) + ROLE + attached)
    name = bench.resource("role").id
    bench.up(GROUP.format("kept", 7))

    assert bench.actions == [("delete", "policy"), ("delete", "role")]
    assert [item.name for item in bench.deployment.resources.values()] == ["kept"]
    with pytest.raises(ministack.region().iam.exceptions.NoSuchEntityException):
        ministack.region().iam.get_role(RoleName=name)


def test_destroy_leaves_nothing(bench: Bench, ministack: MiniStack) -> None:
    bench.up(GROUP.format("group", 7))
    bench.deployment.destroy()
    assert bench.deployment.resources == {}
    assert ministack.region().logs.describe_log_groups(logGroupNamePrefix="/group")["logGroups"] == []


def test_code_is_compared_by_content(bench: Bench) -> None:
    folder = bench.deployment.program / "code"
    folder.mkdir()
    (folder / "app.py").write_text("def handler(event, context): return 1")
    first = bench.up(ROLE + FUNCTION % "{}")

    (folder / "app.py").touch()
    assert bench.up(ROLE + FUNCTION % "{}") == first
    assert bench.actions == []

    (folder / "app.py").write_text("def handler(event, context): return 2")
    second = bench.up(ROLE + FUNCTION % "{}")
    assert second["sha"] != first["sha"]
    assert bench.actions == [("update", "function")]

    third = bench.up(ROLE + FUNCTION % '{"version": 1}')
    assert third["sha"] != second["sha"]


def test_made_up_names_are_kept(bench: Bench) -> None:
    bench.up(ROLE)
    name = bench.resource("role").id
    assert name.startswith("role-")
    bench.up(ROLE.replace('"role", ', '"role", description="changed", '))
    assert bench.resource("role").id == name
    assert bench.actions == [("update", "role")]


def test_unknown_type_is_refused_by_name(bench: Bench) -> None:
    ways_out = r"handlers=\{'aws:wafv2/ipSet:IpSet': \.\.\.\} .* --fake 'aws:wafv2/\*' .*fakes=\['aws:wafv2/\*'\]"
    with pytest.raises(UnsupportedError, match=rf"^.* the resource type aws:wafv2/ipSet:IpSet\. .*{ways_out}.*$"):
        bench.up('aws.wafv2.IpSet("set", scope="REGIONAL", ip_address_version="IPV4")')


def test_unknown_function_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(
        UnsupportedError, match=r"^.* aws:index/getRegions:getRegions\. .*handlers=.*--fake 'aws:index/\*'.*$"
    ):
        bench.up("aws.get_regions()")


def test_unhandled_input_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(UnsupportedError, match=r"input xksKeyId of aws:kms/key:Key") as caught:
        bench.up('aws.kms.Key("key", xks_key_id="1")')
    assert "urn:pulumi:test::bench::aws:kms/key:Key::key" in str(caught.value)


def test_unhandled_argument_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(UnsupportedError, match=r"getPublicKey: .* argument grantTokens"):
        bench.up('aws.kms.get_public_key(key_id="1", grant_tokens=["a"])')


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ('import_="1"', "import_"),
        ("replace_on_changes=['tags[\"a\"]']", 'tags\\["a"\\]'),
        ("ignore_changes=['tags[\"a\"]']", 'tags\\["a"\\]'),
    ],
)
def test_unsupported_option_is_refused_by_name(bench: Bench, option: str, named: str) -> None:
    with pytest.raises(UnsupportedError, match=named):
        bench.up(f'aws.kms.Key("key", opts=pulumi.ResourceOptions({option}))')


def test_reading_existing_resources_is_refused(bench: Bench) -> None:
    with pytest.raises(UnsupportedError, match="cannot read existing resources"):
        bench.up('aws.kms.Key.get("key", "1234")')


def test_duplicate_urns_are_refused(bench: Bench) -> None:
    with pytest.raises(UnsupportedError, match="Duplicate resource URN urn:pulumi:test::bench::aws:kms/key:Key::key"):
        bench.up(KEY.format("one") + KEY.format("two"))


def test_refusals_of_aws_name_the_urn(bench: Bench) -> None:
    with pytest.raises(ResourceError, match=r"urn:pulumi:test::bench::aws:kms/alias:Alias::alias: .*NotFound"):
        bench.up('aws.kms.Alias("alias", name="alias/x", target_key_id="no-such-key")')


def test_what_exists_after_a_failure_is_remembered(bench: Bench) -> None:
    with pytest.raises(ResourceError):
        bench.up(KEY.format("one") + 'aws.kms.Alias("alias", name="bad", target_key_id=key.id)')
    key_id = bench.resource("key").id
    assert bench.up(KEY.format("one"))["key_id"] == key_id


API = """
api = aws.apigatewayv2.Api("api", protocol_type="HTTP")
"""


def test_what_a_failed_run_did_not_reach_is_deleted_before_what_it_depends_on(bench: Bench) -> None:
    """Its API is newer than its stage then: on AWS a stage goes with its API, and cannot be deleted after it."""
    bench.up(API + 'aws.apigatewayv2.Stage("stage", api_id=api.id, name="live")')
    with pytest.raises(RuntimeError, match="on the way"):
        bench.up(
            API
            + """
def fail(api_id):
    raise RuntimeError("on the way")
aws.apigatewayv2.Stage("stage", api_id=api.id.apply(fail), name="live")
"""
        )
    assert [resource.name for resource in bench.deployment.resources.values()] == ["api", "stage"]

    bench.deployment.destroy()
    assert bench.actions == [("delete", "stage"), ("delete", "api")]


def test_errors_of_the_program_come_out_as_they_are(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError):
        bench.up("1 / 0")
    with pytest.raises(ZeroDivisionError):
        bench.up(KEY.format("one") + "pulumi.export('x', key.arn.apply(lambda arn: 1 / 0))")


def test_components_are_registered_and_qualify_urns(bench: Bench) -> None:
    bench.up("""
    class Outer(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("bench:index:Outer", name)
            inner = pulumi.ComponentResource("bench:index:Inner", name, opts=pulumi.ResourceOptions(parent=self))
            aws.cloudwatch.LogGroup(name, opts=pulumi.ResourceOptions(parent=inner))
    Outer("thing")
    """)
    qualified = "bench:index:Outer$bench:index:Inner$aws:cloudwatch/logGroup:LogGroup"
    assert list(bench.deployment.resources) == [f"urn:pulumi:test::bench::{qualified}::thing"]


def test_outputs_are_resolved_and_plain(bench: Bench) -> None:
    outputs = bench.up("""
    pulumi.export("secret", pulumi.Output.secret({"list": [1, 2.5, None, True]}))
    pulumi.export("region", aws.get_region().region)
    pulumi.export("account", aws.get_caller_identity().account_id)
    pulumi.export("partition", aws.get_partition_output().partition)
    """)
    assert outputs == {
        "secret": {"list": [1, 2.5, None, True]},
        "region": "us-east-1",
        "account": "000000000000",
        "partition": "aws",
    }
    assert bench.deployment.secret_outputs == {"secret"}


def test_the_region_of_the_stack_and_of_a_resource(bench: Bench, ministack: MiniStack) -> None:
    source = 'for region in (None, "eu-west-1"): aws.cloudwatch.LogGroup(f"in-{region}", name="/where", region=region)'
    bench.up(source, **{"aws:region": "eu-north-1"})
    for region in ("eu-north-1", "eu-west-1"):
        assert len(ministack.region(region).logs.describe_log_groups(logGroupNamePrefix="/where")["logGroups"]) == 1
    assert bench.resource("in-None").outputs["region"] == "eu-north-1"


def test_protected_resources_are_not_deleted(bench: Bench) -> None:
    protected = 'aws.cloudwatch.LogGroup("kept", opts=pulumi.ResourceOptions(protect={0}))'
    bench.up(protected.format(True))
    with pytest.raises(ResourceError, match=r"LogGroup::kept: it is protected"):
        bench.deployment.destroy()
    with pytest.raises(ResourceError, match=r"^urn:pulumi:test::bench::aws:cloudwatch/logGroup:LogGroup::kept: it is"):
        bench.up(protected.format(True).replace('"kept"', '"kept", name="/other"'))
    bench.up(protected.format(False))
    assert bench.actions == []


def test_retained_resources_outlive_the_stack(bench: Bench, ministack: MiniStack) -> None:
    bench.up('aws.cloudwatch.LogGroup("g", name="/kept", opts=pulumi.ResourceOptions(retain_on_delete=True))')
    bench.deployment.destroy()
    assert bench.deployment.resources == {}
    ministack.region().logs.delete_log_group(logGroupName="/kept")


def test_ignored_changes_are_ignored(bench: Bench) -> None:
    source = 'aws.kms.Key("key", description="{0}", opts=pulumi.ResourceOptions(ignore_changes=["description"]))'
    bench.up(source.format("one"))
    bench.up(source.format("two"))
    assert bench.actions == []
    assert bench.resource("key").inputs["description"] == "one"


def test_configuration_reaches_the_program_as_from_the_engine(ministack: MiniStack, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        """
        name: configured
        runtime: python
        config:
          size: {type: integer, default: 3}
          apis: {type: object}
          aws:region: eu-west-3
        """
    )
    (tmp_path / "__main__.py").write_text(
        "import pulumi\n"
        "config = pulumi.Config()\n"
        "pulumi.export('seen', [config.require_int('size'), config.require_object('apis'), config.get_bool('on')])\n"
        "pulumi.export('where', pulumi.Config('aws').require('region'))\n"
        "pulumi.export('names', [pulumi.get_project(), pulumi.get_stack()])\n"
    )
    deployment = Deployment(ministack, tmp_path, "configured", "dev", {"apis": {"a": [1]}, "on": True})
    assert deployment.up() == {
        "seen": [3, {"a": [1]}, True],
        "where": "eu-west-3",
        "names": ["configured", "dev"],
    }

    deployment.config = {}
    with pytest.raises(ConfigError, match="Stack dev is missing configuration: apis"):
        deployment.up()


def test_a_key_without_a_namespace_is_the_projects(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: configured\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {small: true, 'configured:size': 3, 'aws:region': eu-west-3}")

    assert load_stack(tmp_path, "dev").config == {
        "configured:small": True,
        "configured:size": 3,
        "aws:region": "eu-west-3",
    }


def test_a_run_neither_sees_nor_leaves_pulumi_state(bench: Bench) -> None:
    pulumi.runtime.set_all_config({"bench:leaked": "yes"})
    assert bench.up("pulumi.export('leaked', pulumi.Config().get('leaked') is not None)") == {"leaked": False}
    assert pulumi.Config("bench").get("leaked") == "yes"
    pulumi.runtime.set_all_config({})


def test_what_was_replaced_is_deleted_among_the_dropped_by_age(bench: Bench) -> None:
    """A dropped alias of a replaced key goes before that key, and a dropped key after the replaced alias."""
    alias = 'aws.kms.Alias("{0}", name="alias/{0}-{1}", target_key_id={2}.key_id)\n'
    other = 'other = aws.kms.Key("other")\n'
    bench.up(KEY.format("one") + other + alias.format("dropped", 1, "key") + alias.format("moved", 1, "other"))
    bench.up(KEY.format("one").replace("P256", "P384") + alias.format("moved", 2, "key"))
    deleted = [name for action, name in bench.actions if action == "delete"]
    assert sorted(deleted) == ["dropped", "key", "moved", "other"]
    assert deleted.index("dropped") < deleted.index("key")
    assert deleted.index("moved") < deleted.index("other")
