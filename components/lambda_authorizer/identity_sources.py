"""Identity sources: what a request must have for the authorizer to be asked, and what its answer is cached by.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
"""

import difflib
import re
from collections.abc import Sequence

from ..parameter_mappings import FIELD_NAME
from ..validation import Faults

AUTHORIZATION_HEADER = "$request.header.Authorization"
ROUTE_KEY = "$context.routeKey"

_ROOTS = ("$request.header.", "$request.querystring.", "$context.", "$stageVariables.")
_QUERY_PARAMETER = re.compile(r"[!-#%-+\--~]+")
"""Printable, without the comma that API Gateway separates values by, and the "$" of another variable."""
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
"""For suggestions alone, as AWS adds to them.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""

_CONTEXT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")


def check_identity_sources(sources: Sequence[str], faults: Faults) -> None:
    """Note in ``faults`` what API Gateway would refuse, what no request can have, and what is there already."""
    seen = {_same(AUTHORIZATION_HEADER): "is there already: list only what comes besides it"}
    for index, source in enumerate(sources):
        fault = seen.get(_same(source)) or _fault(source)
        if fault:
            faults.below(index).add(fault)
        seen[_same(source)] = f"is there already, at [{index}]: remove one of them"


def _same(source: str) -> str:
    """Names of headers know no case (RFC 9110 section 5.1)."""
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
            "the name of one header (RFC 9110 section 5.1), as in $request.header.X-Tenant",
        ),
        "$request.querystring.": (_QUERY_PARAMETER, "the name of one parameter, as in $request.querystring.tenant"),
        "$stageVariables.": (_STAGE_VARIABLE, "letters, digits and '_', as in $stageVariables.tenant"),
    }[root]
    return None if grammar.fullmatch(name) else f"must be {root} and {what}, and is {source!r}"


def _context_fault(source: str, name: str) -> str | None:
    if name.split(".")[0].lower() == "authorizer":
        return f"is the authorizer's own answer, which is not there when it is asked: remove it, and is {source!r}"
    if name in _CONTEXT:
        return None
    squeezed = {known.lower(): known for known in _CONTEXT}
    plain = name.replace("_", "").replace("-", "").lower()
    if meant := squeezed.get(plain):
        return f"is no variable of API Gateway: {source!r}: write $context.{meant}"
    if not _CONTEXT_NAME.fullmatch(name):
        close = difflib.get_close_matches(plain, squeezed, n=1)
        advice = f"; did you mean $context.{squeezed[close[0]]}?" if close else ""
        return f"must be $context. and words with dots between them, as in {ROUTE_KEY}, and is {source!r}{advice}"
    return None
