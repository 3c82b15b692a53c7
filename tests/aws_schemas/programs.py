"""Programs that use everything: every input of every component is given in at least one of them.

``test_declared.py`` fails if one is missing, and judges what they declare; ``test_calls.py`` what the emulator makes of it.
"""

import pulumi
import pulumi_aws as aws

from components import (
    AuthorizedHttpApi,
    AuthorizerFunction,
    AuthorizerRole,
    Denylist,
    Domain,
    JwtAuthorizer,
    SigningKeys,
    TokenService,
    TokenServiceRole,
)
from components.http_api.service_integrations import ServiceArgs
from components.kms.algorithms import ALGORITHMS
from components.lambda_authorizer.denylist_reader import DenylistReaderArgs
from components.lambda_authorizer.function_settings import VpcArgs
from components.lambda_authorizer.inputs import KeysArgs, RouteScopesArgs, TokenPolicyArgs
from components.lambda_authorizer.trusted_issuers import TrustedIssuerArgs
from components.token_service.clients import TlsClientAuthArgs, TokenClientArgs

from ..components.example import JWKS

REGION = "eu-west-1"
OTHER_REGION = "eu-central-1"
_ACCOUNT = "123456789012"
_CERTIFICATE = f"arn:aws:acm:{REGION}:{_ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000"
_CLOUD_MAP = f"arn:aws:servicediscovery:{REGION}:{_ACCOUNT}:service/srv-0123456789abcdef"
_LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{_ACCOUNT}:listener/app/orders/0123456789abcdef/0123456789abcdef"
_LOG_GROUP = f"arn:aws:logs:{REGION}:{_ACCOUNT}:log-group:/shop/access"
_QUEUE = f"arn:aws:sqs:{REGION}:{_ACCOUNT}:orders"
_QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{_ACCOUNT}/orders"
_CERTIFICATE_NAMES: list[TlsClientAuthArgs] = [
    {"subject_dn": "CN=stock,O=Example,C=CH"},
    {"san_dns": "stock.example.com"},
    {"san_uri": "spiffe://example.com/stock"},
    {"san_ip": "192.0.2.1"},
    {"san_email": "stock@example.com"},
]
_STS_ISSUER = "https://00000000-0000-4000-8000-000000000000.tokens.sts.global.api.aws"
_STATE_MACHINE = f"arn:aws:states:{REGION}:{_ACCOUNT}:stateMachine:orders"
_TAGS: dict[str, pulumi.Input[str]] = {"team": "shop", "cost-centre": "42"}
_VPC: VpcArgs = {"subnet_ids": ["subnet-0123456789abcdef0"], "security_group_ids": ["sg-0123456789abcdef0"]}


def _key(number: int) -> str:
    return f"arn:aws:kms:{REGION}:{_ACCOUNT}:key/00000000-0000-0000-0000-{number:012d}"


def _role(name: str) -> str:
    return f"arn:aws:iam::{_ACCOUNT}:role/{name}"


def _backend(name: str) -> aws.lambda_.Alias:
    """A function of the user's own, behind an alias."""
    function = aws.lambda_.Function(
        name,
        role=_role("backend"),
        runtime="python3.13",
        handler="backend.handler",
        code=pulumi.AssetArchive({"backend.py": pulumi.StringAsset("def handler(event, context): ...")}),
        publish=True,
    )
    return aws.lambda_.Alias(name, name="live", function_name=function.name, function_version=function.version)


def signing_keys() -> None:
    """A set with generations in each phase, named principals and replicas, and one that the root user cannot change."""
    SigningKeys(
        "signers",
        algorithm="ES512",
        alias="alias/shop/signing",
        active="2026-11",
        multi_region=True,
        max_token_lifetime_seconds=900,
        replica_regions=[OTHER_REGION],
        deletion_window_in_days=30,
        protect=False,  # true would keep the emulator from removing them; it is an option, of which AWS sees nothing
        signers=[_role("token-service")],
        administrators=[_role("deployer")],
        readers=[_role("auditor")],
        tags=_TAGS,
        generations=[
            # Not to be replicated: KMS does not replicate disabled keys.
            {"name": "2025-11", "retire_after": "2025-12-01T00:00:00Z", "retired": True, "multi_region": False},
            {"name": "2026-05", "retire_after": "2026-12-01T00:00:00Z", "algorithm": "RS256", "multi_region": False},
            {"name": "2026-11"},
            {"name": "2027-05"},
        ],
    )
    SigningKeys("strict", administrators=[_role("deployer")], administrators_only=True)


