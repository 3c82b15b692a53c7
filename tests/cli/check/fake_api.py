"""Answers of an API that is not there."""

from http import HTTPStatus
from typing import Any

import pytest

from cli.check import sender as sending
from cli.check.http_client import Answer
from cli.check.sender import Deadline, Sender

ID = {"apigw-requestid": "JKJaXmPLvHcESHA="}
"""API Gateway sends it with every answer, its own and the backend's."""


def gateway(status: int) -> Answer:
    """API Gateway's own answer."""
    return Answer(status, ID, f'{{"message":"{HTTPStatus(status).phrase}"}}'.encode())


def backend(status: int, body: bytes = b"") -> Answer:
    """The integration's."""
    return Answer(status, ID, body)


def sender_to(
    monkeypatch: pytest.MonkeyPatch, *answers: Answer | OSError, clock: Any = lambda: 0.0
) -> tuple[Sender, list[float]]:
    """Gets these answers, the last one again and again; how long it has slept."""
    left, slept = list(answers), list[float]()

    def answer(*_: object, **__: object) -> Answer:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(sending, "fetch", answer)
    return Sender("https://api", Deadline(lambda: clock() + sum(slept)), sleep=slept.append), slept
