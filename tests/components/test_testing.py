"""The mocks that consumers test their programs with: what they answer is what AWS could have answered."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import jwt
import pulumi
import pulumi_aws as aws
import pytest

from authorizer.verifier import Verifier
from components import GenerationArgs, SigningKeys, SigningKeysArgs
from components.kms.algorithms import ALGORITHMS
from components.testing import ACCOUNT, PRIVATE_KEY, REGION, Recording, declare
from testkit.encoding import base64url
from testkit.tokens import AUDIENCE, ISSUER, NOW, claims, signing_input

from .example import declare_api

ARN = re.compile(rf"arn:aws:[a-z0-9-]+:(|{REGION}):(|{ACCOUNT}):[!-~]+|arn:aws:apigateway:{REGION}:lambda:path/[!-~]+")


def _keys(args: SigningKeysArgs) -> Recording:
    return declare(lambda: {"jwks": SigningKeys("signing", args).jwks})


def _jwks(recording: Recording) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(recording.outputs["jwks"])["keys"]
    return keys


def _token(private_key: Any, alg: str, kid: str) -> str:
    if not alg.startswith("ML-DSA"):
        return jwt.encode(claims(), private_key, alg, {"kid": kid})
    message = signing_input({"alg": alg, "kid": kid, "typ": "JWT"}, claims())
    return f"{message}.{base64url(private_key.sign(message.encode()))}"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_authorizer_accepts_what_the_mocked_key_signs(alg: str) -> None:
    recording = _keys({"algorithm": alg})

    (jwk,) = _jwks(recording)
    token = _token(recording.private_key(jwk["kid"]), alg, jwk["kid"])
    verifier = Verifier({"version": 1, "issuers": [ISSUER], "audiences": [AUDIENCE], "keys": [jwk]})
    assert verifier.verify(token, now=NOW) == claims()


def test_every_key_is_another() -> None:
    generations: list[GenerationArgs] = [{"name": "a"}, {"name": "b", "algorithm": "ES256"}, {"name": "c"}]
    recording = _keys({"generations": generations, "active": "a"})

    keys = _jwks(recording)
    assert len({key["x"] for key in keys}) == 3
    for key in keys:
        token = jwt.encode({}, recording.private_key(key["kid"]), key["alg"])
        jwt.decode(token, jwt.PyJWK(key), [key["alg"]])


def test_a_private_key_is_found_as_kms_finds_it() -> None:
    recording = _keys({"algorithm": "ES384", "alias": "alias/mine"})

    names = ["signing-key-1-id", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/signing-key-1-id", "alias/mine"]
    names.append(f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/mine")
    assert {recording.private_key(name).curve.name for name in names} == {"secp384r1"}
    assert len({id(recording.private_key(name)) for name in names}) == 1


def test_keys_from_elsewhere_have_the_default_spec_and_others_are_refused() -> None:
    def program() -> dict[str, object]:
        found = aws.kms.get_public_key_output(key_id=f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1")
        return {
            "spec": found.customer_master_key_spec,
            "arn": found.arn,
            "usage": found.key_usage,
            "pem": found.public_key_pem,
        }

    outputs = declare(program).outputs
    assert (outputs["spec"], outputs["usage"]) == ("ECC_NIST_P521", "SIGN_VERIFY")
    assert outputs["arn"] == f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
    assert "BEGIN PUBLIC KEY" in outputs["pem"]
    encrypting = declare(lambda: aws.kms.Key("data"))
    with pytest.raises(RuntimeError, match="UnsupportedOperationException: data-id: keys of spec SYMMETRIC_DEFAULT"):
        encrypting.private_key("data-id")


def test_the_only_es512_key_is_the_constant() -> None:
    assert _keys({}).private_key("signing-key-1-id") is PRIVATE_KEY


def test_replicas_have_the_id_of_their_multi_region_key() -> None:
    def program() -> dict[str, object]:
        key = aws.kms.Key("k", customer_master_key_spec="ECC_NIST_P256", key_usage="SIGN_VERIFY", multi_region=True)
        replica = aws.kms.ReplicaKey("r", primary_key_arn=key.arn, region="us-east-1")
        return {"key": key.key_id, "id": key.id, "replica": replica.key_id, "arn": key.arn, "replica_arn": replica.arn}

    recording = declare(program)
    outputs = recording.outputs
    assert re.fullmatch("mrk-[0-9a-f]{32}", outputs["key"])
    assert outputs["id"] == outputs["replica"] == outputs["key"]
    assert outputs["arn"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{outputs['key']}"
    assert outputs["replica_arn"] == f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{outputs['key']}"
    assert recording.private_key(outputs["replica_arn"]).curve.name == "secp256r1"


def test_every_arn_that_is_computed_has_aws_form() -> None:
    domain = {"name": "api.example.com", "hosted_zone_id": "Z1"}
    recording = declare_api(domain=domain, well_known={}, alarms={})

    arns = {text for item in recording.resources for text in _strings(item.inputs) if text.startswith("arn:")}
    assert any(":certificate/" in arn for arn in arns)
    assert [arn for arn in arns if not ARN.fullmatch(arn)] == []


def test_names_that_the_program_gives_are_those_in_the_arns() -> None:
    def program() -> dict[str, object]:
        role = aws.iam.Role("r", name="deployer", path="/ci/", assume_role_policy="{}")
        function = aws.lambda_.Function("f", name="backend", role=role.arn, publish=True)
        alias = aws.lambda_.Alias("a", name="live", function_name=function.arn, function_version=function.version)
        queue = aws.sqs.Queue("q", region="us-east-1")
        return {
            "role": role.arn,
            "name": role.name,
            "version": function.qualified_arn,
            "alias": alias.arn,
            "invoke": alias.invoke_arn,
            "queue": queue.arn,
            "url": queue.url,
            "kms": aws.kms.Alias("k", name="alias/k", target_key_id="1").target_key_arn,
        }

    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:backend"
    assert declare(program).outputs == {
        "role": f"arn:aws:iam::{ACCOUNT}:role/ci/deployer",
        "name": "deployer",
        "version": f"{function}:3",
        "alias": f"{function}:live",
        "invoke": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}:live/invocations",
        "queue": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q",
        "url": f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/q",
        "kms": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    }


def test_a_hosted_zone_has_an_id_for_what_refers_to_it() -> None:
    def program() -> dict[str, object]:
        zone = aws.route53.Zone("z", name="example.com")
        record = aws.route53.Record("r", name="api.example.com", type="A", zone_id=zone.zone_id, records=["192.0.2.1"])
        return {"zone": zone.zone_id, "id": zone.id, "arn": zone.arn, "record": record.zone_id}

    outputs = declare(program).outputs
    assert re.fullmatch("Z[0-9A-Z]{1,31}", outputs["zone"])
    assert outputs["id"] == outputs["record"] == outputs["zone"]
    assert outputs["arn"] == f"arn:aws:route53:::hostedzone/{outputs['zone']}"


def test_where_a_stage_and_a_domain_are_reached() -> None:
    def program() -> dict[str, object]:
        stage = aws.apigatewayv2.Stage("s", name="$default", api_id="abc")
        beta = aws.apigatewayv2.Stage("b", name="beta", api_id="abc")
        configuration = aws.apigatewayv2.DomainNameDomainNameConfigurationArgs(
            certificate_arn="c", endpoint_type="REGIONAL", security_policy="TLS_1_2"
        )
        domain = aws.apigatewayv2.DomainName(
            "d", domain_name="api.example.com", domain_name_configuration=configuration
        )
        return {
            "stage": stage.id,
            "urls": [stage.invoke_url, beta.invoke_url],
            "arn": beta.execution_arn,
            "domain": domain.id,
            "certificate": domain.domain_name_configuration.certificate_arn,
        }

    assert declare(program).outputs == {
        "stage": "$default",
        "urls": [f"https://abc.execute-api.{REGION}.amazonaws.com/{path}" for path in ("", "beta")],
        "arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/beta",
        "domain": "api.example.com",
        "certificate": "c",
    }


def test_a_function_that_is_not_mocked_says_so() -> None:
    with pytest.raises(
        Exception, match=r"aws:sqs/getQueue:getQueue: not mocked; mocked functions are aws:kms/getPublicKey"
    ):
        declare(lambda: aws.sqs.get_queue(name="orders"))


PROGRAM = """
from pathlib import Path

