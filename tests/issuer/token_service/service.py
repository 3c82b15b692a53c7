"""A token service with local keys, the requests that it is sent, and what comes of them."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

from issuer import KmsSigner
from issuer.algorithms import ALGORITHMS
from issuer.token_service.config import parse_config
from issuer.token_service.decision_log import DecisionLog
from issuer.token_service.response import Response
from issuer.token_service.token_endpoint import TokenEndpoint
from testkit.tokens import NOW

from ..local_kms import ARN, LocalKms

ISSUER = "https://auth.example.com"
SECRET = "kDhJ0-xUq_5cW1nTz7Rb2YvE8sLpA4mG9fHoQ6iXeC3"
GRANT = {"grant_type": "client_credentials"}

Form = Mapping[str, str] | Sequence[tuple[str, str]]


def hashed(secret: str) -> str:
    """As in the configuration."""
    return sha256(secret.encode()).hexdigest()


def document(**changes: object) -> dict[str, Any]:
    """A configuration with two keys and the client ``billing``, whose secret is ``SECRET``."""
    return {
        "version": 1,
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/token",
        "keys": [{"key_arn": ARN + key_id, "alg": "ES256"} for key_id in ("active", "next")],
        "clients": {"billing": client()},
        **changes,
    }


def client(**changes: object) -> dict[str, Any]:
    """The client ``billing``; a field that becomes ``None`` is left out."""
    fields = {
        "scopes": ["orders:read", "orders:write"],
        "audiences": ["orders", "https://invoices.example.com"],
        "secret_hashes": [hashed(SECRET)],
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def basic(client_id: str = "billing", secret: str = SECRET) -> dict[str, str]:
    """The header with these credentials as they are."""
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def event(form: Form | str | bytes | None = None, headers: Mapping[str, str] | None = None, **changes: object) -> Any:
    """A request of ``billing`` in API Gateway's payload format 2.0, which encodes forms in Base64."""
    form = GRANT if form is None else form
    text = form if isinstance(form, str | bytes) else urlencode(form)
    body = text.encode() if isinstance(text, str) else text
    form_type = {"content-type": "application/x-www-form-urlencoded"}
    return {
        "version": "2.0",
        "routeKey": "POST /token",
        "rawPath": "/token",
        "rawQueryString": "",
        "headers": {**form_type, **(basic() if headers is None else headers)},
        "requestContext": {"requestId": "request-1", "http": {"method": "POST", "sourceIp": "192.0.2.1"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        **changes,
    }


class Observation(NamedTuple):
    """What came of a request."""

    response: Response
    output: str
    """Everything written to standard output and standard error."""

    @property
    def status(self) -> int:
        return self.response["statusCode"]

    @property
    def headers(self) -> dict[str, str]:
        return self.response["headers"]

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.response["body"])
        return body

    @property
    def record(self) -> dict[str, Any]:
        """The one line of the log."""
        (line,) = self.output.splitlines()
        record: dict[str, Any] = json.loads(line)
        return record

    @property
    def reason(self) -> str:
        """As logged."""
        return str(self.record["Reason"])

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, error and reason."""
        return self.status, str(self.body["error"]), self.reason


class ObservedService:
    """The real endpoint, configured by ``document``, signing with keys of this process, unless a ``kms`` is given."""

    def __init__(self, document: Mapping[str, object], kms: Any = None) -> None:
        config = parse_config(document)
        self.kms = LocalKms()
        for key in config.keys:
            self.kms.create(key.kid, ALGORITHMS[key.alg].key_specs[0])
        client: Any = kms or self.kms
        signer = KmsSigner.pinned(config.keys, client)
        self.endpoint = TokenEndpoint(config, signer, DecisionLog("function-1", config.log_level))

    def send(self, event: object, now: float = NOW) -> Observation:
        """Let it answer ``event`` at ``now``."""
        output = io.StringIO()
        with redirect_stdout(output), redirect_stderr(output):
            response = self.endpoint.answer(event, now)
        return Observation(response, output.getvalue())

    @property
    def signatures(self) -> int:
        """How often KMS was asked."""
        return self.kms.calls.total()
