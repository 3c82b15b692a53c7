"""The Pulumi package over gRPC: the schema, and construct requests in the shapes that other languages send."""

import json
import re
from collections.abc import Iterator
from typing import Any

import grpc
import pulumi
import pytest

from components import AuthorizedHttpApi, SigningKeys, TokenService, TokenServiceRole
from components.testing import ACCOUNT, REGION, Recording, declare
from docs.registry_schema import SCHEMA, project_metadata, registry_schema

from .engine import Package, Plugin, output, running_package, secret
from .example import BACKEND, ISSUER, JWKS, ROLE

pytestmark = pytest.mark.slow

# As a YAML or TypeScript program sends it: camelCase, and every number a float.
INPUTS: dict[str, Any] = {
    "issuer": ISSUER,
    "audience": ["orders"],
    "keys": {"jwks": [JWKS]},
    "cacheTtl": 30.0,
    "function": {"memorySize": 256.0, "timeout": 3.0},
    "routes": {
        "GET /orders": {
            "scopes": ["orders:read"],
            "integration": {"lambdaArn": BACKEND, "timeoutMilliseconds": 5000.0},
        },
        "GET /health": {
            "public": True,
            "integration": {"httpUrl": "https://status.example.com/"},
            "throttlingRateLimit": 2.5,
        },
    },
    "tags": {"team": "a"},
}

ARGS: dict[str, Any] = {
    "issuer": ISSUER,
    "audience": ["orders"],
    "keys": {"jwks": [JWKS]},
    "cache_ttl": 30,
    "function": {"memory_size": 256, "timeout": 3},
    "routes": {
        "GET /orders": {
            "scopes": ["orders:read"],
            "integration": {"lambda_arn": BACKEND, "timeout_milliseconds": 5000},
        },
        "GET /health": {
            "public": True,
            "integration": {"http_url": "https://status.example.com/"},
            "throttling_rate_limit": 2.5,
        },
    },
    "tags": {"team": "a"},
}


@pytest.fixture
def package(plugin: Plugin) -> Iterator[Package]:
    with running_package(plugin) as running:
        yield running


def _comparable(recording: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (item.type, item.name): {key: value for key, value in item.inputs.items() if key != "code"}
        for item in recording.resources
    }


def test_the_schema_is_the_one_of_the_repository(package: Package) -> None:
    """Programs in other languages compile against it: write it with `make reference`, and look at what has changed."""
    assert registry_schema(json.loads(package.schema()), project_metadata()) == json.loads(SCHEMA.read_text())


def test_every_input_is_described(package: Package) -> None:
    schema = json.loads(package.schema())
    undescribed = [
        f"{token}.{name}"
        for token, type_ in [*schema["types"].items(), *schema["resources"].items()]
        for name, property_ in {**type_.get("properties", {}), **type_.get("inputProperties", {})}.items()
        if not property_.get("description")
    ]
    assert undescribed == []


def test_another_language_gets_what_python_gets(package: Package) -> None:
    outputs = package.construct("AuthorizedHttpApi", "orders", INPUTS)
    direct = declare(lambda: AuthorizedHttpApi("orders", ARGS))  # type: ignore[call-overload]

    assert _comparable(package.recording) == _comparable(direct)
    assert outputs["apiEndpoint"].startswith("https://orders-api.")
    assert outputs["authorizerId"] == "orders-authorizer-gateway-id"


def test_a_token_service_from_another_language(package: Package) -> None:
    client = {"scopes": ["orders:read"], "audiences": ["orders"], "lifetimeSeconds": 600.0, "secretHashes": ["ab" * 32]}
    direct = {"scopes": ["orders:read"], "audiences": ["orders"], "lifetime_seconds": 600, "secret_hashes": ["ab" * 32]}
    outputs = package.construct("TokenServiceRole", "issuing", {})
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/signing-key-1-id"
    keys = package.construct("SigningKeys", "signing", {"signers": [outputs["roleArn"]]})
    inputs = {
        "clients": {"billing": client},
        "keys": {"activeKeyArn": key, "keyArns": output(keys["keyArns"]), "jwks": output(keys["jwks"])},
        "role": {"arn": outputs["roleArn"], "name": outputs["roleName"]},
    }

    def program() -> None:
        role = TokenServiceRole("issuing")
        made = SigningKeys("signing", signers=[role.role_arn])
        args: Any = {
            "clients": {"billing": direct},
            "keys": {"active_key_arn": made.active_key_arn, "key_arns": made.key_arns, "jwks": made.jwks},
            "role": {"arn": role.role_arn, "name": role.role_name},
        }
        TokenService("tokens", args)

    assert package.construct("TokenService", "tokens", inputs)["tokenEndpoint"].endswith("/token")
    assert _comparable(package.recording) == _comparable(declare(program))


