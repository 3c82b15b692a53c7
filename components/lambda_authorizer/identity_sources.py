"""Identity sources: the parts that a request must have for the authorizer to be invoked, and the key of the response cache.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
"""

import difflib
import re
from collections.abc import Sequence

from ..faults import Faults
from ..parameter_mappings import FIELD_NAME

AUTHORIZATION_HEADER = "$request.header.Authorization"
ROUTE_KEY = "$context.routeKey"

_ROOTS = ("$request.header.", "$request.querystring.", "$context.", "$stageVariables.")
_QUERY_PARAMETER = re.compile(r"[!-#%-+\--~]+")
"""Printable, without the comma, which separates values in API Gateway, and "$", which begins a variable."""
_STAGE_VARIABLE = re.compile(r"[A-Za-z0-9_]+")

_CONTEXT = (
    *("accountId", "apiId", "awsEndpointRequestId", "awsEndpointRequestId2", "customDomain.basePathMatched"),
    *("dataProcessed", "domainName", "domainPrefix", "error.message", "error.messageString", "error.responseType"),
    *("extendedRequestId", "httpMethod", "identity.accountId", "identity.caller", "identity.clientCert.clientCertPem"),
    *("identity.clientCert.issuerDN", "identity.clientCert.serialNumber", "identity.clientCert.subjectDN"),
    *("identity.clientCert.validity.notAfter", "identity.clientCert.validity.notBefore"),
    *("identity.cognitoAuthenticationProvider", "identity.cognitoAuthenticationType", "identity.cognitoIdentityId"),
    *("identity.cognitoIdentityPoolId", "identity.principalOrgId", "identity.sourceIp", "identity.user"),
    *("identity.userAgent", "identity.userArn", "integration.error", "integration.integrationStatus"),
    *("integration.latency", "integration.requestId", "integration.status", "integrationErrorMessage"),
    *("integrationLatency", "integrationStatus", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch"),
    *("responseLatency", "responseLength", "routeKey", "stage", "status"),
)
"""Only for suggestions, since AWS adds variables.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""

_CONTEXT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")


def check_identity_sources(sources: Sequence[str], faults: Faults) -> None:
    """Record in ``faults`` sources that API Gateway would reject, that no request can have, and duplicates."""
    seen = {_same(AUTHORIZATION_HEADER): "is always an identity source: list only additional ones"}
    for index, source in enumerate(sources):
        fault = seen.get(_same(source)) or _fault(source)
        if fault:
            faults.below(index).add(fault)
        seen[_same(source)] = f"is the same as [{index}]: remove one of them"


def _same(source: str) -> str:
    """``source`` for comparison: header names are case-insensitive (RFC 9110 section 5.1)."""
    return source.lower() if source.lower().startswith(_ROOTS[0]) else source


def _fault(source: str) -> str | None:
    root = next((root for root in _ROOTS if source.startswith(root)), None)
    if root is None:
        choice = "$request.header.NAME, $request.querystring.NAME, $context.NAME or $stageVariables.NAME"
        return f"must be {choice}, and is {source!r}"
    name = source.removeprefix(root)
    if root == "$context.":
        return _context_fault(source, name)
    grammar, what = {
        "$request.header.": (
            FIELD_NAME,
            "the name of one header (RFC 9110 section 5.1), such as $request.header.X-Tenant",
        ),
        "$request.querystring.": (_QUERY_PARAMETER, "the name of one parameter, such as $request.querystring.tenant"),
        "$stageVariables.": (_STAGE_VARIABLE, "letters, digits and '_', such as $stageVariables.tenant"),
    }[root]
    return None if grammar.fullmatch(name) else f"must be {root} and {what}, and is {source!r}"


def _context_fault(source: str, name: str) -> str | None:
    if name.split(".")[0].lower() == "authorizer":
        return f"{source!r} is the authorizer's own response, which does not exist before it is invoked: remove it"
    if name in _CONTEXT:
        return None
    squeezed = {known.lower(): known for known in _CONTEXT}
    plain = name.replace("_", "").replace("-", "").lower()
    if meant := squeezed.get(plain):
        return f"{source!r} is not a variable of API Gateway: write $context.{meant}"
    if not _CONTEXT_NAME.fullmatch(name):
        close = difflib.get_close_matches(plain, squeezed, n=1)
        advice = f"; did you mean $context.{squeezed[close[0]]}?" if close else ""
        return f"must be $context. and words separated by dots, such as {ROUTE_KEY}, and is {source!r}{advice}"
    return None
