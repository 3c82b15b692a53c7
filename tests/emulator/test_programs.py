"""More programs run: several providers, other stacks' outputs, modules of their own, types that others handle, fakes."""

import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import supported
from emulator.errors import ConfigError, ResourceError, UnsupportedError
from emulator.resources import Aws, Handler, Inputs, Outputs
from emulator.server import MiniStack

from . import acme_handlers
from .bench import Bench


def test_a_resource_is_where_its_provider_is(bench: Bench, ministack: MiniStack) -> None:
    program = """
    west = aws.Provider("west", region="{region}", access_key="a", secret_key="b", endpoints=[{{"kms": "https://example.com"}}])
    inside = pulumi.ResourceOptions(provider=west)
    aws.cloudwatch.LogGroup("here", name="/place")
    aws.cloudwatch.LogGroup("there", name="/place", opts=inside)
    aws.cloudwatch.LogGroup("elsewhere", name="/place", region="ap-south-1", opts=inside)
    class Part(pulumi.ComponentResource):
        def __init__(self, name, opts):
            super().__init__("bench:index:Part", name, None, opts)
            self.group = aws.cloudwatch.LogGroup("inner", name="/inner", opts=pulumi.ResourceOptions(parent=self))
            self.region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=self)).region
    part = Part("part", pulumi.ResourceOptions(providers=[west]))
    pulumi.export("regions", [
        part.group.region, part.region, aws.get_region(opts=pulumi.InvokeOptions(provider=west)).region,
        aws.get_region().region])
    """

    def places(name: str) -> list[str]:
        regions = ("ap-south-1", "eu-west-1", "us-east-1", "us-west-2")
        return [
            region
            for region in regions
            if ministack.region(region).logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        ]

    outputs = bench.up(program.format(region="us-west-2"))
    assert outputs["regions"] == ["us-west-2"] * 3 + ["us-east-1"]
    assert places("/place") == ["ap-south-1", "us-east-1", "us-west-2"]
    assert places("/inner") == ["us-west-2"]

    bench.up(program.format(region="us-west-2"))
    assert bench.actions == []
    bench.up(program.format(region="eu-west-1"))
    assert {name for action, name in bench.actions if action == "replace"} == {"west", "there", "inner"}
    assert (places("/place"), places("/inner")) == (["ap-south-1", "eu-west-1", "us-east-1"], ["eu-west-1"])
    bench.deployment.destroy()
    assert places("/place") == []


def test_the_tags_of_a_provider_are_added(bench: Bench, ministack: MiniStack) -> None:
    program = """
    other = aws.Provider("other", region="eu-west-1", default_tags={{"tags": {{"team": "{team}", "own": "no"}}}})
    group = aws.cloudwatch.LogGroup(
        "group", name="/tags", tags={{"own": "yes"}}, opts=pulumi.ResourceOptions(provider=other))
    default = aws.cloudwatch.LogGroup("default", name="/tags")
    pulumi.export("tags", [group.tags, group.tags_all, default.tags, default.tags_all])
    """
    config = {"aws:region": "us-east-1", "aws:defaultTags": {"tags": {"stack": "bench"}}}

    assert bench.up(program.format(team="a"), **config)["tags"] == [
        {"own": "yes"},
        {"own": "yes", "team": "a"},
        {},
        {"stack": "bench"},
    ]
    bench.up(program.format(team="b"), **config)
    assert set(bench.actions) == {("update", "other"), ("update", "group")}
    tags = ministack.region("eu-west-1").logs.list_tags_log_group(logGroupName="/tags")["tags"]
    assert tags == {"own": "yes", "team": "b"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            'region="eu-west-1", assume_roles=[{"role_arn": "arn:aws:iam::1:role/a"}]',
            "does not support assumeRoles of the",
        ),
        ('region="eu-west-1", allowed_account_ids=["1"]', "one account, does not support allowedAccountIds"),
        ("", r"Provider|aws::west: the AWS provider has no region. Write region="),
    ],
)
def test_a_provider_that_cannot_be_is_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, given: str, said: str
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(UnsupportedError, match=said):
        bench.up(f'aws.Provider("west", {given})')


