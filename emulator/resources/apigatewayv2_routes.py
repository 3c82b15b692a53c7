"""API Gateway v2: the routes of an HTTP API, their authorizers and their integrations."""

from typing import Any

from ..aws import Aws
from ..errors import EmulatorError
from .handler import Deployed, Handler, Inputs, Outputs, request

_AUTHORIZER = (
    "apiId",
    "authorizerCredentialsArn",
    "authorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds",
    "authorizerType",
    "authorizerUri",
    "enableSimpleResponses",
    "name",
)


def _authorizer(inputs: Inputs) -> dict[str, Any]:
    jwt = inputs.get("jwtConfiguration")  # API Gateway's own name of its audiences is another
    configuration = (
        {"JwtConfiguration": {"Issuer": jwt.get("issuer", ""), "Audience": jwt.get("audiences", [])}} if jwt else {}
    )
    return {**request(inputs, *_AUTHORIZER), **configuration, "IdentitySource": inputs["identitySources"]}


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
    inputs=frozenset({*_AUTHORIZER, "jwtConfiguration"}),
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
    inputs=frozenset(_INTEGRATION),
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


def _refuse_a_second(aws: Aws, inputs: Inputs) -> None:
    """API Gateway's ConflictException, which MiniStack does not know: an API has one route with a key."""
    routes = aws.apigatewayv2.get_routes(ApiId=inputs["apiId"])["Items"]
    if any(route["RouteKey"] == inputs["routeKey"] for route in routes):
        raise EmulatorError(f"ConflictException: Route with key {inputs['routeKey']} already exists for this API")


def _create_route(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    _refuse_a_second(aws, inputs)
    return aws.apigatewayv2.create_route(**request(inputs, *_ROUTE, "authorizerId"))["RouteId"], {}


def _update_route(aws: Aws, route: Deployed, new: Inputs) -> Outputs:
    if new["routeKey"] != route.inputs["routeKey"]:
        _refuse_a_second(aws, new)
    aws.apigatewayv2.update_route(RouteId=route.id, AuthorizerId=new["authorizerId"] or "", **request(new, *_ROUTE))
    return {}


def _delete_route(aws: Aws, route: Deployed) -> None:
    aws.apigatewayv2.delete_route(ApiId=route.inputs["apiId"], RouteId=route.id)


ROUTE = Handler(
    create=_create_route,
    update=_update_route,
    delete=_delete_route,
    inputs=frozenset({"apiId", "routeKey", "target"}),
    replace_on=frozenset({"apiId"}),
    defaults={
        "authorizationScopes": [],
        "authorizationType": "NONE",
        "authorizerId": None,
        "operationName": "",
    },
)
