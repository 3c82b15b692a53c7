"""The request authorizer: it returns a simple response for every event, whatever the event contains."""

import time

from .config import CONTEXT_ISSUER
from .context import backend_context
from .decision_log import Decision, DecisionLog
from .denial import Denied, Reason, UnknownKeyId
from .event import RequestIdentity, bearer_token, client_certificate, request_identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    from .context import ContextValue
    from .key_source import KeySource

    class SimpleResponse(TypedDict):
        """The simple response of payload format 2.0."""

        isAuthorized: bool
        context: dict[str, ContextValue]
        """If allowed, the selected claims; if denied, the ``reason``, for access logs. Where there are trusted issuers, also
        the name of the issuer, once the signature has been verified. The caller never receives it."""


class RequestAuthorizer:
    """Decides about requests with the keys of ``source``, and writes each decision to ``log``."""

    def __init__(self, source: "KeySource", log: DecisionLog) -> None:
        self._source = source
        self._log = log

    def decide(self, event: object, now: float, context: object = None) -> "SimpleResponse":
        """Allow or deny the request at ``now`` (seconds since the epoch); never raises. ``context`` is Lambda's.

        Any exception denies the request, including one while writing the log: no request is allowed without being logged.
        """
        started = time.perf_counter()
        identity = RequestIdentity()
        reason: Reason | None = None
        kid: str | None = None
        fault: str | None = None
        issuer: str | None = None
        cache_hit = unknown_key = False
        response: SimpleResponse
        try:
            identity = request_identity(event)
            verifier = self._source.verifier(context)
            authenticated = verifier.authenticate(bearer_token(event))
            kid, cache_hit = authenticated.kid, authenticated.signature_cache_hit
            issuer = authenticated.rules.name
            certificate = None if authenticated.rules.claims.binding is None else client_certificate(event)
            claims = verifier.authorize(authenticated, identity.route_key, now, certificate)
            passed_on = backend_context(claims, verifier.config.context_claims)
            response = {"isAuthorized": True, "context": passed_on}
        except Denied as denied:
            reason, kid = denied.reason, denied.kid or kid
            unknown_key = isinstance(denied, UnknownKeyId)
            response = _denial(reason)
        except Exception as exception:
            reason, fault = Reason.INTERNAL_ERROR, type(exception).__name__
            response = _denial(reason)
        if issuer is not None:
            response["context"][CONTEXT_ISSUER] = issuer
        milliseconds = (time.perf_counter() - started) * 1000
        try:
            self._log.write(Decision(identity, reason, kid, cache_hit, milliseconds, fault, issuer), now)
            if unknown_key:
                self._source.unknown_key()
        except Exception:
            return _denial(Reason.INTERNAL_ERROR)
        return response


def _denial(reason: Reason) -> "SimpleResponse":
    return {"isAuthorized": False, "context": {"reason": reason.value}}