def whole_api() -> None:
    """An API with all that it can have on pinned keys."""
    backend, zone = _backend("backend"), aws.route53.Zone("zone", name="example.com")
    AuthorizedHttpApi(
        "whole",
        issuer="https://auth.example.com",
        audience=["orders"],
        description="Orders, and what belongs to them",
        tags=_TAGS,
        keys={"source": "pinned", "jwks": [SigningKeys("whole-keys").jwks]},
        policy={
            "token_types": ["JWT", ""],
            "required_claims": ["sub"],
            "expected_claims": {"token_use": ["access"]},
            "leeway_seconds": 30,
            "max_token_age_seconds": 7200,
            "max_token_lifetime_seconds": 3600,
            "max_token_bytes": 4096,
            "bound_tokens": "required",
            "context_claims": ["sub", "tenant"],
            "log_level": "WARN",
        },
        trusted_issuers=[
            {
                "issuer": "https://partner.example.com",
                "audience": ["orders"],
                "audience_claim": "client_id",
                "jwks": JWKS,
                "jwks_url": "https://partner.example.com/jwks.json",
                "discovery": False,
                "refresh_seconds": 600,
                "max_stale_seconds": 7200,
                "refresh_cooldown_seconds": 60,
                "algorithms": ["ES256"],
                "name": "partner",
                "issuer_aliases": ["https://partner.example.com/v1"],
                "token_types": [""],
                "required_claims": ["sub", "jti"],
                "expected_claims": {"groups": ["staff"]},
                "client_ids": ["web"],
                "leeway_seconds": 10,
                "max_token_age_seconds": 7200,
                "max_token_lifetime_seconds": 86400,
                "bound_tokens": "accepted",
                "scope_claims": [["permissions"], ["realm_access", "roles"]],
                "scope_mapping": {"reader": ["orders:read"]},
                "scopes": ["orders:read"],
            }
        ],
        denylist={
            "bucket": Denylist("whole-denylist", tags=_TAGS).bucket_name,
            "refresh_seconds": 30,
            "max_stale_seconds": 600,
        },
        cache_ttl=300,
        identity_sources=["$request.header.X-Tenant", "$stageVariables.tier"],
        function={
            "memory_size": 1024,
            "timeout": 9,
            "architecture": "arm64",
            "runtime": "python3.14",
            "bytecode": "none",
            "single_module": False,
            "reserved_concurrency": 50,
            "provisioned_concurrency": 5,
            "tracing": True,
            "kms_key_arn": _key(1),
            "log_kms_key_arn": _key(2),
            "log_retention_days": 90,
            "vpc": {**_VPC, "internet_access": True},
        },
        role={
            "policy_statements": [
                {
                    "actions": ["secretsmanager:GetSecretValue"],
                    "resources": [f"arn:aws:secretsmanager:{REGION}:{_ACCOUNT}:secret:orders-AbCdEf"],
                }
            ]
        },
        stage={
            "throttling_burst_limit": 100,
            "throttling_rate_limit": 50.5,
            "detailed_metrics": True,
            "variables": {"tier": "gold"},
            "access_logs": True,
            "access_log_retention_days": 365,
            "access_log_kms_key_arn": _key(3),
        },
        cors={
            "allow_origins": ["https://app.example.com"],
            "allow_methods": ["GET", "POST"],
            "allow_headers": ["content-type"],
            "allow_credentials": True,
            "expose_headers": ["date"],
            "max_age": 600,
        },
        domain={
            "name": "api.example.com",
            "hosted_zone_id": zone.zone_id,
            "ip_address_type": "dualstack",
            "base_path": "orders/v1",
            "disable_default_endpoint": True,
            "mutual_tls": {
                "truststore_uri": "s3://trust/store.pem",
                "truststore_version": pulumi.Config().get("truststore_version") or "1",
                "ownership_certificate_arn": _CERTIFICATE,
            },
        },
        well_known={},
        alarms={
            "topic_arn": f"arn:aws:sns:{REGION}:{_ACCOUNT}:on-call",
            "server_errors": 10,
            "denials": {"bad_signature": 20},
        },
        dashboard=True,
        integration={"lambda_arn": backend.arn},
        scopes=["orders:read"],
        routes={
            "$default": {},
            "GET /status": {"public": True},
            "ANY /orders/{id}": {
                "scopes": ["orders:read", "orders:write"],
                "scopes_match": "any",
                "integration": {"lambda_arn": backend.arn},
                "throttling_rate_limit": 5,
            },
            "GET /proxy/{proxy+}": {
                "integration": {
                    "http_url": "https://backend.example.com/{proxy}",
                    "request_parameters": {
                        "overwrite:header.x-caller": "$context.authorizer.sub",
                        "remove:querystring.debug": "''",
                    },
                    "response_parameters": {
                        "200": {"overwrite:header.x-served-by": "gateway"},
                        "500": {"overwrite:statuscode": "502"},
                    },
                    "timeout_milliseconds": 5000,
                },
                "throttling_burst_limit": 10,
            },
            "GET /private": {
                "integration": {
                    "vpc_link": {
                        "vpc_link_id": "abc123",
                        "listener_arn": _LISTENER,
                        "method": "POST",
                        "tls_server_name": "orders.internal",
                    }
                }
            },
            "GET /discovered": {"integration": {"vpc_link": {"vpc_link_id": "abc123", "listener_arn": _CLOUD_MAP}}},
            "GET /health": {"public": True, "integration": {"http_url": "http://status.example.com/"}},
        },
    )


