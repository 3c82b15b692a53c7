"""Events of API Gateway, payload format 2.0: recorded ones and short ones."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent / "events"


def request(authorization: object, route_key: object = "GET /orders", **changes: object) -> dict[str, Any]:
    """What matters of an event; ``authorization`` is the value of that header."""
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeKey": route_key,
        "headers": {"authorization": authorization},
        "requestContext": {"requestId": "request-1", "http": {"sourceIp": "192.0.2.1"}},
        **changes,
    }


def bearer(token: str, route_key: object = "GET /orders") -> dict[str, Any]:
    """An event with ``token``."""
    return request(f"Bearer {token}", route_key)


def presented(token: str, certificate: object, route_key: object = "GET /orders") -> dict[str, Any]:
    """An event with ``token``, on a connection with the client certificate ``certificate`` (PEM)."""
    event = bearer(token, route_key)
    event["requestContext"]["authentication"] = {"clientCert": {"clientCertPem": certificate, "subjectDN": "CN=client"}}
    return event


def recorded(name: str, token: str) -> Any:
    """The event in ``events/<name>.json``, with ``token`` where it says TOKEN."""
    return json.loads((EVENTS / f"{name}.json").read_text().replace("TOKEN", token))
