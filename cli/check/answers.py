"""Who has answered a request, API Gateway or the backend, and whether that is as expected."""

import json
from collections.abc import Callable, Sequence
from enum import Enum
from http import HTTPStatus

from .http_client import Answer
from .row import Finding
from .sender import status_text


class Expected(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    """The backend answers, whatever it does."""
    DENIED = status_text(HTTPStatus.FORBIDDEN)
    """By the authorizer."""
    UNAUTHENTICATED = status_text(HTTPStatus.UNAUTHORIZED)
    """By API Gateway, without the authorizer."""


_NOT_LET_IN = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
"""With API Gateway's own body: not authorized, no such route, the authorizer fails. Other errors are the integration's."""


def is_gateways(answer: Answer, status: HTTPStatus) -> bool:
    """Whether API Gateway itself has answered with ``status``: a backend that verifies tokens, too, words it otherwise.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    """
    if answer.status != status or "apigw-requestid" not in answer.headers:
        return False
    try:
        return bool(json.loads(answer.body) == {"message": status.phrase})
    except ValueError:
        return False


def is_let_in(answer: Answer) -> bool:
    """Whether the request has reached the integration of its route."""
    return not any(is_gateways(answer, status) for status in _NOT_LET_IN)


_KEPT: dict[Expected, Callable[[Answer], bool]] = {
    Expected.ALLOWED: is_let_in,
    Expected.DENIED: lambda answer: is_gateways(answer, HTTPStatus.FORBIDDEN),
    Expected.UNAUTHENTICATED: lambda answer: is_gateways(answer, HTTPStatus.UNAUTHORIZED),
}


def finding(answers: Sequence[Answer], expected: Expected) -> Finding:
    """Whether all answers are as expected."""
    return Finding(all(map(_KEPT[expected], answers)), ", ".join(dict.fromkeys(map(shown, answers))))


def shown(answer: Answer) -> str:
    """The status, and who answers so if it could be mistaken."""
    text = status_text(answer.status)
    return f"{text} by the backend: let in" if answer.status in _NOT_LET_IN and is_let_in(answer) else text
