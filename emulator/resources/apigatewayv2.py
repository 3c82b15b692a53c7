"""API Gateway v2: HTTP APIs with their authorizers, integrations, routes and stages."""

from typing import Any

from emulator.aws import Aws
from emulator.resources.handler import Deployed, Handler, Inputs, Outputs, pascal, request, tag_changes


def _arn(aws: Aws, path: str) -> str:
    return aws.arn("apigateway", path, account="")


def _update_tags(aws: Aws, resource: Deployed, new: Inputs) -> None:
    changed, removed = tag_changes(resource.inputs, new)
    if changed:
        aws.apigatewayv2.tag_resource(ResourceArn=resource.outputs["arn"], Tags=changed)
    if removed:
        aws.apigatewayv2.untag_resource(ResourceArn=resource.outputs["arn"], TagKeys=removed)


def api_endpoint(aws: Aws, api_id: str) -> str:
    """The address that answers for an API on this machine.

    MiniStack serves an API by its host name, ``<id>.execute-api.localhost``, and by a path. The path is used here: it
    needs no ``Host`` header and no resolver that knows ``*.localhost`` (curl has one, Python and browsers on macOS
    have none). Like the real endpoint it is followed by the route's path, or by ``/<stage>`` and the path.
    """
    return f"{aws.endpoint}/_aws/execute-api/{api_id}"


_API = ("description", "disableExecuteApiEndpoint", "ipAddressType", "name", "version")


def _create_api(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, *_API, "corsConfiguration", "protocolType")
    api_id = aws.apigatewayv2.create_api(Tags=inputs["tags"], **parameters)["ApiId"]
    return api_id, {
        "apiEndpoint": api_endpoint(aws, api_id),
        "arn": _arn(aws, f"/apis/{api_id}"),
        "executionArn": aws.arn("execute-api", api_id),
    }


