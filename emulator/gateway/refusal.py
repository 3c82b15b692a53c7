"""Answers of the gateway itself: what a caller is told, and what only the access log says."""

import json

from .request import Response


class Refusal(Exception):
    """The request ends here. ``detail`` is for the access log: callers are told ``message`` only, and ``challenge``, the
    value of www-authenticate."""

    def __init__(self, status: int, message: str, kind: str, detail: str = "", challenge: str = "") -> None:
        super().__init__(detail or message)
        self.status = status
        self.message = message
        self.kind = kind
        self.detail = detail
        self.challenge = challenge

    def response(self) -> Response:
        """As HTTP APIs word it."""
        body = json.dumps({"message": self.message}, separators=(",", ":")).encode()
        challenge = [("www-authenticate", self.challenge)] if self.challenge else []
        return Response(self.status, [("content-type", "application/json"), *challenge], body)


def not_found() -> Refusal:
    """No such stage or route."""
    return Refusal(404, "Not Found", "RESOURCE_NOT_FOUND")


def internal_error(kind: str, detail: str) -> Refusal:
    """A function or its configuration is at fault."""
    return Refusal(500, "Internal Server Error", kind, detail)


def not_there(what: str) -> Refusal:
    """AWS has it, this gateway has not: said to the caller, because nobody may take it for a working API."""
    message = f"The emulator's gateway does not support {what}: see docs/emulator.md."
    return Refusal(501, message, "NOT_IN_THE_EMULATOR", message)
