"""The table of everything the emulator can deploy or answer. What is not here is refused, never skipped."""

from emulator.errors import UnsupportedError
from emulator.resources import account, apigatewayv2, iam, kms, lambda_, logs
from emulator.resources.handler import Function, Handler

RESOURCES: dict[str, Handler] = {
    "aws:apigatewayv2/api:Api": apigatewayv2.API,
    "aws:apigatewayv2/authorizer:Authorizer": apigatewayv2.AUTHORIZER,
    "aws:apigatewayv2/integration:Integration": apigatewayv2.INTEGRATION,
    "aws:apigatewayv2/route:Route": apigatewayv2.ROUTE,
    "aws:apigatewayv2/stage:Stage": apigatewayv2.STAGE,
    "aws:cloudwatch/logGroup:LogGroup": logs.LOG_GROUP,
    "aws:iam/role:Role": iam.ROLE,
    "aws:iam/rolePolicy:RolePolicy": iam.ROLE_POLICY,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.ROLE_POLICY_ATTACHMENT,
    "aws:kms/alias:Alias": kms.ALIAS,
    "aws:kms/key:Key": kms.KEY,
    "aws:kms/keyPolicy:KeyPolicy": kms.KEY_POLICY,
    "aws:lambda/alias:Alias": lambda_.ALIAS,
    "aws:lambda/function:Function": lambda_.FUNCTION,
    "aws:lambda/permission:Permission": lambda_.PERMISSION,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": lambda_.PROVISIONED_CONCURRENCY,
}

FUNCTIONS: dict[str, Function] = {
    "aws:index/getCallerIdentity:getCallerIdentity": account.GET_CALLER_IDENTITY,
    "aws:index/getPartition:getPartition": account.GET_PARTITION,
    "aws:index/getRegion:getRegion": account.GET_REGION,
    "aws:kms/getPublicKey:getPublicKey": kms.GET_PUBLIC_KEY,
}

_TABLE = "emulator/resources/table.py"


def resource_handler(token: str) -> Handler:
    """The handler of a resource type. Raises ``UnsupportedError`` if there is none."""
    if token not in RESOURCES:
        raise UnsupportedError(
            f"The emulator does not know the resource type {token}. "
            f"Write a handler for it and list it in {_TABLE}, or leave the resource out of this stack."
        )
    return RESOURCES[token]


def provider_function(token: str) -> Function:
    """The answer to a provider function. Raises ``UnsupportedError`` if there is none."""
    if token not in FUNCTIONS:
        raise UnsupportedError(
            f"The emulator does not know the function {token}. Write its answer and list it in {_TABLE}."
        )
    return FUNCTIONS[token]
