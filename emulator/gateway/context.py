"""The ``$context`` variables, for access logs, identity sources and parameter mappings.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

import json
import time
from collections.abc import Callable
from typing import Any

from .event import SIGNER, request_time
from .exchange import Exchange

_PER_STEP = frozenset(
    {
        *("authorizer.error", "authorizer.latency", "authorizer.requestId", "authorizer.status"),
        *(
            "awsEndpointRequestId",
            "awsEndpointRequestId2",
            "dataProcessed",
            "error.message",
            "error.messageString",
            "error.responseType",
        ),
        *("integration.error", "integration.integrationStatus", "integration.latency", "integration.requestId"),
        *("integration.status", "integrationErrorMessage", "integrationLatency", "integrationStatus"),
        *("responseLatency", "responseLength", "status"),
    }
)
"""Set by the step that knows them; until then, and if there was no such step, they have no value."""


def _of_certificate(name: str) -> Callable[[Exchange], Any]:
    return lambda exchange: (exchange.request.client_certificate or {}).get(name)


def _of_validity(name: str) -> Callable[[Exchange], Any]:
    return lambda exchange: (exchange.request.client_certificate or {"validity": {}})["validity"].get(name)


def _of_signer(name: str) -> Callable[[Exchange], Any]:
    return lambda exchange: (exchange.iam or {}).get(SIGNER[name])


_OF_REQUEST: dict[str, Callable[[Exchange], Any]] = {
    "accountId": lambda exchange: exchange.api.account,
    "apiId": lambda exchange: exchange.api.id,
    "customDomain.basePathMatched": lambda exchange: exchange.base_path,
    "domainName": lambda exchange: exchange.domain_name,
    "domainPrefix": lambda exchange: exchange.domain_name.partition(".")[0],
    "extendedRequestId": lambda exchange: exchange.request.id,
    "httpMethod": lambda exchange: exchange.request.method,
    **{
        f"identity.clientCert.{name}": _of_certificate(name)
        for name in ("clientCertPem", "issuerDN", "serialNumber", "subjectDN")
    },
    **{f"identity.clientCert.validity.{name}": _of_validity(name) for name in ("notAfter", "notBefore")},
    **{f"identity.{name}": _of_signer(name) for name in SIGNER if name != "accessKey"},
    "identity.sourceIp": lambda exchange: exchange.request.source_ip,
    "identity.userAgent": lambda exchange: exchange.request.user_agent,
    "path": lambda exchange: exchange.raw_path,
    "protocol": lambda exchange: exchange.request.protocol,
    "requestId": lambda exchange: exchange.request.id,
    "requestTime": lambda exchange: request_time(exchange.request.epoch),
    "requestTimeEpoch": lambda exchange: int(exchange.request.epoch * 1000),
    "routeKey": lambda exchange: exchange.match.route["routeKey"] if exchange.match else None,
    "stage": lambda exchange: exchange.stage,
}


def value(exchange: Exchange, name: str) -> Any:
    """The value of ``$context.<name>``; ``None`` if it has none for this request, or is no variable."""
    if name in _PER_STEP:
        return exchange.variables.get(name)
    if name == "authorizer.principalId":
        return exchange.principal_id
    if name.startswith("authorizer.claims."):
        return (exchange.jwt or {"claims": {}})["claims"].get(name.removeprefix("authorizer.claims."))
    if name.startswith("authorizer."):
        return (exchange.authorizer_context or {}).get(name.removeprefix("authorizer."))
    of_request = _OF_REQUEST.get(name)
    return of_request(exchange) if of_request else None


def text(found: Any) -> str:
    """A value in a mapping or a log: text as it is, anything else as JSON."""
    if found is None:
        return ""
    return found if isinstance(found, str) else json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def milliseconds(since: float) -> int:
    """From ``since``, of ``time.monotonic``, until now."""
    return int((time.monotonic() - since) * 1000)
