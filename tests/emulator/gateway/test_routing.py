"""Routes and stages: developer guide, http-api-develop-routes and http-api-stages."""

import json

import pytest

from emulator.web import fetch

from .conftest import Apis, Backend, Builder


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
        ("POST", "/pets/dog/1", "ANY /{proxy+}"),
        ("DELETE", "/pets/dog/any", "ANY /pets/dog/any"),
        ("GET", "/pets/dog/any", "ANY /pets/dog/any"),
    ],
)
def test_develop_routes_the_most_specific_route(apis: Apis, method: str, path: str, expected: str) -> None:
    api = apis()
    api.stage()
    made = api.integration(
        IntegrationType="AWS_PROXY",
        IntegrationUri=api.function(
            "def handler(event, context): return {'statusCode': 200, 'body': event['routeKey']}",
            f"{api.arn}/*/*",
            f"{api.arn}/*/$default",
        ),
        PayloadFormatVersion="2.0",
    )
    for key in (
        "$default",
        "ANY /{proxy+}",
        "ANY /pets/dog/any",
        "GET /pets/{proxy+}",
        "GET /pets/dog/{id}",
        "GET /pets/dog/1",
    ):
        api.route(key, made)

    assert api.send(path, method).body.decode() == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/x", "GET /a/{id}"),
        ("/a/x+y", "GET /a/{id}"),
        ("/a/x%2By", "GET /a/{id}"),
        ("/a/x%2Fy", None),  # decoded before it is matched: two segments
        ("/a/x/", None),
        ("/a/", None),
        ("/a//x", None),
        ("//a/x", None),
        ("/A/x", None),
        ("/g/x/y/", "GET /g/{proxy+}"),
        ("/g//x", "GET /g/{proxy+}"),
        ("/g/", None),
        ("/g", None),
    ],
)
def test_develop_routes_what_a_variable_takes(api: Builder, backend: Backend, path: str, expected: str | None) -> None:
    for key in ("GET /a/{id}", "GET /g/{proxy+}"):
        mappings = {"overwrite:header.route": "$context.routeKey"}
        api.http_route(key, backend.url, RequestParameters=mappings)

    assert api.send(path).status == (200 if expected else 404)
    assert [dict(request["headers"])["route"] for request in backend.requests] == ([expected] if expected else [])


def test_stages_a_named_stage_beside_the_default_one(apis: Apis) -> None:
    api = apis()
    api.stage()
    api.stage("prod")
    api.lambda_route("$default")
    function = api.gateway.get_integrations(ApiId=api.id)["Items"][0]["IntegrationUri"]
    api.aws.lambda_.add_permission(
        FunctionName=function,
        StatementId="default",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"{api.arn}/*/$default",
    )

    found = {path: api.event(path) for path in ("/", "/prod/a", "/production")}

    assert {path: (event["requestContext"]["stage"], event["rawPath"]) for path, event in found.items()} == {
        "/": ("$default", "/"),
        "/prod/a": ("prod", "/prod/a"),
        "/production": ("$default", "/production"),
    }


def test_develop_routes_no_route_is_404(api: Builder) -> None:
    answer = api.send("/nothing")

    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
    assert len(answer.headers["apigw-requestid"]) == 16


def test_stages_a_named_stage_begins_the_path(apis: Apis) -> None:
    api = apis()
    api.stage("prod", StageVariables={"colour": "blue"})
    api.lambda_route("GET /orders")

    event = api.event("/prod/orders")

    assert (event["requestContext"]["stage"], event["stageVariables"]) == ("prod", {"colour": "blue"})
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/prod/orders"
    assert api.send("/orders").status == 404


def test_rest_reference_a_change_holds_for_the_next_request(api: Builder, backend: Backend) -> None:
    """AutoDeploy, CreateStage: "whether updates to an API automatically trigger a new deployment"."""
    assert api.send("/orders").status == 404
    api.http_route("GET /orders", backend.url)
    assert api.send("/orders").status == 200


def test_disable_default_endpoint_is_404(apis: Apis, backend: Backend) -> None:
    api = apis(DisableExecuteApiEndpoint=True)
    api.stage()
    api.http_route("GET /orders", backend.url)

    assert api.send("/orders").status == 404
    host = f"{api.id}.execute-api.localhost"
    assert fetch(f"{api.aws.endpoint}/orders", {"Host": host}).status == 404
    assert backend.requests == []


def test_default_endpoint_by_its_host_name(api: Builder) -> None:
    api.lambda_route("GET /orders")
    host = f"{api.id}.execute-api.localhost"

    event = json.loads(fetch(f"{api.aws.endpoint}/orders", {"Host": host}).body)

    assert event["requestContext"]["domainName"] == host
    assert event["requestContext"]["domainPrefix"] == api.id