def _update_api(aws: Aws, api: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_api(ApiId=api.id, **request(new, *_API, "corsConfiguration"))
    if api.inputs["corsConfiguration"] and not new["corsConfiguration"]:
        aws.apigatewayv2.delete_cors_configuration(ApiId=api.id)
    _update_tags(aws, api, new)
    return {}


def _delete_api(aws: Aws, api: Deployed) -> None:
    aws.apigatewayv2.delete_api(ApiId=api.id)


API = Handler(
    create=_create_api,
    update=_update_api,
    delete=_delete_api,
    inputs=frozenset({*_API, "corsConfiguration", "protocolType", "tags"}),
    replace_on=frozenset({"protocolType"}),
    defaults={
        "corsConfiguration": None,
        "description": "",
        "disableExecuteApiEndpoint": False,
        "ipAddressType": "ipv4",
        "tags": {},
        "version": "",
    },
    auto_name="name",
)


def _authorizer(inputs: Inputs) -> dict[str, Any]:
    parameters = request(
        inputs,
        "apiId",
        "authorizerCredentialsArn",
        "authorizerPayloadFormatVersion",
        "authorizerResultTtlInSeconds",
        "authorizerType",
        "authorizerUri",
        "enableSimpleResponses",
        "jwtConfiguration",
        "name",
    )
    return {**parameters, "IdentitySource": inputs["identitySources"]}


def _create_authorizer(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    return aws.apigatewayv2.create_authorizer(**_authorizer(inputs))["AuthorizerId"], {}


def _update_authorizer(aws: Aws, authorizer: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_authorizer(AuthorizerId=authorizer.id, **_authorizer(new))
    return {}


def _delete_authorizer(aws: Aws, authorizer: Deployed) -> None:
    aws.apigatewayv2.delete_authorizer(ApiId=authorizer.inputs["apiId"], AuthorizerId=authorizer.id)


AUTHORIZER = Handler(
    create=_create_authorizer,
    update=_update_authorizer,
    delete=_delete_authorizer,
    inputs=frozenset(
        {
            "apiId",
            "authorizerCredentialsArn",
            "authorizerPayloadFormatVersion",
            "authorizerResultTtlInSeconds",
            "authorizerType",
            "authorizerUri",
            "enableSimpleResponses",
            "identitySources",
            "jwtConfiguration",
            "name",
        }
    ),
    replace_on=frozenset({"apiId", "authorizerType"}),
    defaults={"identitySources": []},
    auto_name="name",
)

_INTEGRATION = (
    "apiId",
    "connectionId",
    "connectionType",
    "credentialsArn",
    "description",
    "integrationMethod",
    "integrationSubtype",
    "integrationType",
    "integrationUri",
    "payloadFormatVersion",
    "tlsConfig",
)


def _integration(inputs: Inputs) -> dict[str, Any]:
    # The keys of both mappings are API Gateway's own spelling, such as "overwrite:path".
    responses = {item["statusCode"]: item["mappings"] for item in inputs["responseParameters"]}
    return {
        **request(inputs, *_INTEGRATION),
        "TimeoutInMillis": inputs["timeoutMilliseconds"],
        "RequestParameters": inputs["requestParameters"],
        "ResponseParameters": responses,
    }


def _create_integration(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    return aws.apigatewayv2.create_integration(**_integration(inputs))["IntegrationId"], {}


def _update_integration(aws: Aws, integration: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_integration(IntegrationId=integration.id, **_integration(new))
    return {}


def _delete_integration(aws: Aws, integration: Deployed) -> None:
    aws.apigatewayv2.delete_integration(ApiId=integration.inputs["apiId"], IntegrationId=integration.id)


INTEGRATION = Handler(
    create=_create_integration,
    update=_update_integration,
    delete=_delete_integration,
    inputs=frozenset({*_INTEGRATION, "requestParameters", "responseParameters", "timeoutMilliseconds"}),
    replace_on=frozenset({"apiId", "integrationType", "integrationSubtype"}),
    defaults={
        "connectionType": "INTERNET",
        "description": "",
        "payloadFormatVersion": "1.0",
        "requestParameters": {},
        "responseParameters": [],
        "timeoutMilliseconds": 30000,
    },
)

_ROUTE = ("apiId", "authorizationScopes", "authorizationType", "operationName", "routeKey", "target")


def _create_route(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    return aws.apigatewayv2.create_route(**request(inputs, *_ROUTE, "authorizerId"))["RouteId"], {}


def _update_route(aws: Aws, route: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_route(RouteId=route.id, AuthorizerId=new["authorizerId"] or "", **request(new, *_ROUTE))
    return {}


def _delete_route(aws: Aws, route: Deployed) -> None:
    aws.apigatewayv2.delete_route(ApiId=route.inputs["apiId"], RouteId=route.id)


ROUTE = Handler(
    create=_create_route,
    update=_update_route,
    delete=_delete_route,
    inputs=frozenset({*_ROUTE, "authorizerId"}),
    replace_on=frozenset({"apiId"}),
    defaults={
        "authorizationScopes": [],
        "authorizationType": "NONE",
        "authorizerId": None,
        "operationName": "",
    },
)


def _stage(inputs: Inputs) -> dict[str, Any]:
    routes = {
        item["routeKey"]: pascal({key: value for key, value in item.items() if key != "routeKey"})
        for item in inputs["routeSettings"]
    }
    return {
        **request(inputs, "apiId", "autoDeploy", "defaultRouteSettings", "description"),
        "StageName": inputs["name"],
        "RouteSettings": routes,
        "StageVariables": inputs["stageVariables"],
        "AccessLogSettings": pascal(inputs["accessLogSettings"]),
    }


def _create_stage(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.apigatewayv2.create_stage(Tags=inputs["tags"], **_stage(inputs))
    name, api_id = inputs["name"], inputs["apiId"]
    return name, {
        "arn": _arn(aws, f"/apis/{api_id}/stages/{name}"),
        "executionArn": aws.arn("execute-api", f"{api_id}/{name}"),
        "invokeUrl": f"{api_endpoint(aws, api_id)}/{'' if name == '$default' else name}",
    }


def _update_stage(aws: Aws, stage: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_stage(**_stage(new))
    _update_tags(aws, stage, new)
    return {}


def _delete_stage(aws: Aws, stage: Deployed) -> None:
    aws.apigatewayv2.delete_stage(ApiId=stage.inputs["apiId"], StageName=stage.id)


STAGE = Handler(
    create=_create_stage,
    update=_update_stage,
    delete=_delete_stage,
    inputs=frozenset(
        {
            "accessLogSettings",
            "apiId",
            "autoDeploy",
            "defaultRouteSettings",
            "description",
            "name",
            "routeSettings",
            "stageVariables",
            "tags",
        }
    ),
    replace_on=frozenset({"apiId", "name"}),
    defaults={
        "accessLogSettings": {},
        "autoDeploy": False,
        "defaultRouteSettings": {},
        "description": "",
        "routeSettings": [],
        "stageVariables": {},
        "tags": {},
    },
    auto_name="name",
)