def services() -> None:
    """Each AWS service that a route may call, with each of its parameters; role and log groups are the user's own."""
    calls: list[ServiceArgs] = [
        {
            "subtype": "EventBridge-PutEvents",
            "resource_arn": f"arn:aws:events:{REGION}:{_ACCOUNT}:event-bus/orders",
            "parameters": {
                "Detail": "$request.body",
                "DetailType": "order",
                "EventBusName": "orders",
                "Region": REGION,
                "Resources": f'["arn:aws:s3:::orders-{_ACCOUNT}"]',
                "Source": "shop",
                "Time": "$context.requestTimeEpoch",
                "TraceHeader": "$request.header.X-Amzn-Trace-Id",
            },
        },
        {
            "subtype": "Kinesis-PutRecord",
            "resource_arn": f"arn:aws:kinesis:{REGION}:{_ACCOUNT}:stream/orders",
            "parameters": {
                "Data": "$request.body",
                "ExplicitHashKey": "0",
                "PartitionKey": "$request.querystring.key",
                "Region": REGION,
                "SequenceNumberForOrdering": "$request.querystring.after",
                "StreamName": "orders",
            },
        },
        {
            "subtype": "SQS-SendMessage",
            "resource_arn": _QUEUE,
            "parameters": {
                "DelaySeconds": "1",
                "MessageAttributes": "{}",
                "MessageBody": "$request.body",
                "MessageDeduplicationId": "$context.requestId",
                "MessageGroupId": "orders",
                "MessageSystemAttributes": "{}",
                "QueueUrl": _QUEUE_URL,
                "Region": REGION,
            },
        },
    ]
    for subtype in ("StepFunctions-StartExecution", "StepFunctions-StartSyncExecution"):
        calls.append(
            {
                "subtype": subtype,
                "resource_arn": _STATE_MACHINE,
                "parameters": {
                    "Input": "$request.body",
                    "Name": "$context.requestId",
                    "Region": REGION,
                    "StateMachineArn": _STATE_MACHINE,
                    "TraceHeader": "$request.header.X-Amzn-Trace-Id",
                },
            }
        )
    AuthorizedHttpApi(
        "services",
        issuer="https://auth.example.com",
        audience=["services"],
        keys={"jwks": [SigningKeys("services-keys").jwks]},
        role={"arn": _role("authorizer")},
        function={"log_group_name": "/shop/authorizer"},
        stage={"access_log_group_arn": _LOG_GROUP},
        routes={f"POST /{call['subtype']}": {"integration": {"service": call}} for call in calls},
    )


