"""What answers the requests of a route."""

from typing import Any

from .authorizers import shown
from .resource import Opaque, Resource
from .stack import ALIAS, INTEGRATION, Stack, function_name

_TARGETS = ("QueueUrl", "StateMachineArn", "StreamName", "EventBusName")
"""The parameters of AWS services that say to what a request is sent."""


def backend(stack: Stack, route: Resource) -> str:
    """For a reader."""
    integration = stack.referred(route, "target", INTEGRATION)
    if integration is None:
        target = route.value("target")
        return "nothing: it has no integration" if target is None else shown(target)
    if subtype := integration.value("integrationSubtype"):
        parameters = integration.value("requestParameters")
        found = [parameters[name] for name in _TARGETS if name in parameters] if isinstance(parameters, dict) else []
        return " ".join(["AWS service", shown(subtype), *map(shown, found)])
    uri = integration.value("integrationUri")
    if integration.value("connectionType") == "VPC_LINK":
        return f"VPC link {shown(integration.value('connectionId'))} to {shown(uri)}"
    if integration.value("integrationType") in ("AWS_PROXY", "AWS"):
        return f"Lambda function {_function(stack, integration, uri)}"
    method = integration.value("integrationMethod")
    return shown(uri) if method in (None, "ANY") else f"{shown(method)} {shown(uri)}"


def uri_backend(uri: Any) -> str:
    """The backend of an API that was made by quick create."""
    name = function_name(uri, qualified=True)
    return f"Lambda function {name}" if name else shown(uri)


def _function(stack: Stack, integration: Resource, uri: Any) -> str:
    """The logical name of a function of the stack, which is the same before and after its deployment."""
    if function := stack.function(integration, "integrationUri"):
        return function.name
    if isinstance(uri, Opaque) and (alias := stack.referred(integration, "integrationUri", ALIAS)):
        return alias.name
    return function_name(uri, qualified=True) or shown(uri)
