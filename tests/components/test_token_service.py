"""TokenService: the exact inputs that reach AWS, what is published, and what is there only if it is asked for."""

import json
from typing import Any

import pulumi
import pytest

from components import SigningKeys, TokenService, TokenServiceRole
from components.testing import ACCOUNT, REGION, Recording, declare
from components.token_service.contract import judge
from components.token_service.function import MIN_TIMEOUT
from issuer.token_service.kms import MIN_TIMEOUT_SECONDS
from testkit.signers import signer

from .example import ISSUER, ROLE, TOPIC
from .registrations import registered

URL = f"https://tokens-api.execute-api.{REGION}.amazonaws.com"
HASH = "ab" * 32
BILLING = {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": [HASH]}
BATCH = {
    "scopes": ["orders:read"],
    "audiences": ["orders"],
    "assertion": {"jwks": json.dumps({"keys": [signer("ES384", "batch").jwk]})},
}
JOB = {"scopes": ["orders:read"], "audiences": ["orders"], "aws_roles": [f"arn:aws:iam::{ACCOUNT}:role/job"]}
STS = {
    "account_id": ACCOUNT,
    "issuer": "https://00000000-0000-4000-8000-000000000000.tokens.sts.global.api.aws",
}

ALARM, KEY = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:kms/key:Key"
FUNCTION, ROUTE = "aws:lambda/function:Function", "aws:apigatewayv2/route:Route"


def service(**changes: Any) -> dict[str, Any]:
    """A token service with one client, and these changes; its outputs."""
    tokens = TokenService("tokens", **{"clients": {"billing": BILLING}, **changes})
    return {name: getattr(tokens, name) for name in TokenService.__annotations__}


def declared(*, preview: bool = False, **changes: Any) -> Recording:
    return declare(lambda: service(**changes), preview=preview)


def config(recording: Recording) -> dict[str, Any]:
    code = recording.only(FUNCTION, "tokens-lambda").inputs["code"]
    document: dict[str, Any] = json.loads(code.assets["config.json"].text)
    return document


def published(recording: Recording) -> dict[str, Any]:
    code = recording.only(FUNCTION, "tokens-metadata-lambda").inputs["code"]
    return {name: json.loads(text) for name, text in json.loads(code.assets["documents.json"].text).items()}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declared()


def test_the_outputs(recording: Recording) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/tokens-keys-key-1-id"

    jwks = json.loads(recording.outputs["jwks"])
    assert {**recording.outputs, "jwks": None} == {
        "token_endpoint": f"{URL}/token",
        "issuer": URL,
        "jwks": None,
        "jwks_uri": f"{URL}/.well-known/jwks.json",
        "active_key_arn": key,
        "key_arns": {"1": key},
        "alias_name": "alias/shop-test-tokens-keys",
        "function_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tokens-lambda:live",
        "function_name": "tokens-lambda",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/tokens-role-iam",
        "api_id": "tokens-api-id",
        "domain_name": None,
    }
    assert [item["kid"] for item in jwks["keys"]] == ["tokens-keys-key-1-id"]


def test_the_role_signs_with_its_keys_and_writes_its_log_and_nothing_else(recording: Recording) -> None:
    policy = recording.only("aws:iam/rolePolicy:RolePolicy", "tokens-policy").inputs

    assert policy["role"] == "tokens-role-iam"
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "WriteOwnLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/shop-test-tokens:*",
        },
        {
            "Sid": "SignTokens",
            "Effect": "Allow",
            "Action": "kms:Sign",
            "Resource": [f"arn:aws:kms:{REGION}:{ACCOUNT}:key/tokens-keys-key-1-id"],
        },
    ]


def _signers(recording: Recording) -> list[str]:
    statements = json.loads(recording.only(KEY).inputs["policy"])["Statement"]
    (signs,) = (statement for statement in statements if statement["Sid"] == "Sign")
    principals: list[str] = signs["Principal"]["AWS"]
    return principals


def test_the_key_that_it_creates_lets_it_sign_and_those_that_are_named_beside_it(recording: Recording) -> None:
    own = f"arn:aws:iam::{ACCOUNT}:role/tokens-role-iam"

    assert _signers(recording) == [own]
    assert _signers(declared(signing_keys={"signers": [ROLE]})) == [own, ROLE]