def test_the_default_provider_is_judged_too(bench: Bench) -> None:
    with pytest.raises(
        UnsupportedError, match=r"^aws: the emulator, which has one account, does not support assumeRoles"
    ):
        bench.up("", **{"aws:assumeRoles": [{"roleArn": "arn:aws:iam::1:role/a"}]})


NETWORK = "organization/network/dev"


def test_outputs_of_other_stacks(bench: Bench) -> None:
    bench.deployment.stack_outputs = {NETWORK: {"vpc": "vpc-1", "subnets": ["a", "b"], "ports": {"http": 80}}}
    outputs = bench.up(f"""
    network = pulumi.StackReference("{NETWORK}")
    again = pulumi.StackReference("again", stack_name="{NETWORK}")
    pulumi.export("found", [network.require_output("vpc"), again.get_output("subnets"), network.outputs["ports"]["http"]])
    pulumi.export("missing", network.get_output("zone"))
    """)
    assert outputs["found"] == ["vpc-1", ["a", "b"], 80]
    assert outputs.get("missing") is None
    assert bench.deployment.resources == {}


def test_a_stack_or_an_output_that_nobody_supplied(bench: Bench) -> None:
    bench.deployment.stack_outputs = {NETWORK: {"vpc": "vpc-1"}}
    with pytest.raises(
        ConfigError, match=r"organization/other/dev: .*--stack-outputs organization/other/dev=FILE, .*pulumi"
    ):
        bench.up('pulumi.StackReference("organization/other/dev")')
    with pytest.raises(ConfigError, match=r"organization/network/dev has no output zone; it has vpc\. Add"):
        bench.up(f'pulumi.export("zone", pulumi.StackReference("{NETWORK}").require_output("zone"))')
    with pytest.raises(KeyError):
        bench.up(f'pulumi.export("zone", pulumi.StackReference("{NETWORK}").outputs.apply(lambda all: all["zone"]))')


