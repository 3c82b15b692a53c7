"""What do callers of a deployed API see: with and without the authorizer cache, and while others flood it?"""

import copy
import http.client
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from testkit.api import Api

from .answer import Answer, Scale, Target, figure

_PROGRAM = Path(__file__).resolve().parent.parent
_API = "orders"
_PATH, _PUBLIC_PATH = "/orders", "/health"
_FLOOD_PER_SECOND = 25
_FLOOD_LIMIT = 3000
"""Requests, whatever happens."""


def measure(scale: Scale) -> Answer:
    """The stack ``local`` on the emulator, which shares this machine with the callers."""
    answer = Answer("Gateway: one request over HTTP on the emulator (ms)", "gateway")
    requests = scale.of(200, 20)
    file = load_stack(_PROGRAM, "local")
    with MiniStack() as ministack:
        deployment = Deployment(ministack, _PROGRAM, file.project, "local", file.config)
        for name, ttl in (("no authorizer cache", 0), ("authorizer cache", 60)):
            deployment.config = _with_ttl(file.config, file.project, ttl)
            caller = _Caller(deployment.up(), deployment)
            caller.times(10)  # execution environments start
            if not answer.figures:
                floor = caller.times(requests, _PUBLIC_PATH)
                answer.figures.append(figure("a public route, no authorizer", "ms", floor))
            samples = caller.times(requests)
            answer.figures.append(figure(name, "ms", samples))
            answer.figures.append(figure(f"{name}, requests/s", "/s", [1000 * len(samples) / sum(samples)]))
        deployment.config = _with_ttl(file.config, file.project, 0)
        _flood(answer, _Caller(deployment.up(), deployment), rounds=scale.of(10, 1))
    return answer


def _flood(answer: Answer, caller: "_Caller", rounds: int) -> None:
    """Good requests alone, with good requests of another client, and with as many bad ones, in turns."""
    good = [f"Bearer {caller.token()}" for _ in range(20)]
    names = ("good requests alone", "beside other good ones", "beside a flood of bad ones")
    samples: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, others in zip(names, ([], good, _bad(good)), strict=True):
            with caller.background(others):
                samples[name] += caller.times(30)
    answer.figures += [figure(name, "ms", found) for name, found in samples.items()]
    answer.targets.append(Target("beside bad against beside good requests", answer.ratio(names[2], names[1]), 1.2))
    answer.notes.append(
        f"{_FLOOD_PER_SECOND} other requests a second: unknown kids, bad signatures and garbage, or good ones. The emulator "
        "is one Python process, so that any traffic slows other traffic; what counts is that bad requests do no worse."
    )


def _bad(good: list[str]) -> list[str]:
    header, payload, signature = good[0].removeprefix("Bearer ").split(".")
    stranger = "eyJhbGciOiJFUzUxMiIsImtpZCI6InVua25vd24ifQ"  # {"alg":"ES512","kid":"unknown"}
    return [
        f"Bearer {stranger}.{payload}.{signature}",
        f"Bearer {header}.{payload}.{'A' * len(signature)}",
        f"Bearer {'A' * 6000}",
        "Bearer ...",
        "Basic QTpB",
    ]


def _with_ttl(config: Any, project: str, ttl: int) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(config))
    changed[f"{project}:apis"][_API]["cache_ttl"] = ttl
    return changed


class _Caller:
    """Sends requests to the deployed API, with tokens of its KMS key."""

    def __init__(self, outputs: dict[str, Any], deployment: Deployment) -> None:
        api = Api(outputs, _API, deployment.aws.kms)
        self._url = urlsplit(api.endpoint)
        self.token = api.token
        self._tokens = itertools.cycle([f"Bearer {self.token()}" for _ in range(10)])

    def times(self, count: int, path: str = _PATH) -> list[float]:
        """The milliseconds of ``count`` good requests, one after the other."""
        times = []
        for _ in range(count):
            started = time.perf_counter()
            status = self._send(next(self._tokens), path)
            times.append((time.perf_counter() - started) * 1000)
            assert status == http.client.OK, status  # noqa: S101 - otherwise the figures are meaningless
        return times

    @contextmanager
    def background(self, authorizations: list[str]) -> Iterator[None]:
        """Sends these requests in the background at a steady rate; none if the list is empty."""
        done = threading.Event()

        def send() -> None:
            for number in range(_FLOOD_LIMIT):
                if not authorizations or done.wait(1 / _FLOOD_PER_SECOND):
                    return
                self._send(authorizations[number % len(authorizations)])

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _send(self, authorization: str, path: str = _PATH) -> int:
        connection = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=30)
        try:
            connection.request("GET", self._url.path + path, headers={"Authorization": authorization})
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()