import pulumi
from pulumi_aws import sns

from names import TOPIC

topic = sns.Topic(TOPIC)
pulumi.export("arn", topic.arn)
pulumi.export("secret", pulumi.Output.secret({"text": Path("text.txt").read_text()}))
if __name__ == "__main__":
    pulumi.export("main", True)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "names.py").write_text("TOPIC = 'alarms'\n")
    (tmp_path / "text.txt").write_text("found")
    file = tmp_path / "__main__.py"
    file.write_text(PROGRAM)
    return file


@pytest.mark.parametrize("kind", [str, Path])
def test_a_whole_program_gives_its_exports(program: Path, kind: type[Any]) -> None:
    recording = declare(kind(program))

    assert [item.name for item in recording.all("aws:sns/topic:Topic")] == ["alarms"]
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
    assert recording.outputs == {"arn": arn, "secret": {"text": "found"}, "main": True}


def test_in_a_preview_the_known_exports_are_given(program: Path) -> None:
    assert declare(program, preview=True).outputs == {"secret": {"text": "found"}, "main": True}


def test_a_program_run_by_runpy_gives_its_exports(tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"
    file.write_text("import pulumi\npulumi.export('a', pulumi.Output.from_input([1]))\nb = 2\n")

    assert declare(lambda: runpy.run_path(str(file))).outputs == {"a": [1]}


def test_exports_of_a_function_and_what_it_returns() -> None:
    def exporting() -> dict[str, object]:
        pulumi.export("a", 1)
        return {"b": pulumi.Output.from_input(2)}

    async def asynchronous() -> dict[str, object]:
        return {"c": 3}

    assert declare(exporting).outputs == {"a": 1, "b": 2}
    assert declare(lambda: pulumi.run(asynchronous)).outputs == {"c": 3}
    assert declare(lambda: None).outputs == {}


def test_what_a_program_raises_comes_out_and_the_next_one_runs(tmp_path: Path) -> None:
    def failing() -> None:
        pulumi.export("a", pulumi.Output.from_input(1).apply(lambda one: one / 0))

    with pytest.raises(ZeroDivisionError):
        declare(failing)
    with pytest.raises(FileNotFoundError):
        declare(tmp_path / "__main__.py")
    assert declare(lambda: {"a": 1}).outputs == {"a": 1}


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def test_source_positions_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should Pulumi rename what looks for them, every user's tests take a third longer: then this fails."""

    def looked_for() -> None:
        raise AssertionError("a source position was looked for")

    monkeypatch.setattr("pulumi.runtime.resource._get_stack_trace", looked_for, raising=True)
    declare(lambda: aws.sns.Topic("orders"))

    assert vars(pulumi.runtime.resource)["_get_stack_trace"] is looked_for