def test_a_fault_of_a_token_service_is_told_in_the_spelling_of_the_other_languages(package: Package) -> None:
    client = {"scopes": ["orders:read"], "audiences": ["orders"], "secretHashes": ["x"]}
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("TokenService", "tokens", {"clients": {"billing": client}})

    assert "clients.billing.secretHashes[0]: must be the SHA-256 of the secret" in refused.value.details()
    assert not package.recording.resources


def test_the_keys_of_a_map_are_told_as_they_were_written(package: Package) -> None:
    client = {"scopes": "orders:read", "audiences": ["orders"], "secretHashes": ["ab" * 32], "lifetimeSeconds": 1.5}
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("TokenService", "tokens", {"clients": {"nightly_job": client}})

    assert "clients.nightly_job.scopes: must be a list" in refused.value.details()
    assert "clients.nightly_job.lifetimeSeconds: must be an integer" in refused.value.details()


def test_what_pulumi_adds_for_its_own_parts_is_no_input(package: Package) -> None:
    package.construct("SigningKeys", "signing", {"__defaults": [], "deletionWindowInDays": 14.0})

    assert package.recording.only("aws:kms/key:Key").inputs["deletionWindowInDays"] == 14


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"policy": output({"maxTokenAgeSeconds": 300.0})}, "policy: must be an object"),
        ({"policy": {"expectedClaims": secret({"token_use": ["access"]})}}, "policy"),
        ({"role": output({"arn": "arn:aws:iam::123456789012:role/mine"})}, "role: must be an object"),
        ({"keys": output({"jwks": [JWKS]})}, "keys: must be an object"),
        ({"stage": "fast"}, "stage: must be an object, and is 'fast'"),
        ({"routes": {"GET /orders": "orders:read"}}, 'routes["GET /orders"]: must be "public", a list of scopes'),
        ({"trustedIssuers": [output({"issuer": "https://b"})]}, "trustedIssuers[0]: must be an object"),
    ],
)
def test_what_is_no_object_is_refused_and_not_taken_for_an_empty_one(
    package: Package, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("AuthorizedHttpApi", "orders", {**INPUTS, **changes})

    assert fault in refused.value.details()
    assert not package.recording.resources


@pytest.mark.parametrize(
    ("component", "inputs", "fault"),
    [
        ("SigningKeys", {"replicaRegions": ["eu-west-2"]}, "replicaRegions: .*multiRegion: true"),
        (
            "AuthorizedHttpApi",
            {**INPUTS, "functionArn": BACKEND},
            "issuer: .* which functionArn replaces: .* or functionArn",
        ),
        (
            "AuthorizedHttpApi",
            {**INPUTS, "routes": {"GET /function_arn": {"integration": {"httpUrl": "function_arn"}}}},
            "'function_arn'",
        ),
    ],
)
def test_what_to_write_is_in_the_spelling_of_the_language(
    package: Package, component: str, inputs: dict[str, Any], fault: str
) -> None:
    """But what the program itself has written is quoted as it is."""
    with pytest.raises(grpc.RpcError) as refused:
        package.construct(component, "orders", inputs)

    assert re.search(fault, refused.value.details())


def test_no_description_names_an_input_that_is_not_there(package: Package) -> None:
    schema = json.loads(package.schema())
    everywhere = {name for component in schema["resources"].values() for name in component["inputProperties"]}
    for token, component in schema["resources"].items():
        for name, input_ in component["inputProperties"].items():
            named = re.findall(r"Required unless `([a-z_]+)`", input_["description"])
            assert {re.sub(r"_(.)", lambda match: match[1].upper(), word) for word in named} <= (
                everywhere & component["inputProperties"].keys()
            ), f"{token}.{name}"


def test_keys_from_another_language(package: Package) -> None:
    outputs = package.construct("SigningKeys", "signing", {"deletionWindowInDays": 14.0, "algorithm": "ES512"})
    direct = declare(lambda: SigningKeys("signing", {"deletion_window_in_days": 14}))

    assert _comparable(package.recording) == _comparable(direct)
    assert json.loads(outputs["jwks"])["keys"][0]["kid"] == "signing-key-1-id"
    assert outputs["keyArns"].keys() == {"1"}


def test_outputs_on_the_leaves(package: Package) -> None:
    routes = {"GET /orders": {"integration": {"lambdaArn": output(BACKEND)}}}
    package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "issuer": output(ISSUER), "routes": routes})

    config = package.recording.only("aws:lambda/function:Function").inputs["code"].assets["config.json"].text
    assert json.loads(config)["issuers"] == [ISSUER]
    assert package.recording.only("aws:apigatewayv2/integration:Integration").inputs["integrationUri"] == BACKEND


