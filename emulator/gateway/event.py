"""Events for functions, in the formats 2.0 and 1.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import time
from typing import Any

from .exchange import Exchange

_TEXT = ("application/json", "application/javascript", "application/xml")

_CALLER_WITH_AWS_CREDENTIALS = (
    *("accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType"),
    *("cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "user", "userArn"),
)

SIGNER = {
    "accessKey": "accessKey",
    "accountId": "accountId",
    "caller": "callerId",
    "principalOrgId": "principalOrgId",
    "user": "userId",
    "userArn": "userArn",
}
"""Who signed the request: in ``requestContext.identity`` of format 1.0 -> in ``requestContext.authorizer.iam`` of 2.0."""


def for_integration(exchange: Exchange, version: str) -> dict[str, Any]:
    """The event for a Lambda proxy integration."""
    event = _version_1(exchange) if version == "1.0" else _version_2(exchange)
    body, encoded = _body(exchange)
    if version == "1.0":
        return event | {"body": body, "isBase64Encoded": encoded}
    return event | ({} if body is None else {"body": body}) | {"isBase64Encoded": encoded}


def for_authorizer(exchange: Exchange, version: str, identity: list[str]) -> dict[str, Any]:
    """The event for a Lambda authorizer, which sees no body."""
    if version == "1.0":
        return _version_1(exchange) | {
            "type": "REQUEST",
            "methodArn": exchange.arn,
            "identitySource": ",".join(identity),
            "authorizationToken": ",".join(identity),
        }
    return _version_2(exchange) | {"type": "REQUEST", "routeArn": exchange.arn, "identitySource": identity or None}


def forwarded_headers(exchange: Exchange) -> dict[str, str]:
    """The caller's headers, joined, and those that API Gateway adds for functions."""
    request = exchange.request
    port = "443" if request.scheme == "https" else request.headers.get("host", "").rpartition(":")[2]
    before = request.headers.get("x-forwarded-for")
    return request.headers | {
        "x-amzn-trace-id": request.headers.get("x-amzn-trace-id", f"Root={_trace_id(request.epoch, request.id)}"),
        "x-forwarded-for": f"{before}, {request.source_ip}" if before else request.source_ip,
        "x-forwarded-port": port if port.isdecimal() else "80",
        "x-forwarded-proto": request.scheme,
    }


def request_time(epoch: float) -> str:
    """In the format of the Common Log Format, such as ``12/Mar/2020:19:03:58 +0000``."""
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(epoch))


def _version_2(exchange: Exchange) -> dict[str, Any]:
    request, path_parameters = exchange.request, exchange.match.path_parameters if exchange.match else {}
    headers = forwarded_headers(exchange)
    headers.pop("cookie", None)  # they are in `cookies`
    route_key = exchange.route["routeKey"]
    known = {"lambda": exchange.authorizer_context, "iam": exchange.iam, "jwt": exchange.jwt}
    authorizer = {name: found for name, found in known.items() if found is not None}
    certificate = request.client_certificate
    optional = {
        "cookies": request.cookies,
        "queryStringParameters": {name: ",".join(values) for name, values in request.parameters.items()},
        "pathParameters": path_parameters,
        "stageVariables": exchange.stage_variables,
    }
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": exchange.raw_path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": exchange.api.account,
            "apiId": exchange.api.id,
            **({"authentication": {"clientCert": certificate}} if certificate else {}),
            **({"authorizer": authorizer} if authorizer else {}),
            "domainName": exchange.domain_name,
            "domainPrefix": exchange.domain_name.partition(".")[0],
            "http": {
                "method": request.method,
                "path": exchange.raw_path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.user_agent,
            },
            "requestId": request.id,
            "routeKey": route_key,
            "stage": exchange.stage,
            "time": request_time(request.epoch),
            "timeEpoch": int(request.epoch * 1000),
        },
        **{name: value for name, value in optional.items() if value},
    }


def _version_1(exchange: Exchange) -> dict[str, Any]:
    request, path_parameters = exchange.request, exchange.match.path_parameters if exchange.match else {}
    added = {name: value for name, value in forwarded_headers(exchange).items() if name not in request.headers}
    several: dict[str, list[str]] = {name: [value] for name, value in added.items()}
    for name, value in request.fields:
        several.setdefault(name, []).append(value)
    nobody = dict.fromkeys(_CALLER_WITH_AWS_CREDENTIALS)
    mapped = f"/{exchange.base_path}" if exchange.base_path else ""
    path = mapped + exchange.raw_path
    authorizer = None
    if exchange.authorizer_context is not None:
        principal = {} if exchange.principal_id is None else {"principalId": exchange.principal_id}
        authorizer = exchange.authorizer_context | principal
    elif exchange.jwt is not None:
        authorizer = exchange.jwt
    signer = {of_1: exchange.iam[of_2] for of_1, of_2 in SIGNER.items()} if exchange.iam else {}
    return {
        "version": "1.0",
        "resource": exchange.route_path,
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in several.items()},
        "multiValueHeaders": several,
        "queryStringParameters": {name: values[-1] for name, values in request.parameters.items()} or None,
        "multiValueQueryStringParameters": request.parameters or None,
        "requestContext": {
            "accountId": exchange.api.account,
            "apiId": exchange.api.id,
            **({} if authorizer is None else {"authorizer": authorizer}),
            "domainName": exchange.domain_name,
            "domainPrefix": exchange.domain_name.partition(".")[0],
            "extendedRequestId": request.id,
            "httpMethod": request.method,
            "identity": nobody
            | signer
            | {"sourceIp": request.source_ip, "userAgent": request.user_agent}
            | ({"clientCert": request.client_certificate} if request.client_certificate else {}),
            "path": path,
            "protocol": request.protocol,
            "requestId": request.id,
            "requestTime": request_time(request.epoch),
            "requestTimeEpoch": int(request.epoch * 1000),
            "resourceId": exchange.route["routeKey"],
            "resourcePath": exchange.route_path,
            "stage": exchange.stage,
        },
        "pathParameters": path_parameters or None,
        "stageVariables": exchange.stage_variables or None,
    }


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    """The body, and whether it is encoded: everything is that is not known to be text."""
    body = exchange.request.body
    if not body:
        return None, False
    media_type = exchange.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in _TEXT:
        return body.decode("utf-8", errors="replace"), False
    return base64.b64encode(body).decode(), True


def _trace_id(epoch: float, request_id: str) -> str:
    return f"1-{int(epoch):08x}-{base64.b64decode(request_id).hex().ljust(24, '0')[:24]}"
