"""The token endpoint: it returns an RFC 6749 response for every event, whatever the event contains."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..authorizer import RequestIdentity, base64url, request_identity
from ..errors import IssuerError, KeyNotFound, KeyUnusable, SigningDenied, Throttled
from .access_token import TYPE, access_token_claims, token_id
from .client_authentication import ClientAuthentication
from .clients import Client
from .config import Config
from .decision_log import Decision, DecisionLog
from .grant import read_grant
from .refusal import Reason, Refused
from .request import TokenRequest, read_request
from .response import Response, error_response, token_response


class Signer(Protocol):
    """Signs tokens: a ``KmsSigner``."""

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, Any] | None = None) -> str:
        """The token with these claims, and these header parameters. Raises ``IssuerError``."""


class TokenEndpoint:
    """Issues tokens to the clients of ``config``, signed by ``signer``, and writes each decision to ``log``."""

    def __init__(self, config: Config, signer: Signer, log: DecisionLog) -> None:
        self._issuer = config.issuer
        self._authentication = ClientAuthentication(config)
        self._confirmation = _confirmation(config)
        self._signer = signer
        self._log = log

    def answer(self, event: object, now: float) -> Response:
        """Issue a token for the request at ``now`` (seconds since the epoch), or refuse it; never raises.

        Any exception is a refusal, including one while writing the log: no token is issued without being logged.
        """
        started = time.perf_counter()
        decision = Decision(RequestIdentity(), None, None, 0)
        try:
            decision = decision._replace(identity=request_identity(event))
            response, decision = self._issue(event, now, decision)
        except Refused as refused:
            decision = decision._replace(reason=refused.reason, client_id=refused.client_id)
            response = error_response(refused.reason)
        except Exception as exception:
            decision = decision._replace(reason=Reason.INTERNAL_ERROR, fault=type(exception).__name__)
            response = error_response(Reason.INTERNAL_ERROR)
        decision = decision._replace(milliseconds=(time.perf_counter() - started) * 1000)
        try:
            self._log.write(decision, now)
        except Exception:
            return error_response(Reason.INTERNAL_ERROR)
        return response

    def _issue(self, event: object, now: float, decision: Decision) -> tuple[Response, Decision]:
        request = read_request(event)
        client = self._authentication.client(request, now)
        grant = read_grant(request, client)
        decision = decision._replace(client_id=client.client_id)
        jti = token_id()
        claims = access_token_claims(self._issuer, grant, jti, int(now), self._confirmation(request, client))
        try:
            token = self._signer.sign(claims, {"typ": TYPE})
        except IssuerError as fault:
            reason = _reason(fault)
            failed = decision._replace(reason=reason, fault=type(fault).__name__, advice=str(fault))
            return error_response(reason), failed
        issued = decision._replace(kid=_kid(token), jti=jti, scope=str(claims["scope"]), audiences=grant.audiences)
        return token_response(token, grant), issued


def _confirmation(config: Config) -> Callable[[TokenRequest, Client], Mapping[str, str] | None]:
    """What the tokens of a client are bound to; nothing is imported for it where none are."""
    if not any(client.certificate_bound_tokens for client in config.clients.values()):
        return lambda request, client: None
    from .bound_token import confirmation

    return confirmation


def _reason(fault: IssuerError) -> Reason:
    match fault:
        case Throttled():
            return Reason.THROTTLED
        case SigningDenied():
            return Reason.SIGNING_DENIED
        case KeyUnusable() | KeyNotFound():
            return Reason.KEY_UNUSABLE
    return Reason.KMS_UNREACHABLE


def _kid(token: str) -> str:
    """The key that has signed ``token``, one of ours: not the first one, while KMS denies its use."""
    header = json.loads(base64url.decode(token.partition(".")[0].encode()))
    return str(header["kid"])