def test_a_domain_name_from_elsewhere(package: Package) -> None:
    domain = {"name": output("api.example.com"), "certificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"}
    outputs = package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "domain": domain})

    assert outputs["apiEndpoint"] == "https://api.example.com"


_DOMAIN = {"name": "api.example.com", "certificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"}
_DOMAIN_NAME = {"domainName": _DOMAIN["name"], "certificateArn": _DOMAIN["certificateArn"]}


@pytest.mark.parametrize("second", ["api.example.com", output("api.example.com")])
def test_two_apis_cannot_have_one_domain_in_any_language(package: Package, second: Any) -> None:
    """Each component has a connection of its own to the engine."""
    package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "domain": _DOMAIN})
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("AuthorizedHttpApi", "reports", {**INPUTS, "domain": {**_DOMAIN, "name": second}})

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    fault = """domain.name: 'api.example.com' is already the domain of AuthorizedHttpApi "orders": write another name"""
    assert fault in refused.value.details()
    (domain,) = package.recording.all("aws:apigatewayv2/domainName:DomainName")
    assert domain.name == "orders-domain"


def test_a_domain_is_shared_in_any_language(package: Package) -> None:
    created = package.construct("Domain", "public", {**_DOMAIN_NAME, "ipAddressType": "dualstack"})
    assert created["targetDomainName"].endswith(f".execute-api.{REGION}.amazonaws.com")
    shared = {"existingName": output(created["domainName"]), "basePath": "v1", "disableDefaultEndpoint": False}
    outputs = package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "domain": shared})
    assert outputs["apiEndpoint"] == "https://api.example.com/v1"

    with pytest.raises(grpc.RpcError) as refused:
        package.construct("AuthorizedHttpApi", "reports", {**INPUTS, "domain": shared})
    fault = (
        """domain.basePath: 'v1' at 'api.example.com' is already that of AuthorizedHttpApi "orders": write another"""
    )
    assert fault in refused.value.details()


@pytest.mark.parametrize(
    ("component", "inputs", "fault"),
    [
        ("SigningKeys", {"issuers": [ROLE]}, "issuers: was renamed: write signers"),
        (
            "AuthorizerFunction",
            {**{key: INPUTS[key] for key in ("issuer", "audience", "keys")}, "roleArn": ROLE, "settings": {}},
            "settings: was renamed: write function",
        ),
        (
            "JwtAuthorizer",
            {
                **{key: INPUTS[key] for key in ("issuer", "audience", "keys")},
                "apiId": "a",
                "routeScopes": {"GET /orders": {"scopes": ["a"], "match": "any"}},
            },
            'routeScopes["GET /orders"].match: was renamed: write scopesMatch',
        ),
    ],
)
def test_a_former_name_of_an_input_is_refused_with_its_name(
    package: Package, component: str, inputs: dict[str, Any], fault: str
) -> None:
    """Pulumi drops what it does not know: without its signers, a key would sign for the whole account."""
    with pytest.raises(grpc.RpcError) as refused:
        package.construct(component, "orders", inputs)

    assert fault in refused.value.details()
    assert not package.recording.resources


