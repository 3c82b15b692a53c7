"""The ``$context`` variables, for access logs, identity sources and parameter mappings.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

import json
import time
from typing import Any

from .event import request_time
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

_OF_A_CERTIFICATE = ("clientCertPem", "issuerDN", "serialNumber", "subjectDN")
_VALIDITY = ("notAfter", "notBefore")


def value(exchange: Exchange, name: str) -> Any:
    """The value of ``$context.<name>``; ``None`` if it has none for this request, or is no variable."""
    if name in _PER_STEP:
        return exchange.variables.get(name)
    if name == "authorizer.principalId":
        return exchange.principal_id
    if name.startswith("authorizer."):
        return (exchange.authorizer_context or {}).get(name.removeprefix("authorizer."))
    return _of_request(exchange).get(name)


def text(found: Any) -> str:
    """A value in a mapping or a log: text as it is, anything else as JSON."""
    if found is None:
        return ""
    return found if isinstance(found, str) else json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def milliseconds(since: float) -> int:
    """From ``since``, of ``time.monotonic``, until now."""
    return int((time.monotonic() - since) * 1000)


def _of_request(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    certificate = request.client_certificate or {"validity": {}}
    return {
        "accountId": exchange.api.account,
        "apiId": exchange.api.id,
        "customDomain.basePathMatched": exchange.base_path,
        "domainName": exchange.domain_name,
        "domainPrefix": exchange.domain_name.partition(".")[0],
        "extendedRequestId": request.id,
        "httpMethod": request.method,
        **{f"identity.clientCert.{name}": certificate.get(name) for name in _OF_A_CERTIFICATE},
        **{f"identity.clientCert.validity.{name}": certificate["validity"].get(name) for name in _VALIDITY},
        "identity.sourceIp": request.source_ip,
        "identity.userAgent": request.user_agent,
        "path": exchange.raw_path,
        "protocol": request.protocol,
        "requestId": request.id,
        "requestTime": request_time(request.epoch),
        "requestTimeEpoch": int(request.epoch * 1000),
        "routeKey": exchange.match.route["routeKey"] if exchange.match else None,
        "stage": exchange.stage,
    }
