"""API Gateway v2: HTTP APIs and their stages."""

from typing import Any

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, pascal, request, update_tags


def _arn(aws: Aws, path: str) -> str:
    return aws.arn("apigateway", path, account="")


def _update_tags(aws: Aws, resource: Deployed, new: Inputs) -> None:
    update_tags(
        resource,
        new,
        lambda tags: aws.apigatewayv2.tag_resource(ResourceArn=resource.outputs["arn"], Tags=tags),
        lambda keys: aws.apigatewayv2.untag_resource(ResourceArn=resource.outputs["arn"], TagKeys=keys),
    )


def api_endpoint(aws: Aws, api_id: str) -> str:
    """The URL of an API on this machine.

    MiniStack serves an API by its host name, ``<id>.execute-api.localhost``, and by a path. The path is used here: it
    requires no ``Host`` header and no resolver that supports ``*.localhost`` (curl has one, Python and browsers on macOS
    have none). Like the real endpoint, it is followed by the route's path, or by ``/<stage>`` and the path.
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


API = Handler(
    create=_create_api,
    update=_update_api,
    delete=lambda aws, api: aws.apigatewayv2.delete_api(ApiId=api.id),
    inputs=frozenset({"name", "protocolType"}),
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


STAGE = Handler(
    create=_create_stage,
    update=_update_stage,
    delete=lambda aws, stage: aws.apigatewayv2.delete_stage(ApiId=stage.inputs["apiId"], StageName=stage.id),
    inputs=frozenset({"apiId", "name"}),
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
