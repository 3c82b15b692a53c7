"""The function as Lambda has it: a package with its configuration, in a process of its own, and KMS over HTTP."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emulator.server import MiniStack
from issuer.token_service.kms import MIN_TIMEOUT_SECONDS, kms_client

from .service import GRANT, SECRET, ObservedService, basic, document, event

ROOT = Path(__file__).resolve().parents[3]

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import json
from issuer.token_service import config
deployment = sorted(sys.modules)
from issuer.token_service.handler import handler
init = sorted(sys.modules)
events = json.load(sys.stdin)
responses = [handler(event, None) for event in events]
later = sorted(set(sys.modules) - set(init))
with open(sys.argv[2], "w") as file:
    json.dump({"responses": responses, "deployment": deployment, "init": init, "later": later}, file)
"""


def _run(directory: Path, config: Mapping[str, object], events: list[object], **environment: str) -> Any:
    """The process that has answered ``events``."""
    for part in ("authorizer", "issuer"):
        shutil.copytree(ROOT / part, directory / part, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "config.json").write_text(json.dumps(config))
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(directory), str(directory / "result.json")],
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
        env=environment,
    )


def test_tokens_signed_by_the_emulator_s_kms(ministack: MiniStack, kms: Any, tmp_path: Path) -> None:
    keys = [kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="SIGN_VERIFY")["KeyMetadata"] for _ in range(2)]
    disabled, enabled = keys
    kms.disable_key(KeyId=disabled["KeyId"])
    pinned = [{"key_arn": key["Arn"], "alg": "ES512"} for key in keys]
    events = [
        event({**GRANT, "scope": "orders:read"}),
        event({**GRANT, "scope": "admin"}),
        event(headers=basic("billing", "wrong")),
        {**event(), "headers": None},
    ]
    process = _run(
        tmp_path,
        document(keys=pinned),
        events,
        AWS_ENDPOINT_URL=ministack.endpoint,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_REGION=kms.meta.region_name,
        AWS_DEFAULT_REGION=kms.meta.region_name,
        AWS_LAMBDA_FUNCTION_NAME="token-service",
    )
    assert (process.returncode, process.stderr) == (0, "")
    result = json.loads((tmp_path / "result.json").read_text())

    assert [response["statusCode"] for response in result["responses"]] == [200, 400, 401, 400]
    token = json.loads(result["responses"][0]["body"])["access_token"]
    public_key: Any = load_der_public_key(kms.get_public_key(KeyId=enabled["KeyId"])["PublicKey"])
    claims = jwt.decode(token, public_key, ["ES512"], audience="orders")
    assert (claims["sub"], claims["scope"]) == ("billing", "orders:read")
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    reasons = ["issued", "invalid_scope", "wrong_secret", "wrong_content_type"]
    assert [line["Reason"] for line in lines] == reasons
    assert {line["FunctionName"] for line in lines} == {"token-service"}
    assert lines[0]["kid"] == enabled["KeyId"]
    assert SECRET not in process.stdout

    # A deployment judges the configuration without them.
    assert {"boto3", "botocore", "jwt"} & set(result["deployment"]) == set()
    assert {"boto3", "jwt"} <= set(result["init"])
    for unused in ("issuer.token_service.assertion_settings", "authorizer.runtime_keys", "authorizer.kms"):
        assert unused not in result["init"]
    # Whatever a request needs, the init has imported, except what only a first connection needs.
    assert {
        module for module in result["later"] if module.startswith(("issuer", "authorizer", "jwt", "boto3"))
    } == set()


def test_keys_that_are_disabled_being_deleted_or_gone(kms: Any) -> None:
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    service = ObservedService(document(keys=[{"key_arn": key["Arn"], "alg": "ES256"}]), kms)
    never = {"key_arn": key["Arn"].replace(key["KeyId"], "00000000-0000-4000-8000-000000000000"), "alg": "ES256"}

    observed = [service.send(event())]
    kms.disable_key(KeyId=key["KeyId"])
    observed.append(service.send(event()))
    kms.enable_key(KeyId=key["KeyId"])
    observed.append(service.send(event()))
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    observed += [service.send(event()), ObservedService(document(keys=[never]), kms).send(event())]
    assert [(each.status, each.reason) for each in observed] == [
        (200, "issued"),
        (503, "key_unusable"),
        (200, "issued"),
        (503, "key_unusable"),
        (503, "key_unusable"),
    ]


def test_the_client_gives_up_before_lambda_and_api_gateway_do() -> None:
    client: Any = kms_client("arn:aws:kms:eu-west-2:111122223333:key/1")
    config = client.meta.config

    assert client.meta.region_name == "eu-west-2"
    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    assert config.retries == {"mode": "standard", "total_max_attempts": 2}
    longest = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) + 1
    assert longest < MIN_TIMEOUT_SECONDS


@pytest.mark.slow
def test_an_invalid_configuration_fails_the_init(tmp_path: Path) -> None:
    process = _run(tmp_path, document(issuer="", clients={}), [])

    assert process.returncode == 1
    assert process.stderr.rstrip().endswith(
        "ConfigError: issuer: must be a string that is not empty, and is ''\nclients: must have at least one client"
    )
