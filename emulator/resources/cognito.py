"""Cognito: user pools and their clients."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, pascal, request, update_tags

# What UpdateUserPool sets, and sets back where it is missing.
_POOL = (
    "accountRecoverySetting",
    "adminCreateUserConfig",
    "autoVerifiedAttributes",
    "deletionProtection",
    "deviceConfiguration",
    "lambdaConfig",
    "userAttributeUpdateSettings",
    "userPoolAddOns",
    "userPoolTier",
    "verificationMessageTemplate",
)

_FIXED = ("aliasAttributes", "usernameAttributes", "usernameConfiguration")


def _settings(inputs: Inputs) -> dict[str, Any]:
    policies = {"Policies": {"PasswordPolicy": pascal(inputs["passwordPolicy"])}} if inputs["passwordPolicy"] else {}
    return {**request(inputs, *_POOL), **policies, "UserPoolTags": inputs["tags"]}


def _create_pool(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    schema = {"Schema": [pascal(item) for item in inputs["schemas"]]} if inputs["schemas"] else {}
    pool = aws.client("cognito-idp").create_user_pool(
        PoolName=inputs["name"], **schema, **request(inputs, *_FIXED), **_settings(inputs)
    )["UserPool"]["Id"]
    if inputs["mfaConfiguration"] != "OFF":
        _set_mfa(aws, pool, inputs)
    return pool, _pool_outputs(aws, pool)


def _set_mfa(aws: Aws, pool: str, inputs: Inputs) -> None:
    token = request(inputs, "softwareTokenMfaConfiguration")
    aws.client("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration=inputs["mfaConfiguration"], **token
    )


def _update_pool(aws: Aws, pool: Deployed, new: Inputs) -> Outputs:
    cognito = aws.client("cognito-idp")
    if any(new[name] != pool.inputs[name] for name in ("mfaConfiguration", "softwareTokenMfaConfiguration")):
        _set_mfa(aws, pool.id, new)
    if _settings(new) != _settings(pool.inputs):
        cognito.update_user_pool(UserPoolId=pool.id, MfaConfiguration=new["mfaConfiguration"], **_settings(new))
    if any(item not in new["schemas"] for item in pool.inputs["schemas"]):
        raise ValueError("schemas: AWS can add an attribute to a user pool, and neither change nor remove one")
    if added := [pascal(item) for item in new["schemas"] if item not in pool.inputs["schemas"]]:
        cognito.add_custom_attributes(UserPoolId=pool.id, CustomAttributes=added)
    arn = pool.outputs["arn"]
    update_tags(
        pool,
        new,
        lambda tags: cognito.tag_resource(ResourceArn=arn, Tags=tags),
        lambda keys: cognito.untag_resource(ResourceArn=arn, TagKeys=keys),
    )
    return _pool_outputs(aws, pool.id)


def _pool_outputs(aws: Aws, identifier: str) -> Outputs:
    pool = aws.client("cognito-idp").describe_user_pool(UserPoolId=identifier)["UserPool"]
    return {
        "arn": pool["Arn"],
        "creationDate": pool["CreationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customDomain": pool.get("CustomDomain", ""),
        "domain": pool.get("Domain", ""),
        "endpoint": f"cognito-idp.{aws.region}.amazonaws.com/{identifier}",
        "estimatedNumberOfUsers": pool.get("EstimatedNumberOfUsers", 0),
        "lastModifiedDate": pool["LastModifiedDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


USER_POOL = Handler(
    create=_create_pool,
    update=_update_pool,
    delete=lambda aws, pool: aws.client("cognito-idp").delete_user_pool(UserPoolId=pool.id),
    inputs=frozenset({"name"}),
    replace_on=frozenset({*_FIXED, "name"}),
    defaults={
        **dict.fromkeys((*_POOL, *_FIXED)),
        "deletionProtection": "INACTIVE",
        "mfaConfiguration": "OFF",
        "passwordPolicy": None,
        "schemas": [],
        "softwareTokenMfaConfiguration": None,
        "tags": {},
    },
    auto_name="name",
)

# Input -> the API's name of it. UpdateUserPoolClient sets back what is missing.
_CLIENT = {
    "accessTokenValidity": "AccessTokenValidity",
    "allowedOauthFlows": "AllowedOAuthFlows",
    "allowedOauthFlowsUserPoolClient": "AllowedOAuthFlowsUserPoolClient",
    "allowedOauthScopes": "AllowedOAuthScopes",
    "authSessionValidity": "AuthSessionValidity",
    "callbackUrls": "CallbackURLs",
    "defaultRedirectUri": "DefaultRedirectURI",
    "enableTokenRevocation": "EnableTokenRevocation",
    "explicitAuthFlows": "ExplicitAuthFlows",
    "idTokenValidity": "IdTokenValidity",
    "logoutUrls": "LogoutURLs",
    "name": "ClientName",
    "preventUserExistenceErrors": "PreventUserExistenceErrors",
    "readAttributes": "ReadAttributes",
    "refreshTokenValidity": "RefreshTokenValidity",
    "supportedIdentityProviders": "SupportedIdentityProviders",
    "userPoolId": "UserPoolId",
    "writeAttributes": "WriteAttributes",
}


def _client(inputs: Inputs) -> dict[str, Any]:
    given = {api: inputs[name] for name, api in _CLIENT.items() if inputs[name] is not None}
    return {**given, **request(inputs, "tokenValidityUnits")}


def _create_client(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    client = aws.client("cognito-idp").create_user_pool_client(
        GenerateSecret=inputs["generateSecret"], **_client(inputs)
    )["UserPoolClient"]
    return client["ClientId"], {"clientSecret": client.get("ClientSecret", "")}


def _update_client(aws: Aws, client: Deployed, new: Inputs) -> Outputs:
    aws.client("cognito-idp").update_user_pool_client(ClientId=client.id, **_client(new))
    return {}


def _delete_client(aws: Aws, client: Deployed) -> None:
    aws.client("cognito-idp").delete_user_pool_client(UserPoolId=client.inputs["userPoolId"], ClientId=client.id)


USER_POOL_CLIENT = Handler(
    create=_create_client,
    update=_update_client,
    delete=_delete_client,
    inputs=frozenset({"name", "userPoolId"}),
    replace_on=frozenset({"generateSecret", "userPoolId"}),
    defaults={
        **{name: None for name in _CLIENT if name not in ("name", "userPoolId")},
        "generateSecret": False,
        "tokenValidityUnits": None,
    },
    auto_name="name",
)
