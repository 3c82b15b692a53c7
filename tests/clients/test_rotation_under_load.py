"""A signing key and a client's secret are rotated, as ``docs/issuing.md`` says, while the client keeps fetching tokens."""

import http.client
import json
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import jwt
import pytest

from authorizer.verifier import Verifier
from components.kms.generations import rfc3339
from emulator.server import MiniStack

from .deployed import deployed, may, new_secret
from .service import AUDIENCES

CLIENTS = 2
REQUESTS = 15
"""Of each client in each phase, beside those that are under way while the service changes."""

PAUSE_SECONDS = 0.05
"""Of a client after each answer: without one the machine would have no time left to update the service."""

LATER = rfc3339(datetime.now(UTC) + timedelta(hours=2))
OLD, NEW = {"name": "old"}, {"name": "new"}
FIRST = {"algorithm": "ES256", "generations": [OLD]}
PUBLISHED = {"algorithm": "ES256", "generations": [OLD, NEW], "active": "old"}
ACTIVATED = {"algorithm": "ES256", "generations": [{**OLD, "retire_after": LATER}, NEW], "active": "new"}


class Answer(NamedTuple):
    """The answer to one request."""

    client: int
    phase: str
    """In which the request was sent."""
    status: int
    body: bytes


class Clients:
    """Processes of one client, each on a connection of its own, fetching one token after the other."""

    def __init__(self, token_endpoint: str, secret: str) -> None:
        self.secret = secret
        self.phase = ""
        self.answers: list[Answer] = []
        self.faults: list[Exception] = []
        self._url = urlsplit(token_endpoint)
        self._changed = threading.Condition()
        self._stopped = threading.Event()

    @contextmanager
    def running(self, phase: str) -> Iterator[None]:
        """While the block lasts they fetch tokens."""
        self.phase = phase
        threads = [threading.Thread(target=self._fetch_on, args=[client]) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def await_answers(self) -> None:
        """Wait until each client's requests of the present phase have been answered."""

        def enough() -> bool:
            answered = Counter(answer.client for answer in self.answers if answer.phase == self.phase)
            return bool(self.faults) or all(answered[client] >= REQUESTS for client in range(CLIENTS))

        with self._changed:
            self._changed.wait_for(enough)
        if self.faults:
            raise self.faults[0]

    def _fetch_on(self, client: int) -> None:
        connection = http.client.HTTPConnection(self._url.netloc, timeout=60)
        try:
            while not self._stopped.wait(PAUSE_SECONDS):
                phase, credentials = self.phase, b64encode(f"billing:{self.secret}".encode()).decode()
                headers = {
                    "Authorization": f"Basic {credentials}",
                    "Content-Type": "application/x-www-form-urlencoded",
                }
                connection.request("POST", self._url.path, b"grant_type=client_credentials", headers)
                response = connection.getresponse()
                self._add(Answer(client, phase, response.status, response.read()))
        except Exception as fault:
            with self._changed:
                self.faults.append(fault)
                self._changed.notify_all()
        finally:
            connection.close()

    def _add(self, answer: Answer) -> None:
        with self._changed:
            self.answers.append(answer)
            self._changed.notify_all()


def test_no_request_fails_while_key_and_secret_are_rotated(
    ministack: MiniStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (old_secret, old_hash), (new_secret_, new_hash) = new_secret(), new_secret()
    first = {"clients": {"billing": may(secret_hashes=[old_hash])}, "signing_keys": FIRST}
    with deployed(ministack, tmp_path, first) as service:
        clients = Clients(service.outputs["token_endpoint"], old_secret)
        with clients.running("before"):
            clients.await_answers()
            clients.phase = "first update"
            service.up(clients={"billing": may(secret_hashes=[old_hash, new_hash])}, signing_keys=PUBLISHED)
            clients.phase = "two secrets"
            clients.await_answers()
            clients.secret, clients.phase = new_secret_, "the new secret"
            clients.await_answers()
            clients.phase = "second update"
            service.up(clients={"billing": may(secret_hashes=[new_hash])}, signing_keys=ACTIVATED)
            clients.phase = "after"
            clients.await_answers()
        published = service.jwks()["keys"]

    assert not clients.faults
    signed: Counter[tuple[str, str]] = Counter()
    policy = {"version": 1, "issuers": [service.outputs["issuer"]], "audiences": [AUDIENCES[0]]}
    verifier = Verifier({**policy, "keys": published})
    names = {published[0]["kid"]: "old", published[1]["kid"]: "new"}
    for answer in clients.answers:
        assert answer.status == 200, answer
        token = json.loads(answer.body)["access_token"]
        assert verifier.verify(token)["sub"] == "billing"
        signed[answer.phase, names[jwt.get_unverified_header(token)["kid"]]] += 1
    with capsys.disabled():
        print(f"\nRotation of a key and a secret: {len(clients.answers)} tokens, {dict(signed)}")
    assert {key for phase, key in signed if phase in ("before", "two secrets", "the new secret")} == {"old"}
    assert {key for phase, key in signed if phase == "after"} == {"new"}
