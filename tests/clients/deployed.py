"""A token service on the emulator with a client for each way to authenticate, and the keys of the account's STS at a URL."""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from cli.commands.client import COMMAND
from emulator.server import MiniStack
from emulator.web import fetch
from testkit.key_set_server import key_set, make_certificate, serving

from ..docs.code_blocks import ROOT
from ..emulator.bench import Bench, new_bench
from ..emulator.principals import client_of, session_of
from .service import AUDIENCES, SCOPE, KeyClient, RoleClient, SecretClient, Service

ACCOUNT = "000000000000"

PROGRAM = """
from components import TokenService

config = pulumi.Config("bench")
clients, environment = config.require_object("clients"), config.get_object("environment")


def reaches_sts(args):
    # The function's process finds STS's name and trusts its certificate: nothing in the package knows of it.
    if args.type_ == "aws:lambda/function:Function" and environment:
        args.props["environment"] = {"variables": environment}
    return pulumi.ResourceTransformationResult(args.props, args.opts)


if "job" in clients:
    trust = {"Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
    may = {"Action": "sts:GetWebIdentityToken", "Resource": "*"}
    trust, may = (
        json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}) for statement in (trust, may)
    )
    role = aws.iam.Role("job", assume_role_policy=trust)
    aws.iam.RolePolicy("job", role=role.name, policy=may)
    clients["job"]["aws_roles"] = [role.arn]
    pulumi.export("role", role.arn)
service = TokenService(
    "auth",
    {
        "clients": clients,
        "signing_keys": config.require_object("signing_keys"),
        "aws_accounts": config.get_object("accounts", []),
        "function": {"architecture": "host"},
        "stage": {"throttling_rate_limit": 5000, "throttling_burst_limit": 5000},  # no answer of the tests is 429
    },
    opts=pulumi.ResourceOptions(transformations=[reaches_sts]),
)
pulumi.export("issuer", service.issuer)
pulumi.export("token_endpoint", service.token_endpoint)
pulumi.export("jwks_uri", service.jwks_uri)
"""

ENVIRONMENT = """
import socket

def look_up(host, *arguments, _getaddrinfo=socket.getaddrinfo, **options):
    if host != "{host}":
        return _getaddrinfo(host, *arguments, **options)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", {port}))]

socket.getaddrinfo = look_up
"""


class DeployedService:
    """A token service that is up, and can be updated."""

    def __init__(self, bench: Bench, config: Mapping[str, Any]) -> None:
        self._bench = bench
        self.config = dict(config)
        self.outputs: dict[str, Any] = {}

    def up(self, **changes: Any) -> dict[str, Any]:
        """Deploy it with these values of the configuration in place of those before."""
        self.config |= changes
        self.outputs = self._bench.up(PROGRAM, **{f"bench:{name}": value for name, value in self.config.items()})
        return self.outputs

    def jwks(self) -> dict[str, Any]:
        """The published keys."""
        found: dict[str, Any] = fetch(self.outputs["jwks_uri"]).json()
        return found

    def role_environment(self) -> dict[str, str]:
        """The environment variables with which boto3 is the role that is the client ``job``."""
        aws = self._bench.deployment.aws
        session = session_of(aws, self.outputs["role"])
        credentials = {name.upper(): value for name, value in session.items()}
        return {**credentials, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_DEFAULT_REGION": aws.region}

    def assertion(self) -> str:
        """What STS says of the role that is the client ``job``."""
        aws = self._bench.deployment.aws
        asked = {"Audience": [self.outputs["issuer"]], "SigningAlgorithm": "ES384", "DurationSeconds": 60}
        with client_of(aws, "sts", session_of(aws, self.outputs["role"])) as sts:
            return str(sts.get_web_identity_token(**asked)["WebIdentityToken"])


def new_secret() -> tuple[str, str]:
    """A secret and its hash, as ``kms-jwt client new`` prints them."""
    lines = list(COMMAND.run(argparse.Namespace(key=None)).lines)
    return str(lines[1]).strip(), str(lines[3]).strip()


def may(**how: Any) -> dict[str, Any]:
    """A client's configuration: ``how`` it authenticates, and what all of them may have."""
    return {"scopes": [SCOPE, "orders:write"], "audiences": list(AUDIENCES), **how}


@contextmanager
def deployed(ministack: MiniStack, folder: Path, config: Mapping[str, Any]) -> Iterator[DeployedService]:
    """A token service with this configuration, up until the end of the block."""
    with new_bench(ministack, folder) as bench:
        service = DeployedService(bench, config)
        service.up()
        yield service


@contextmanager
def _sts(folder: Path) -> Iterator[dict[str, Any]]:
    """The configuration with which the service trusts the account, whose keys are at a URL as AWS's are."""
    example = yaml.safe_load((ROOT / "examples" / "aws_roles" / "Pulumi.local.yaml").read_text())["config"]
    host = str(urlsplit(example["sts_issuer"]).hostname)
    certificate = make_certificate(folder, host)
    with serving(certificate) as server:
        server.replies[host] = key_set(*json.loads(example["sts_jwks"])["keys"])
        (folder / "resolver").mkdir()
        (folder / "resolver" / "sitecustomize.py").write_text(ENVIRONMENT.format(host=host, port=server.port))
        yield {
            "environment": {"SSL_CERT_FILE": str(certificate), "PYTHONPATH": str(folder / "resolver")},
            "accounts": [{"account_id": ACCOUNT, "issuer": example["sts_issuer"]}],
        }


@contextmanager
def service_with_all_clients(ministack: MiniStack) -> Iterator[Service]:
    """A deployed service with the clients that the libraries are tried with."""
    with tempfile.TemporaryDirectory() as scratch, _sts(Path(scratch)) as sts:
        pem = Path(scratch) / "batch.pem"
        secret, digest = new_secret()
        jwks = json.loads("\n".join(map(str, COMMAND.run(argparse.Namespace(key=str(pem))).lines)))
        legacy = "a+b/c==%41 &:;~é"
        clients = {
            "billing": may(secret_hashes=[digest]),
            "legacy": may(secret_hashes=[sha256(legacy.encode()).hexdigest()]),
            "batch": may(assertion={"jwks": json.dumps(jwks)}),
            "older": may(assertion={"jwks": json.dumps(jwks), "token_endpoint_audience": True}),
            "job": may(),
        }
        with deployed(ministack, Path(scratch), {"clients": clients, "signing_keys": {}, **sts}) as service:
            kid = jwks["keys"][0]["kid"]
            yield Service(
                issuer=service.outputs["issuer"],
                token_endpoint=service.outputs["token_endpoint"],
                jwks=service.jwks(),
                billing=SecretClient("billing", secret),
                legacy=SecretClient("legacy", legacy),
                batch=KeyClient("batch", pem.read_text(), kid),
                older=KeyClient("older", pem.read_text(), kid),
                job=RoleClient("job", [service.assertion() for _ in range(8)]),
                role=service.role_environment(),
            )
