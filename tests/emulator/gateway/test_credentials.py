"""Roles of integrations and authorizers: developer guide, http-api-develop-integrations-lambda and http-api-lambda-authorizer,
and ``credentialsArn`` and ``authorizerCredentialsArn`` in the API reference."""

from typing import Any

import pytest

from ..principals import new_role
from .conftest import ALLOW, Apis, Builder

HELLO = "def handler(event, context): return {'statusCode': 200, 'body': event['routeKey']}"
FAILING = "def handler(event, context): raise ValueError('too bad')"


def _role(apis: Apis, service: str, action: str = "lambda:InvokeFunction") -> str:
    """The ARN of a role that this service may assume, and that may do this with everything."""
    name = f"invoking-{service.partition('.')[0]}"
    apis.cleanup.callback(apis.aws.iam.delete_role, RoleName=name)
    apis.cleanup.callback(apis.aws.iam.delete_role_policy, RoleName=name, PolicyName="allowed")
    return new_role(apis.aws.iam, name, service, action)


def _route(api: Builder, role: str, code: str = HELLO, **settings: Any) -> None:
    """To a function whose own policy lets nobody invoke it."""
    uri = api.function(code)
    settings = {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0", "CredentialsArn": role, **settings}
    api.route("GET /a", api.integration(IntegrationUri=uri, **settings))


def test_integrations_lambda_the_role_of_an_integration_invokes(api: Builder, apis: Apis) -> None:
    _route(api, _role(apis, "apigateway.amazonaws.com"))

    answer = api.send("/a")

    assert (answer.status, answer.body) == (200, b"GET /a")


def test_integrations_lambda_the_role_needs_the_permission(api: Builder, apis: Apis) -> None:
    _route(api, _role(apis, "apigateway.amazonaws.com", "lambda:GetFunction"))

    assert api.send("/a").status == 500


def test_integrations_lambda_a_role_that_api_gateway_may_not_assume_is_500(api: Builder, apis: Apis) -> None:
    _route(api, _role(apis, "lambda.amazonaws.com"))

    assert api.send("/a").status == 500


def test_integrations_lambda_a_failing_function_with_a_role_is_500(api: Builder, apis: Apis) -> None:
    _route(api, _role(apis, "apigateway.amazonaws.com"), FAILING)

    assert (api.send("/a").status, api.send("/a").json()) == (500, {"message": "Internal Server Error"})


def test_integrations_lambda_a_timeout_with_a_role_is_503(api: Builder, apis: Apis) -> None:
    waiting = "import threading\ndef handler(event, context): threading.Event().wait(2)"
    _route(api, _role(apis, "apigateway.amazonaws.com"), waiting, TimeoutInMillis=50)

    assert api.send("/a").status == 503


@pytest.mark.parametrize(("service", "status"), [("apigateway", 200), ("lambda", 500)])
def test_lambda_authorizer_the_role_invokes(api: Builder, apis: Apis, service: str, status: int) -> None:
    role = _role(apis, f"{service}.amazonaws.com")
    authorizer = api.authorizer(ALLOW, permitted=False, AuthorizerCredentialsArn=role)
    api.lambda_route("GET /a", HELLO, authorizer)

    assert api.send("/a", Authorization="x").status == status


def test_what_is_not_there_is_said(api: Builder) -> None:
    _route(api, "arn:aws:iam::*:user/*")

    answer = api.send("/a")

    assert answer.status == 501
    assert "caller's credentials" in answer.json()["message"]
