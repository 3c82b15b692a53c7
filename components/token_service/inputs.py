"""The arguments of a token service."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

from ..http_api.api_domain_inputs import ApiDomainArgs
from ..http_api.stage import StageArgs
from ..kms.inputs import SigningKeysArgs
from .alarms import TokenAlarmsArgs
from .api import TokenServiceApiArgs
from .clients import AwsAccountArgs, TokenClientArgs
from .function import TokenFunctionArgs
from .keys import TokenKeysArgs


class TokenRoleSettingsArgs(TypedDict):
    """An existing execution role: outputs of `TokenServiceRole`."""

    arn: pulumi.Input[str]
    """ARN of the role: the output `role_arn`."""
    name: pulumi.Input[str]
    """Name of the role, to which the permissions are attached: the output `role_name`."""


class TokenServiceArgs(TypedDict):
    """A token service: clients in, access tokens out."""

    clients: dict[str, TokenClientArgs]
    """The clients by ID, at least one. An ID is a letter, and then at most 63 letters, digits, '_' and '-'. It is the `sub`
    of the client's tokens, so forms that identity providers give the `sub` of users, such as UUIDs, are rejected."""
    issuer: NotRequired[pulumi.Input[str]]
    """The `iss` of the tokens, an https URL. Default: the URL of the API, where clients and verifiers find the metadata of
    the issuer. If that URL has a path (`base_path`, a named stage), they find it as OpenID's, since RFC 8414 wants its own at
    the root."""
    signing_keys: NotRequired[SigningKeysArgs]
    """The keys to create: the arguments of `SigningKeys`. The role of the token service is added to its `signers`, and is the
    only one by default. Default: one ES512 key. Not with `keys`."""
    keys: NotRequired[TokenKeysArgs]
    """Keys that exist. Default: keys are created."""
    role: NotRequired[TokenRoleSettingsArgs]
    """An existing execution role. Default: a least-privilege role is created."""
    api: NotRequired[TokenServiceApiArgs]
    """An existing HTTP API that gets the routes. Default: an API is created."""
    stage: NotRequired[StageArgs]
    """The stage of the created API: throttling, metrics, access logs. Throttling is by default 50 requests per second with a
    burst of 100, for each route."""
    domain: NotRequired[ApiDomainArgs]
    """A custom domain name of the created API, which it may share with other APIs. With a `base_path`, clients find the
    metadata by OpenID Connect discovery only: RFC 8414 looks for it at the root of the domain. Default: none."""
    aws_accounts: NotRequired[Sequence[AwsAccountArgs]]
    """The AWS accounts whose roles may be clients. Required for clients with `aws_roles`."""
    function: NotRequired[TokenFunctionArgs]
    """Configuration of the token service's Lambda function."""
    log_level: NotRequired[str]
    """Which decisions are logged: INFO (default), all; WARN, refusals and failures; ERROR, failures only. The metrics are
    part of the log lines."""
    alarms: NotRequired[TokenAlarmsArgs]
    """CloudWatch alarms. Default: none."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags for every resource that supports tags."""