def test_the_update_after_a_preview_has_its_domains(package: Package) -> None:
    for preview in (True, False):
        package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "domain": _DOMAIN}, preview=preview)

    assert len(package.recording.all("aws:apigatewayv2/domainName:DomainName")) == 2


def test_a_secret_stays_one(package: Package) -> None:
    package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "tags": {"team": output("a", secret=True)}})

    assert package.recording.only("aws:apigatewayv2/api:Api").inputs["tags"] == secret({"team": "a"})


def test_undoing_retired_passes_its_preview_in_every_language(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is disabled until the update itself, and the engine passes on KMS's refusal as an error of its own."""
    with running_package(plugin, preview=True) as package:
        whole = Recording(preview=False)
        monkeypatch.setattr(package.recording, "new_resource", whole.new_resource)  # everything exists already

        def call(args: Any) -> Any:
            if args.token == "aws:kms/getPublicKey:getPublicKey":
                raise RuntimeError("operation error KMS: GetPublicKey, DisabledException: the key is disabled.")
            return whole.call(args)

        monkeypatch.setattr(package.recording, "call", call)
        outputs = package.construct("SigningKeys", "signing", {}, preview=True)

    assert outputs["aliasName"] == "alias/shop-test-signing"
    assert isinstance(outputs["jwks"], pulumi.output.Unknown)
    assert whole.only("aws:kms/key:Key").inputs["isEnabled"] is True


def test_unknowns_in_a_preview(plugin: Plugin) -> None:
    with running_package(plugin, preview=True) as package:
        routes = {"GET /orders": {"integration": {"lambdaArn": output()}}}
        package.construct("AuthorizedHttpApi", "orders", {**INPUTS, "issuer": output(), "routes": routes}, preview=True)

        names = {item.name for item in package.recording.resources}
    assert {"orders-stage", "orders-authorizer-gateway", "orders-authorizer-function-lambda"} <= names


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"routes": {"GET /a": {"integration": {"lambdaArn": output("mine")}}}},
            'routes["GET /a"].integration.lambdaArn: must be the ARN of a Lambda function',
        ),
        ({"alarms": {"topicArn": output("mine")}}, "alarms.topicArn: must be the ARN of an SNS topic"),
    ],
)
def test_what_an_output_turns_out_to_be_is_told_in_the_spelling_of_the_other_languages(
    package: Package, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("AuthorizedHttpApi", "orders", {**INPUTS, **changes})

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (
        f'AuthorizedHttpApi "orders" has invalid inputs, found during the deployment:\n  {fault}'
        in refused.value.details()
    )


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"cacheTtl": 9000.0}, ["cacheTtl: must be 0 to 3600 seconds, and is 9000"]),
        (
            {
                "function": {"memorySize": 256.5},
                "keys": {"source": "kms", "kmsKeys": [{"arn": "a", "algorithm": "HS256"}]},
            },
            ["function.memorySize: must be an integer, and is 256.5", "keys.kmsKeys[0].algorithm: must be one of"],
        ),
        (
            {"routes": {"GET /my_orders/": {"integration": {"lambdaArn": "a"}, "throttlingBurstLimit": 0.0}}},
            [
                'routes["GET /my_orders/"]: the path must not end',
                'routes["GET /my_orders/"].throttlingBurstLimit: must be',
            ],
        ),
        ({"issuer": None}, ["issuer: missing"]),
        ({"cache_ttl": 30.0}, ["cache_ttl: unknown key: write cacheTtl"]),
        ({"identitySource": ["$request.header.X"]}, ["identitySource: unknown key: did you mean identitySources?"]),
        (
            {"routes": {"GET /a": {"integration": {"httpURL": "https://a.example.com/"}}}},
            ['routes["GET /a"].integration.httpURL: unknown key: did you mean httpUrl?'],
        ),
    ],
)
def test_faults_are_in_the_spelling_of_the_other_languages(
    package: Package, changes: dict[str, Any], faults: list[str]
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        package.construct("AuthorizedHttpApi", "orders", {**INPUTS, **changes})

    details = refused.value.details()
    for fault in faults:
        assert fault in details
    assert not package.recording.resources
