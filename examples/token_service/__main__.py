"""A token endpoint and an API: the endpoint issues tokens, signed by KMS, for client credentials."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import kms_jwt.issuer
import pulumi
import pulumi_aws as aws
from kms_jwt.components import AuthorizedHttpApi, SigningKeys
from uv import find_uv_bin

RUNTIME = "python3.13"

HERE = Path(__file__).resolve().parent
config = pulumi.Config()
architecture = config.require("architecture")
issuer, audience = config.require("issuer"), config.require("audience")


def build_package(architecture: str) -> Path:
    """Build the function's folder: its sources, the issuer, and their locked dependencies as wheels, without Docker.

    ``architecture``: arm64, x86_64, or host for an emulator on this machine.
    """
    pulumi.log.info(f"Building the token endpoint's package for {architecture} ...")
    build = HERE / "build"
    shutil.rmtree(build, ignore_errors=True)
    if architecture == "host":
        target = ["--python", sys.executable]
    else:
        machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
        version = RUNTIME.removeprefix("python")
        target = ["--python-platform", f"{machine}-manylinux_2_28", "--python-version", version]
    command = [find_uv_bin(), "pip", "install", "--quiet", "--only-binary", ":all:", "--require-hashes", *target]
    requirements = HERE / "function" / "requirements.txt"
    subprocess.run([*command, "--target", str(build), "--requirement", str(requirements)], check=True)
    for metadata in [*build.glob("*.dist-info"), build / "bin"]:  # they record when and how it was installed
        shutil.rmtree(metadata, ignore_errors=True)
    (build / ".lock").unlink(missing_ok=True)
    shutil.copy(HERE / "function" / "token_endpoint.py", build)
    issuer = Path(kms_jwt.issuer.__file__).parent
    shutil.copytree(issuer, build / "kms_jwt" / "issuer", ignore=shutil.ignore_patterns("__pycache__"))
    return build


def policy(*statements: dict[str, object]) -> pulumi.Output[str]:
    """An IAM policy as JSON."""
    allowed = [{"Effect": "Allow", **statement} for statement in statements]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": allowed})


role = aws.iam.Role(
    "token-role",
    assume_role_policy=policy({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}),
)
keys = SigningKeys("signing", {"signers": [role.arn]})  # only this function may sign
logs = aws.cloudwatch.LogGroup("token-logs", retention_in_days=30)
permissions = aws.iam.RolePolicy(
    "token-policy",
    role=role.name,
    policy=policy(
        {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": logs.arn.apply(lambda arn: f"{arn}:*")},
        # All accepted generations: for a few minutes after a rotation the old key may still sign.
        {
            "Action": ["kms:DescribeKey", "kms:Sign"],
            "Resource": keys.key_arns.apply(lambda arns: sorted(arns.values())),
        },
    ),
)
settings = {"issuer": issuer, "audience": audience, "clients": config.require_object("clients")}
function = aws.lambda_.Function(
    "token",
    role=role.arn,
    runtime=RUNTIME,
    architectures=["arm64"] if architecture == "host" else [architecture],
    handler="token_endpoint.handler",
    code=pulumi.AssetArchive(
        {
            ".": pulumi.FileArchive(str(build_package(architecture))),
            "settings.json": pulumi.StringAsset(json.dumps(settings, sort_keys=True)),
        }
    ),
    environment={"variables": {"SIGNING_KEY": keys.alias_name}},
    memory_size=512,
    timeout=10,
    logging_config={"log_format": "JSON", "log_group": logs.name},
    opts=pulumi.ResourceOptions(depends_on=[permissions]),
)
api = AuthorizedHttpApi(
    "auth",
    {
        "issuer": issuer,
        "audience": [audience],
        "keys": {"jwks": [keys.jwks]},
        "function": {"architecture": architecture},
        "well_known": {},  # publish the keys, for backends that verify again
        # A client that floods the endpoint must not exhaust the request quota of kms:Sign.
        "routes": {
            "POST /token": {
                "public": True,
                "integration": {"lambda_arn": function.arn},
                "throttling_rate_limit": 50,
                "throttling_burst_limit": 100,
            },
        },
    },
)

pulumi.export("token_endpoint", pulumi.Output.concat(api.api_endpoint, "/token"))
pulumi.export("jwks_uri", api.jwks_uri)
