"""TokenService: a token endpoint for machines (RFC 6749, client credentials) whose access tokens a KMS key signs."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Unpack, overload

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from ..http_api.api_domain import DomainOfApi, map_domain
from ..http_api.nodes import RouteNodes
from ..http_api.stage import StageNodes, create_stage
from ..http_api.well_known import jwks_uri, serve_documents
from ..kms.inputs import SigningKeysArgs
from ..kms.signing_keys import SigningKeys
from ..lambda_authorizer.live_alias import LiveAlias
from ..lambda_authorizer.nodes import FunctionNodes
from ..validation import NO_ARGS, given
from .alarms import create_alarms
from .api import Api, create_routes, throttled
from .checks import check_token_service
from .clients import ROLES, any_has
from .config_document import token_endpoint
from .documents import create_documents
from .function import create_function, create_log_group, shared_settings
from .inputs import TokenServiceArgs
from .nodes import TokenServiceNodes
from .role import TokenServiceRole, TokenServiceRoleArgs, permit, role_name_fault


class _Role(NamedTuple):
    """The execution role."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    created: aws.iam.Role | None = None


class _Backend(NamedTuple):
    """What answers, and the routes that lead there."""

    function: aws.lambda_.Function
    live: LiveAlias
    log_group: aws.cloudwatch.LogGroup
    role_policy: aws.iam.RolePolicy
    metadata: FunctionNodes
    routes: RouteNodes


