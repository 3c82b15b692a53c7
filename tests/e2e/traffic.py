"""Clients that keep calling an API while it is being changed, and the counts of what they were answered."""

import http.client
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """One kind of answer."""

    began: str
    """The phase in which the request was sent."""
    ended: str
    """The phase in which the answer came."""
    signed_by: str
    """Whose token it was."""
    status: int


class Token(NamedTuple):
    """A token to call with."""

    signed_by: str
    text: str


class Traffic:
    """``threads`` clients with connections of their own, each calling ``path`` again and again with what ``token`` gives."""

    def __init__(self, endpoint: str, path: str, threads: int, token: Callable[[int], Token]) -> None:
        self.phase = ""
        self.answers: Counter[Answer] = Counter()
        self.faults: list[Exception] = []
        self._endpoint = urlsplit(endpoint)
        self._path = path
        self._token = token
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._within: Counter[str] = Counter()
        self._awaited = 0
        self._threads = [threading.Thread(target=self._call_on, args=[number]) for number in range(threads)]

    @contextmanager
    def running(self, phase: str) -> Iterator[None]:
        """While the block lasts, the clients call."""
        self.phase = phase
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def count(self, phase: str) -> int:
        """How many requests began and ended in ``phase``."""
        with self._changed:
            return self._within[phase]

    def await_answers(self, number: int) -> None:
        """Wait until ``number`` requests have begun and ended in the present phase."""
        with self._changed:
            self._awaited = number
            self._changed.wait_for(lambda: self._within[self.phase] >= number or self.faults)
        if self.faults:
            raise self.faults[0]

    def _call_on(self, client: int) -> None:
        connection = http.client.HTTPConnection(self._endpoint.netloc, timeout=60)
        try:
            for request in itertools.count():
                if self._stop.is_set():
                    return
                began, token = self.phase, self._token(client + request)
                headers = {"Authorization": f"Bearer {token.text}"}
                connection.request("GET", self._endpoint.path + self._path, headers=headers)
                response = connection.getresponse()
                response.read()
                with self._changed:
                    ended = self.phase
                    self.answers[Answer(began, ended, token.signed_by, response.status)] += 1
                    self._within[ended] += began == ended
                    if self._within[ended] == self._awaited:  # who waits is woken once, not by every answer
                        self._changed.notify_all()
        except Exception as fault:
            with self._changed:
                self.faults.append(fault)
                self._changed.notify_all()
        finally:
            connection.close()