def other_authorizations() -> None:
    """Routes that other issuers' tokens and AWS credentials open."""
    AuthorizedHttpApi(
        "beside",
        function_arn=_backend("other").arn,
        integration={"lambda_arn": _backend("beside-backend").arn},
        cors={"allow_origins": ["https://app.example.com"]},
        jwt_authorizers={
            "partners": {"issuer": "https://partners.example.com", "audience": ["orders"]},
            "staff": {
                "issuer": "https://staff.example.com",
                "audience": ["orders", "stock"],
                "identity_source": "$request.querystring.token",
            },
        },
        routes={
            "GET /orders": {},
            "GET /reports": {"authorization": "iam"},
            "GET /prices": {"authorization": "jwt", "jwt_authorizer": "partners"},
            "ANY /stock": {
                "authorization": "jwt",
                "jwt_authorizer": "staff",
                "scopes": ["stock:read", "stock:write"],
                "scopes_match": "any",
            },
        },
    )


def own_roles() -> None:
    """A call under a role of the user's own, behind an authorizer of the user's own."""
    call: ServiceArgs = {
        "subtype": "SQS-SendMessage",
        "resource_arn": _QUEUE,
        "parameters": {"QueueUrl": _QUEUE_URL, "MessageBody": "$request.body"},
        "role_arn": _role("sender"),
    }
    AuthorizedHttpApi(
        "queue", function_arn=_backend("mine").arn, routes={"POST /orders": {"integration": {"service": call}}}
    )


def read_at_run_time() -> None:
    """Keys that are read from KMS, on a wildcard domain whose certificate exists, without logs and without a cache."""
    AuthorizedHttpApi(
        "tenants",
        issuer="https://auth.example.com",
        audience=["tenants"],
        keys={
            "source": "kms",
            "kms_keys": [{"arn": _key(1), "algorithm": "ES512"}, {"arn": _key(2), "algorithm": "RS256"}],
        },
        function={"architecture": "x86_64", "runtime": "python3.12", "tracing": True, "vpc": _VPC},
        stage={"access_logs": False},
        cache_ttl=0,
        domain={
            "existing_name": Domain(
                "tenants",
                domain_name="*.tenants.example.com",
                certificate_arn=_CERTIFICATE,
                ip_address_type="ipv4",
                mutual_tls={"truststore_uri": "s3://trust/store.pem"},
                hosted_zone_id=aws.route53.Zone("tenants-zone", name="tenants.example.com").zone_id,
                tags=_TAGS,
            ).domain_name,
            "base_path": "v1",
            "host": "one.tenants.example.com",
            "requires_client_certificates": True,
            "disable_default_endpoint": True,
        },
        well_known={"jwks": JWKS},
        routes={"ANY /{proxy+}": {"integration": {"lambda_arn": _backend("tenant").arn}}},
        cors={"allow_origins": ["*"]},
        alarms={},
    )


def parts() -> None:
    """The components of an authorizer one by one, each on an API of the user's own."""
    issuer, audience = "https://auth.example.com", ["shop"]
    keys: KeysArgs = {"jwks": [SigningKeys("parts-keys").jwks]}
    policy: TokenPolicyArgs = {"leeway_seconds": 5}
    partner: TrustedIssuerArgs = {
        "issuer": "https://partner.example.com",
        "audience": audience,
        "jwks": JWKS,
        "scopes": ["orders:read"],
    }
    scopes: dict[str, RouteScopesArgs] = {"GET /orders": {"scopes": ["orders:read"], "scopes_match": "all"}}
    api = aws.apigatewayv2.Api("shop", protocol_type="HTTP", name="shop")
    JwtAuthorizer(
        "shop",
        api_id=api.id,
        issuer=issuer,
        audience=audience,
        keys=keys,
        policy=policy,
        trusted_issuers=[partner],
        denylist={"bucket": "parts-denylist"},
        cache_ttl=3600,
        function={"timeout": 3},
        identity_sources=["$context.path"],
        role={},
        route_scopes=scopes,
        tags=_TAGS,
    )
    JwtAuthorizer("own", {"api_id": api.id, "function_arn": _backend("own").arn})
    denylist: DenylistReaderArgs = {"bucket": "parts-denylist"}
    role = AuthorizerRole(
        "reader",
        log_group_name="/aws/lambda/reader",
        kms_key_arns=[_key(1)],
        denylist_bucket=denylist["bucket"],
        vpc=True,
        tracing=True,
        policy_statements=[{"actions": ["sqs:SendMessage"], "resources": [_QUEUE]}],
        tags=_TAGS,
    )
    AuthorizerFunction(
        "alone",
        role_arn=role.role_arn,
        issuer=issuer,
        audience=audience,
        keys=keys,
        policy=policy,
        trusted_issuers=[partner],
        denylist=denylist,
        function={},
        route_scopes=scopes,
        tags=_TAGS,
    )