def test_the_function_is_a_published_version_behind_an_alias(recording: Recording) -> None:
    function = recording.only(FUNCTION, "tokens-lambda").inputs

    assert function["handler"] == "issuer.token_service.handler.handler"
    assert (function["publish"], function["timeout"], function["memorySize"]) == (True, 10, 512)
    assert function["loggingConfig"]["logGroup"] == "/aws/lambda/shop-test-tokens"
    assert recording.only("aws:lambda/alias:Alias", "tokens-alias").inputs["name"] == "live"
    assert MIN_TIMEOUT == MIN_TIMEOUT_SECONDS


def test_its_settings_reach_the_function() -> None:
    recording = declared(
        function={"reserved_concurrency": 20, "provisioned_concurrency": 5, "timeout": 20, "tracing": True}
    )
    function = recording.only(FUNCTION, "tokens-lambda").inputs

    assert (function["reservedConcurrentExecutions"], function["timeout"]) == (20, 20)
    assert function["tracingConfig"] == {"mode": "Active"}
    provisioned = recording.only("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs
    assert provisioned["provisionedConcurrentExecutions"] == 5
    statements = json.loads(recording.only("aws:iam/rolePolicy:RolePolicy", "tokens-policy").inputs["policy"])
    assert statements["Statement"][-1]["Sid"] == "SendTraces"


def test_the_document_is_what_the_service_reads(recording: Recording) -> None:
    assert config(recording) == {
        "version": 1,
        "issuer": URL,
        "token_endpoint": f"{URL}/token",
        "keys": [{"key_arn": recording.outputs["active_key_arn"], "alg": "ES512"}],
        "clients": {"billing": BILLING},
    }
    clients = {"batch": BATCH, "billing": {**BILLING, "lifetime_seconds": 300}, "job": JOB}
    whole = config(declared(clients=clients, aws_accounts=[STS], log_level="WARN", issuer=ISSUER))
    assert judge(json.dumps(whole)) is None
    assert whole["clients"]["batch"]["assertion"]["keys"] == json.loads(BATCH["assertion"]["jwks"])["keys"]  # type: ignore[index]
    assert (whole["issuer"], whole["aws_accounts"], whole["log_level"]) == (ISSUER, [STS], "WARN")


def test_the_active_key_signs_and_the_others_come_after_it() -> None:
    generations = [
        {"name": "a", "retire_after": "2999-01-01T00:00:00Z"},
        {"name": "b"},
        {"name": "c"},
    ]
    keys = config(declared(signing_keys={"generations": generations, "active": "b"}))["keys"]

    assert [key["key_arn"].rpartition("/")[2] for key in keys] == [f"tokens-keys-key-{name}-id" for name in "bac"]


def test_every_route_is_public_and_may_be_invoked_at_the_alias(recording: Recording) -> None:
    routes = {item.inputs["routeKey"]: item.inputs for item in recording.all(ROUTE)}

    documents = ("jwks.json", "openid-configuration", "oauth-authorization-server")
    assert routes.keys() == {"POST /token", *(f"GET /.well-known/{name}" for name in documents)}
    assert {route["authorizationType"] for route in routes.values()} == {"NONE"}
    permission = recording.only("aws:lambda/permission:Permission", "tokens-permission-POST-token-847d2c").inputs
    assert permission["qualifier"] == "live"
    assert permission["sourceArn"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:tokens-api/*/POST/token"


def test_what_must_be_there_first_is_waited_for() -> None:
    waits = {
        urn.rpartition("::")[2]: {other.rpartition("::")[2] for other in request.dependencies}
        for urn, request in registered(service).items()
    }

    assert "tokens-permission-POST-token-847d2c" in waits["tokens-integration-POST-token-847d2c"]
    assert "tokens-integration-POST-token-847d2c" in waits["tokens-route-POST-token-847d2c"]
    assert "tokens-route-POST-token-847d2c" in waits["tokens-token-api-stage"]
    assert {"tokens-policy", "tokens-logs", "tokens-keys-key-1"} <= waits["tokens-lambda"]


def test_it_is_throttled(recording: Recording) -> None:
    def limits(found: Recording) -> tuple[float, int]:
        settings = found.only("aws:apigatewayv2/stage:Stage").inputs["defaultRouteSettings"]
        return settings["throttlingRateLimit"], settings["throttlingBurstLimit"]

    assert limits(recording) == (50, 100)
    assert limits(declared(stage={"throttling_rate_limit": 10})) == (10, 100)


@pytest.mark.parametrize(
    ("clients", "methods", "algorithms"),
    [
        ({"billing": BILLING}, ["client_secret_basic", "client_secret_post"], None),
        ({"batch": BATCH}, ["private_key_jwt"], ["ES384"]),
        ({"job": JOB}, ["private_key_jwt"], ["ES384", "RS256"]),
        (
            {"billing": BILLING, "batch": BATCH},
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            ["ES384"],
        ),
    ],
)
def test_nothing_is_advertised_that_no_client_can_use(clients: Any, methods: list[str], algorithms: Any) -> None:
    """RFC 8414 sections 2 and 3.2."""
    documents = published(declared(clients=clients, aws_accounts=[STS]))
    metadata = documents["oauth-authorization-server"]

    assert metadata == {
        "issuer": URL,
        "token_endpoint": f"{URL}/token",
        "jwks_uri": f"{URL}/.well-known/jwks.json",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["none"],
        "token_endpoint_auth_methods_supported": methods,
        **({"token_endpoint_auth_signing_alg_values_supported": algorithms} if algorithms else {}),
    }
    assert documents["openid-configuration"] == {
        **metadata,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES512"],
    }


def test_certificates_are_advertised_where_a_client_has_one() -> None:
    """RFC 8705 sections 2.1.1 and 3.3."""
    domain = {
        "name": "auth.example.com",
        "certificate_arn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
        "mutual_tls": {"truststore_uri": "s3://bucket/ca.pem"},
        "disable_default_endpoint": True,
    }
    named = {
        "scopes": ["orders:read"],
        "audiences": ["orders"],
        "tls_client_auth": {"subject_dn": "CN=named,O=Example"},
    }
    bound = {**BILLING, "certificate_bound_tokens": True}

    def found(**clients: Any) -> tuple[list[str], object]:
        recording = declared(clients=clients, domain=domain)
        assert config(recording)["clients"] == clients
        assert recording.only("aws:apigatewayv2/api:Api").inputs["disableExecuteApiEndpoint"] is True
        documents = published(recording)
        metadata = documents["oauth-authorization-server"]
        assert metadata.items() <= documents["openid-configuration"].items()
        bound_tokens = metadata.get("tls_client_certificate_bound_access_tokens")
        return metadata["token_endpoint_auth_methods_supported"], bound_tokens

    secret = ["client_secret_basic", "client_secret_post"]
    assert found(billing=BILLING) == (secret, None)
    assert found(billing={**BILLING, "certificate_bound_tokens": False}) == (secret, None)
    assert found(billing=bound) == (secret, True)
    assert found(named=named) == (["tls_client_auth"], None)
    assert found(billing=bound, named=named) == ([*secret, "tls_client_auth"], True)


def test_the_keys_are_published(recording: Recording) -> None:
    assert published(recording)["jwks.json"] == json.loads(recording.outputs["jwks"])


def test_at_a_domain_the_issuer_is_the_domain() -> None:
    domain = {
        "name": "auth.example.com",
        "certificate_arn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
        "disable_default_endpoint": True,
    }
    recording = declared(domain=domain)

    assert recording.outputs["issuer"] == "https://auth.example.com"
    assert recording.outputs["token_endpoint"] == "https://auth.example.com/token"
    assert config(recording)["issuer"] == "https://auth.example.com"
    assert recording.only("aws:apigatewayv2/api:Api").inputs["disableExecuteApiEndpoint"] is True


def test_on_an_existing_api_with_keys_and_a_role_that_exist() -> None:
    def program() -> dict[str, Any]:
        role = TokenServiceRole("issuing", {})
        keys = SigningKeys("signing", signers=[role.role_arn])
        return service(
            role={"arn": role.role_arn, "name": role.role_name},
            keys={"active_key_arn": keys.active_key_arn, "key_arns": keys.key_arns, "jwks": keys.jwks},
            api={
                "api_id": "abc",
                "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc",
                "endpoint": f"{ISSUER}/",
            },
        )

    recording = declare(program)

    assert not recording.all("aws:apigatewayv2/api:Api")
    assert not recording.all("aws:apigatewayv2/stage:Stage")
    assert {item.inputs["apiId"] for item in recording.all(ROUTE)} == {"abc"}
    assert recording.outputs["token_endpoint"] == f"{ISSUER}/token"
    assert recording.outputs["issuer"] == ISSUER
    assert recording.outputs["alias_name"] is None
    assert [item.name for item in recording.all(KEY)] == ["signing-key-1"]
    assert recording.only("aws:iam/rolePolicy:RolePolicy", "tokens-policy").inputs["role"] == "issuing-iam"
    assert _signers(recording) == [f"arn:aws:iam::{ACCOUNT}:role/issuing-iam"]


def test_alarms_on_what_clients_and_operators_feel() -> None:
    recording = declared(alarms={"topic_arn": TOPIC, "failed_logins": 5})

    found = {item.name.removeprefix("tokens-alarm-"): item.inputs for item in recording.all(ALARM)}
    assert {name: (item["namespace"], item["metricName"], item["threshold"]) for name, item in found.items()} == {
        "errors": ("AWS/Lambda", "Errors", 1),
        "throttles": ("AWS/Lambda", "Throttles", 1),
        "failures": ("kms-jwt", "TokensFailed", 1),
        "failed-logins": ("kms-jwt", "FailedLogins", 5),
    }
    for item in found.values():
        assert item["dimensions"] == {"FunctionName": "tokens-lambda"}
        assert item["alarmActions"] == item["okActions"] == [TOPIC]
        assert item["treatMissingData"] == "notBreaching"


def test_an_alarm_on_keys_of_an_account_that_cannot_be_read() -> None:
    found = declared(clients={"job": JOB}, aws_accounts=[STS], alarms={}).only(ALARM, "tokens-alarm-refreshes-1").inputs

    assert (found["namespace"], found["metricName"], found["threshold"]) == ("kms-jwt", "RefreshFailed", 3)
    assert found["dimensions"] == {"FunctionName": "tokens-lambda", "issuer": f"aws-{ACCOUNT}"}
    assert found["period"] == 1800
    unused = declared(aws_accounts=[STS], alarms={})
    assert "tokens-alarm-refreshes-1" not in {item.name for item in unused.all(ALARM)}


def test_nothing_is_there_that_was_not_asked_for(recording: Recording) -> None:
    types = {item.type for item in recording.resources}

    assert ALARM not in types
    assert not {type_ for type_ in types if "domain" in type_.lower() or "provisioned" in type_}
    assert not [item.name for item in recording.resources if item.inputs.get("tags")]


def test_what_can_be_tagged_is_tagged() -> None:
    recording = declared(tags={"team": "shop"}, alarms={}, signing_keys={"tags": {"team": "security"}})

    untagged = ("kms-jwt:", "aws:apigatewayv2/route", "aws:apigatewayv2/integration", "aws:lambda/permission")
    without = ("aws:iam/rolePolicy", "aws:lambda/alias", "aws:kms/alias")
    tags = {
        item.name: item.inputs.get("tags")
        for item in recording.resources
        if not item.type.startswith((*untagged, *without))
    }
    assert tags.pop("tokens-keys-key-1") == {"team": "security"}
    assert {json.dumps(value) for value in tags.values()} == {'{"team": "shop"}'}


def test_a_preview_declares_the_same(recording: Recording) -> None:
    preview = declared(preview=True)

    assert {(item.type, item.name) for item in preview.resources} == {
        (item.type, item.name) for item in recording.resources
    }


def test_secrets_do_not_hide_what_is_published() -> None:
    hashes = [pulumi.Output.secret(HASH)]
    recording = declared(clients={"billing": {**BILLING, "secret_hashes": hashes}})

    assert published(recording)["oauth-authorization-server"]["issuer"] == URL
    assert recording.outputs["token_endpoint"] == f"{URL}/token"