def test_edited_modules_are_seen_even_within_a_second(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytecode of the same second and size counts as current: so the edits here keep the size."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder = bench.deployment.program
    (folder / "parts").mkdir()
    (folder / "parts" / "__init__.py").write_text("from .inner import VALUE\n")
    (folder / "spread").mkdir()  # a package without __init__.py
    program = """
    import parts, single
    from spread import inner
    pulumi.export("seen", [parts.VALUE, single.VALUE, inner.VALUE])
    """

    for value in range(1, 4):
        for name in ("parts/inner.py", "single.py", "spread/inner.py"):
            (folder / name).write_text(f"VALUE = {value}\n")
        assert bench.up(program) == {"seen": [value, value, value]}

    (folder / "new.py").write_text("VALUE = 'new'\n")
    assert bench.up("import new\npulumi.export('seen', new.VALUE)") == {"seen": "new"}


def test_modules_that_were_there_before_stay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second copy of what a test itself uses would have types of its own."""
    folder = bench.deployment.program / "bench_shared"
    folder.mkdir()
    (folder / "__init__.py").write_text("class Fault(Exception): ...\n")
    monkeypatch.syspath_prepend(bench.deployment.program)
    shared = importlib.import_module("bench_shared")
    for value in ("one", "two"):
        (folder / "new.py").write_text(f"VALUE = '{value}'\n")
        with pytest.raises(shared.Fault, match=value):
            bench.up("import bench_shared\nfrom bench_shared import new\nraise bench_shared.Fault(new.VALUE)")
    monkeypatch.delitem(sys.modules, "bench_shared")


def test_installed_packages_and_generated_sdks_are_kept(bench: Bench) -> None:
    """Their types are registered once in a process."""
    packages = bench.deployment.program / ".venv" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "bench_installed.py").write_text("COUNT = []\n")
    generated = bench.deployment.program / "bench_sdk"
    generated.mkdir()
    (generated / "__init__.py").write_text("COUNT = []\n")
    (generated / "pulumi-plugin.json").write_text("{}")
    program = f"""
    import sys
    sys.path.append({str(packages)!r})
    import bench_installed, bench_sdk
    sys.path.remove({str(packages)!r})
    bench_installed.COUNT.append(1), bench_sdk.COUNT.append(1)
    pulumi.export("runs", [len(bench_installed.COUNT), len(bench_sdk.COUNT)])
    """
    assert [bench.up(program)["runs"] for _ in range(2)] == [[1, 1], [2, 2]]


USES = """
class Tagged(pulumi.CustomResource):
    upper: pulumi.Output[str]
    def __init__(self, name, value):
        super().__init__("acme:index/tagged:Tagged", name, {{"name": "/acme", "value": value, "upper": None}})
tagged = Tagged("tagged", "{0}")
found = pulumi.runtime.invoke_output("acme:index/getTagged:getTagged", {{"name": tagged.id}})
pulumi.export("found", [tagged.upper, found.apply(lambda result: result["value"])])
"""


def _install(folder: Path, entry: str) -> None:
    """A package with an entry point."""
    installed = folder / "acme-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Name: acme\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(f"[kms_jwt.emulator]\nacme = {entry}\n")


@pytest.fixture(params=["argument", "entry point"])
def handled(
    request: pytest.FixtureRequest, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A bench that knows the types of ``acme_handlers``, in either way."""
    supported._installed.cache_clear()
    if request.param == "argument":
        bench.deployment.handlers = acme_handlers.HANDLERS
    else:
        _install(tmp_path, f"{acme_handlers.__name__}:HANDLERS")
        monkeypatch.syspath_prepend(tmp_path)
    yield bench
    bench.deployment.destroy()
    supported._installed.cache_clear()


def test_types_and_functions_of_others(handled: Bench) -> None:
    assert handled.up(USES.format("one"))["found"] == ["ONE", "one"]
    assert handled.up(USES.format("two"))["found"] == ["TWO", "two"]
    assert handled.actions == [("update", "tagged")]


def test_an_entry_point_that_cannot_be_read_is_named(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, "acme.absent:HANDLERS")
    monkeypatch.syspath_prepend(tmp_path)
    supported._installed.cache_clear()
    with pytest.raises(
        ConfigError, match=r"acme = 'acme.absent:HANDLERS' .* cannot be read \(No module named 'acme'\)"
    ):
        bench.up('aws.cloudwatch.LogGroup("group")')


def test_a_handler_of_the_users_own_comes_before_ours(bench: Bench) -> None:
    def refuse(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
        raise ValueError(f"no group {inputs['name']}")

    group = Handler(create=refuse, delete=lambda aws, group: None, inputs=None)
    bench.deployment.handlers = {"aws:cloudwatch/logGroup:LogGroup": group}
    with pytest.raises(ResourceError, match=r"LogGroup::group: no group /a"):
        bench.up('aws.cloudwatch.LogGroup("group", name="/a", retention_in_days=7)')


FAKES = """
acl = aws.wafv2.WebAcl("acl", scope="REGIONAL", default_action={{"allow": {{}}}}, description="{0}",
    visibility_config={{"cloudwatch_metrics_enabled": False, "metric_name": "m", "sampled_requests_enabled": False}})
found = aws.wafv2.get_web_acl_output(name="acl", scope="REGIONAL")
group = aws.cloudwatch.LogGroup("group")
pulumi.export("acl", {{"id": acl.id, "arn": acl.arn, "scope": acl.scope, "description": acl.description}})
pulumi.export("found", found.name)
"""


def test_what_matches_a_pattern_is_faked_with_a_warning(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.deployment.fakes = ["aws:wafv2/*", "aws:cloudwatch/*"]
    before: dict[str, Any] = bench.up(FAKES.format("one"))
    acl = before["acl"]
    assert acl["arn"] == f"arn:aws:wafv2:us-east-1:000000000000:{acl['id']}"
    assert (acl["scope"], acl["description"], before["found"]) == ("REGIONAL", "one", "acl")
    urn = "urn:pulumi:test::bench::aws:wafv2/webAcl:WebAcl::acl"
    assert bench.deployment.faked == [urn]
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert sorted(message.partition(" is a fake")[0] for message in warned) == ["aws:wafv2/getWebAcl:getWebAcl", urn]

    after = bench.up(FAKES.format("two"))["acl"]
    assert after == {**acl, "description": "two"}
    assert bench.actions == [("update", "acl")]


def test_a_pattern_fakes_nothing_else(bench: Bench) -> None:
    bench.deployment.fakes = ["aws:wafv2/ip*"]
    with pytest.raises(UnsupportedError, match=r"The emulator does not support .* aws:wafv2"):
        bench.up(FAKES.format("one"))