def _named(name: TlsClientAuthArgs) -> TokenClientArgs:
    """A client that is a name in a certificate."""
    return {
        "scopes": ["orders:read"],
        "audiences": ["orders"],
        "tls_client_auth": name,
        "certificate_bound_tokens": True,
    }


def token_services() -> None:
    """A token service with everything of its own, and one on an API, with keys and a role that exist."""
    TokenService(
        "issuing",
        issuer="https://auth.example.com",
        clients={
            "billing": {
                "scopes": ["orders:read", "orders:write"],
                "audiences": ["orders", "https://stock.example.com"],
                "lifetime_seconds": 1800,
                "secret_hashes": ["ab" * 32, "cd" * 32],
            },
            "batch": {
                "scopes": ["orders:read"],
                "audiences": ["orders"],
                "assertion": {"jwks": JWKS, "token_endpoint_audience": True},
            },
            "job": {"scopes": ["orders:read"], "audiences": ["orders"], "aws_roles": [_role("job")]},
            **{f"stock-{number}": _named(name) for number, name in enumerate(_CERTIFICATE_NAMES)},
        },
        aws_accounts=[{"account_id": _ACCOUNT, "issuer": _STS_ISSUER}],
        signing_keys={"algorithm": "ES256", "signers": [_role("deployer")]},
        function={
            "memory_size": 1024,
            "timeout": 15,
            "architecture": "arm64",
            "runtime": "python3.14",
            "bytecode": "none",
            "reserved_concurrency": 20,
            "provisioned_concurrency": 2,
            "tracing": True,
            "kms_key_arn": _key(1),
            "log_retention_days": 90,
            "log_kms_key_arn": _key(2),
        },
        log_level="WARN",
        stage={"throttling_rate_limit": 20, "throttling_burst_limit": 40},
        domain={
            "name": "auth.example.com",
            "certificate_arn": _CERTIFICATE,
            "mutual_tls": {"truststore_uri": "s3://trust/store.pem"},
            "disable_default_endpoint": True,
        },
        alarms={"topic_arn": f"arn:aws:sns:{REGION}:{_ACCOUNT}:on-call", "failed_logins": 5, "failures": 2},
        tags=_TAGS,
    )
    role = TokenServiceRole("guest-role", tags=_TAGS)
    keys = SigningKeys("guest-keys", signers=[role.role_arn])
    api = aws.apigatewayv2.Api("host", protocol_type="HTTP", name="host")
    TokenService(
        "guest",
        clients={"billing": {"scopes": ["orders:read"], "audiences": ["orders"], "secret_hashes": ["ef" * 32]}},
        role={"arn": role.role_arn, "name": role.role_name},
        keys={"active_key_arn": keys.active_key_arn, "key_arns": keys.key_arns, "jwks": keys.jwks},
        api={"api_id": api.id, "execution_arn": api.execution_arn, "endpoint": api.api_endpoint},
    )


def snap_start() -> None:
    """A function with SnapStart, which the emulator would have to start: its binaries are not those of this machine."""
    AuthorizedHttpApi(
        "snapped",
        issuer="https://auth.example.com",
        audience=["snapped"],
        keys={"jwks": [SigningKeys("snapped-keys").jwks]},
        function={"snap_start": True},
        routes={"$default": {"integration": {"http_url": "https://backend.example.com/"}}},
    )


def every_algorithm() -> None:
    """A key of each kind that KMS has for JWTs, some of which MiniStack has not."""
    for algorithm in ALGORITHMS:
        SigningKeys(f"keys-{algorithm}", algorithm=algorithm)


ON_THE_EMULATOR = (signing_keys, whole_api, services, own_roles, read_at_run_time, parts, token_services)


def everything() -> None:
    """The programs that the emulator can run, as one stack."""
    for program in ON_THE_EMULATOR:
        program()
