"""Who may call what without having shown anything."""

from collections.abc import Iterator

from .access import Caller
from .apis import Api
from .finding import Finding, finding
from .resource import Resource
from .stack import FUNCTION_URL, Stack


def route_findings(api: Api) -> Iterator[Finding]:
    """Routes that anybody may call, those with another authorization, and those whose callers cannot be determined."""
    for route in api.routes:
        if route.access.caller is Caller.ANYBODY:
            advice = _asked_for(route.resource)
            text = f"{route.key} of {api.name}: anybody may call it: {advice or 'give it an authorizer'}"
            yield finding("public-route", route.resource, text, noted=advice is not None)
        elif route.access.caller in (Caller.IAM, Caller.JWT):
            advice = " as the program says (authorization)," if route.resource.made_by("AuthorizedHttpApi") else ""
            text = f"{route.key} of {api.name}: not for this library's tokens,{advice} but for {route.access.text}"
            yield finding("other-authorization", route.resource, text, noted=True)
        elif route.access.caller is Caller.UNKNOWN:
            text = f"{route.key} of {api.name}: who may call it is not known: authorizationType is {route.access.text}"
            yield finding("unknown-access", route.resource, text)
    if api.resource is not None and api.resource.value("body") is not None:
        text = f"{api.name}: the routes of its OpenAPI document (body) are not audited: declare them as resources"
        yield finding("unknown-access", api.resource, text)


def _asked_for(route: Resource) -> str | None:
    """Why the program wants the public ``route``, if it is one of this library's components that declares it."""
    if route.made_by("AuthorizedHttpApi"):
        return "as the program says (public, cors or well_known)"
    if route.made_by("TokenService"):
        return "as a token service requires, whose clients authenticate there"
    return None


def other_entrances(stack: Stack) -> Iterator[Finding]:
    """URLs of functions, which are beside every API; and APIs of other kinds, which are not audited."""
    for url in stack.of(FUNCTION_URL):
        if url.value("authorizationType") != "AWS_IAM":
            function = stack.function(url, "functionName")
            name = function.name if function else url.name
            yield finding("public-function-url", url, f"anybody may call the function {name} at its URL: use AWS_IAM")
    for api in stack.resources:
        websocket = api.type == "aws:apigatewayv2/api:Api" and api.value("protocolType") == "WEBSOCKET"
        if websocket or api.type == "aws:apigateway/restApi:RestApi" or api.type.startswith("aws-native:apigateway"):
            yield finding("not-audited", api, f"{api.name}: only HTTP APIs of the provider aws are audited", noted=True)
    for resource in stack.pending_deletion:
        text = f"{resource.name}: it has been replaced and is yet to be deleted, so that it is not audited"
        yield finding("not-audited", resource, text, noted=True)