class TokenService(pulumi.ComponentResource):
    """A token endpoint (OAuth 2.0, client credentials) as a Lambda function, with its API, its keys, its role and its
    metadata. Its clients are part of the configuration."""

    token_endpoint: pulumi.Output[str]
    """URL of the token endpoint. Known once its route has been created."""
    issuer: pulumi.Output[str]
    """The `iss` of the tokens."""
    jwks: pulumi.Output[str]
    """The public keys of the tokens, as the JSON of a JSON Web Key Set."""
    jwks_uri: pulumi.Output[str]
    """URL of the published JSON Web Key Set."""
    active_key_arn: pulumi.Output[str]
    """ARN of the key that signs."""
    key_arns: pulumi.Output[dict[str, str]]
    """ARNs of all keys by name of the generation."""
    alias_name: pulumi.Output[str | None]
    """The KMS alias of the key that signs, if keys are created."""
    function_arn: pulumi.Output[str]
    """ARN of the alias `live` of the Lambda function."""
    function_name: pulumi.Output[str]
    """Name of the Lambda function."""
    role_arn: pulumi.Output[str]
    """ARN of the execution role."""
    api_id: pulumi.Output[str]
    """ID of the API that has the routes."""
    domain_name: pulumi.Output[str | None]
    """The custom domain name, if there is one: an API shares it by `existing_name`."""

    @overload
    def __init__(self, name: str, args: TokenServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[TokenServiceArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: TokenServiceArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``TokenServiceArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'TokenService "{name}"')
        written = given(args, inputs, faults)
        args = check_token_service(name, written, faults)
        own_domain = DomainOfApi(f'TokenService "{name}"', written, args.get("domain"), opts, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:TokenService", name, None, opts)
        self._name, self._tags, self._child = name, args.get("tags"), pulumi.ResourceOptions(parent=self)
        role = self._role(args, faults)
        keys = self._keys(args, role.arn)
        own_api = None if "api" in args else self._own_api(args)
        domain = own_domain.create(name, self, own_api.api_endpoint, self._tags) if own_api else None
        self.domain_name = own_domain.output(domain)
        endpoint = domain.url if domain else own_api.api_endpoint if own_api else _endpoint(args)
        self.issuer = pulumi.Output.from_input(args.get("issuer", endpoint))
        backend = self._backend(args, role, endpoint, _routed(args, own_api), faults)
        routes = list(backend.routes.routes.values())
        ready = [route.id for route in routes]
        stage, access_log_group = self._stage(args, own_api, routes) if own_api else (None, None)
        mapping = None
        if own_api and stage:
            ready.append(stage.id)
            mapping = map_domain(name, domain, own_api.id, stage.id, self._child) if domain else None
        if mapping:
            ready.append(mapping.id)
        self.token_endpoint = pulumi.Output.all(endpoint, *ready).apply(lambda values: token_endpoint(str(values[0])))
        self.jwks_uri = pulumi.Output.all(endpoint, *ready).apply(lambda values: jwks_uri(str(values[0])))
        alarms = self._alarms(args) if "alarms" in args else {}
        self.nodes: TokenServiceNodes = TokenServiceNodes(
            function=backend.function,
            alias=backend.live.alias,
            log_group=backend.log_group,
            provisioned_concurrency=backend.live.provisioned_concurrency,
            role=role.created,
            role_policy=backend.role_policy,
            signing_keys=keys.nodes if keys else None,
            api=own_api,
            stage=stage,
            access_log_group=access_log_group,
            routes=backend.routes.routes,
            integrations=backend.routes.integrations,
            route_permissions=backend.routes.permissions,
            metadata=backend.metadata,
            domain=domain.nodes if domain else None,
            api_mapping=mapping,
            alarms=alarms,
        )
        """The resources inside."""
        self.register_outputs(
            {
                "tokenEndpoint": self.token_endpoint,
                "issuer": self.issuer,
                "jwks": self.jwks,
                "jwksUri": self.jwks_uri,
                "activeKeyArn": self.active_key_arn,
                "keyArns": self.key_arns,
                "aliasName": self.alias_name,
                "functionArn": self.function_arn,
                "functionName": self.function_name,
                "roleArn": self.role_arn,
                "apiId": self.api_id,
                "domainName": self.domain_name,
            }
        )

    def _role(self, args: TokenServiceArgs, faults: Faults) -> _Role:
        if "role" in args:
            arn: pulumi.Output[str] = pulumi.Output.from_input(args["role"]["arn"])

            def checked(values: list[str]) -> str:
                if fault := role_name_fault(*values):
                    raise faults.below("role", "name").late_error_here(fault)
                return values[1]

            return _Role(arn, pulumi.Output.all(arn, args["role"]["name"]).apply(checked))
        role_args: TokenServiceRoleArgs = {"tags": self._tags} if self._tags else {}
        created = TokenServiceRole(f"{self._name}-role", role_args, self._child)
        return _Role(created.role_arn, created.role_name, created.nodes.role)

    def _keys(self, args: TokenServiceArgs, role_arn: pulumi.Output[str]) -> SigningKeys | None:
        """The keys that are created, unless there are some."""
        if "keys" in args:
            keys = args["keys"]
            self.active_key_arn = pulumi.Output.from_input(keys["active_key_arn"])
            self.key_arns = pulumi.Output.from_input(keys["key_arns"])
            self.jwks = pulumi.Output.from_input(keys["jwks"])
            self.alias_name = pulumi.Output.from_input(None)
            return None
        given_keys = args.get("signing_keys", {})
        keys_args: SigningKeysArgs = {**given_keys, "signers": [role_arn, *given_keys.get("signers", [])]}
        if self._tags:
            keys_args = {**keys_args, "tags": {**self._tags, **given_keys.get("tags", {})}}
        created = SigningKeys(f"{self._name}-keys", keys_args, self._child)
        self.active_key_arn, self.key_arns, self.jwks = created.active_key_arn, created.key_arns, created.jwks
        self.alias_name = created.alias_name.apply(_optional)
        return created

    def _own_api(self, args: TokenServiceArgs) -> aws.apigatewayv2.Api:
        return aws.apigatewayv2.Api(
            f"{self._name}-api",
            name=self._name,
            protocol_type="HTTP",
            description="Token service",
            disable_execute_api_endpoint=args.get("domain", {}).get("disable_default_endpoint", False),
            tags=self._tags,
            opts=self._child,
        )

    def _backend(
        self, args: TokenServiceArgs, role: _Role, endpoint: pulumi.Output[str], api: Api, faults: Faults
    ) -> _Backend:
        """The function and the routes, for whose permissions the function waits."""
        settings, keys = args.get("function", {}), {"active_key_arn": self.active_key_arn, "key_arns": self.key_arns}
        documents = create_documents(
            f'TokenService "{self._name}"', args, self.issuer, endpoint, {**keys, "jwks": self.jwks}
        )
        log_group = create_log_group(self._name, settings, self._tags, self._child)
        tracing = settings.get("tracing", False)
        permitted = permit(self._name, self, role.name, log_group.name, self.key_arns, tracing)
        # A function that gets a new key must be allowed to sign with it.
        self.role_arn = pulumi.Output.all(role.arn, permitted.id).apply(lambda values: str(values[0]))
        config = documents.config
        function, live = create_function(
            self._name, config, settings, self.role_arn, log_group, self._tags, self._child
        )
        self.function_arn, self.function_name = live.alias.arn, live.alias.function_name
        self.api_id = api.id
        metadata = serve_documents(
            f"{self._name}-metadata", self, documents.published, shared_settings(settings), self._tags
        )
        routes = create_routes(self._name, api, live.alias.arn, metadata.alias.arn, faults, self._child)
        return _Backend(function, live, log_group, permitted, metadata, routes)

    def _alarms(self, args: TokenServiceArgs) -> Mapping[str, aws.cloudwatch.MetricAlarm]:
        accounts = args.get("aws_accounts", []) if any_has(args["clients"], ROLES) else []
        return create_alarms(self._name, self.function_name, args["alarms"], accounts, self._tags, self._child)

    def _stage(
        self, args: TokenServiceArgs, api: aws.apigatewayv2.Api, routes: list[aws.apigatewayv2.Route]
    ) -> StageNodes:
        opts = pulumi.ResourceOptions(parent=self, depends_on=routes)
        # Not the name alone: an AuthorizedHttpApi of the same name has an access log, too.
        name, limits = f"{self._name}-token-api", throttled(args.get("stage", {}))
        return create_stage(name, api.id, {}, limits, False, self._tags, opts)


def _routed(args: TokenServiceArgs, own_api: aws.apigatewayv2.Api | None) -> Api:
    """The API that gets the routes."""
    if own_api:
        return Api(own_api.id, own_api.execution_arn)
    api = args["api"]
    return Api(pulumi.Output.from_input(api["api_id"]), pulumi.Output.from_input(api["execution_arn"]))


def _endpoint(args: TokenServiceArgs) -> pulumi.Output[str]:
    """The URL of the existing API."""
    endpoint: pulumi.Output[str] = pulumi.Output.from_input(args["api"]["endpoint"])
    return endpoint.apply(lambda url: url.rstrip("/"))


def _optional(value: str) -> str | None:
    return value
