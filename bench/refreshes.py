"""What do keys at an issuer's URL cost: cold starts, refreshes, a server that hangs, a flood of unknown ``kid``?

And a denylist, which the same refresher reads.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from authorizer.decision_log import DecisionLog
from authorizer.request_authorizer import RequestAuthorizer
from authorizer.runtime_keys import attempt, bounded_http, fetch
from authorizer.runtime_keys.issuer_keys import MAX_RETRY_SECONDS
from authorizer.runtime_keys.refresher import RuntimeKeys
from components.lambda_authorizer.package import build_package
from components.lambda_package.target import host_target
from testkit.key_set_server import HOSTS, KeySetServer, key_set, make_certificate, serving
from testkit.signers import Signer, signer

from . import denylist
from .answer import Answer, Scale, Target, figure
from .environment import runtime_python
from .packaging import sizes
from .runtime_api import Function
from .sides import Side
from .tokens import bearer, config, dumps, token
from .turns import ratio, undisturbed

_KEY, _THEIRS, _STRANGER = signer("ES256"), signer("ES256", "theirs"), signer("ES256", "stranger")
_ALONE, _PINNED, _URL = "no other issuer", "an issuer, pinned", "an issuer with a URL"

_FIRST = """
import sys, time
sys.path.insert(0, sys.argv[1])
import authorizer.handler
started = time.perf_counter()
from authorizer.runtime_keys import fetch, reading
fetch.tls()
print((time.perf_counter() - started) * 1000)
"""


def measure(scale: Scale) -> list[Answer]:
    """Cold starts in processes of their own; the rest in this one, with a clock that is set and a real TLS server."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        return [_cold(path, scale.of(30, 6)), _refreshes(path, scale), denylist.measure(path, scale)]


def _documents() -> Mapping[str, dict[str, object]]:
    issuer = {"name": "partner", "issuers": ["https://partner.example.com"], "audiences": ["orders"], "scopes": []}
    pinned = {**issuer, "keys": [_THEIRS.jwk]}
    url = {"url": f"https://{HOSTS[0]}/jwks.json"}
    return {
        _ALONE: config(_KEY),
        _PINNED: {**config(_KEY), "trusted_issuers": [pinned]},
        _URL: {**config(_KEY), "trusted_issuers": [{**pinned, "jwks_url": url}]},
    }


def _cold(folder: Path, starts: int) -> Answer:
    answer = Answer("Cold with other issuers: from the start of the process to the first answer (ms)", "refreshes-cold")
    sides, zipped = {}, {}
    for number, (name, document) in enumerate(_documents().items()):
        package = folder / str(number)
        shutil.copytree(build_package(host_target()), package)
        (package / "config.json").write_text(json.dumps(document))
        zipped[name] = sizes(package)[0]
        sides[name] = Side([str(runtime_python()), "-m", "awslambdaric", "authorizer.handler.handler"], package, {})
    times: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides.items())
    for number in range(starts):
        event = dumps(bearer(token(_KEY, number)))
        for name, side in order:
            with Function(*side) as function:
                started = time.perf_counter()
                function.start()
                times[name].append((function.invoke(event)[1] - started) * 1000)
        order.append(order.pop(0))
    answer.figures = [figure(name, "ms", samples) for name, samples in times.items()]
    command = [str(runtime_python()), "-c", _FIRST, str(folder / "2")]
    first = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(min(starts, 8))]
    answer.figures.append(figure("later: imports of the first refresh", "ms", first))
    answer.targets = [
        Target("with a URL, against no other issuer", ratio(times[_URL], times[_ALONE], 1), 1.15),
        Target("size of the package with a URL, against none", zipped[_URL] / zipped[_ALONE], 1.01),
    ]
    return answer


class _Refreshing:
    """An authorizer that trusts an issuer with a URL, at a time that is set."""

    def __init__(self, server: KeySetServer) -> None:
        self.server = server
        self.now = time.time()
        self.source = RuntimeKeys(_documents()[_URL], None, lambda: self.now)
        self._authorizer = RequestAuthorizer(self.source, DecisionLog("bench", "INFO"))
        self.milliseconds(_KEY, 0)
        self.now += 30

    def milliseconds(self, key: Signer, number: int) -> float:
        """How long one request takes."""
        event: Any = bearer(token(key, number))
        started = time.perf_counter()
        self._authorizer.decide(event, self.now)
        return (time.perf_counter() - started) * 1000


def _refreshes(folder: Path, scale: Scale) -> Answer:
    answer = Answer("Requests while keys at a URL are refreshed (ms), and the fetches of a flood", "refreshes")
    with _serving(folder) as server:
        refreshing = _Refreshing(server)
        plain, with_refresh = [], []
        for number in range(scale.of(50, 10)):
            refreshing.now += 901
            with_refresh.append(refreshing.milliseconds(_KEY, 2 * number))
            plain.append(refreshing.milliseconds(_KEY, 2 * number + 1))
        answer.figures += [figure("a request", "ms", plain), figure("the one that refreshes", "ms", with_refresh)]

        server.manner, refreshing.now = "never", refreshing.now + 901
        hanging = refreshing.milliseconds(_KEY, 10_000)
        answer.figures.append(figure("the one that waits for a server that hangs", "ms", [hanging]))
        answer.targets.append(Target("deadline of an attempt", hanging / 1000, attempt.DEADLINE_SECONDS + 0.5, "s"))
        server.manner = "well"
        server.released.set()

        flood = _Refreshing(server)
        before = len(server.asked)
        for _ in range(10_000):  # within ten seconds
            flood.milliseconds(_STRANGER, 0)
            flood.now += 0.001
        answer.targets.append(Target("fetches for 10,000 unknown kids in 10 s", len(server.asked) - before, 1, ""))
        before = len(server.asked)
        for _ in range(3600):  # one each second
            flood.milliseconds(_STRANGER, 0)
            flood.now += 1
        per_minute = (len(server.asked) - before) / 60
        answer.targets.append(Target("fetches per minute under a flood of an hour", per_minute, 0.22, ""))
        answer.notes.append(
            f"While the server hangs, each attempt costs {hanging / 1000:.1f} s. The pauses between them grow to "
            f"{MAX_RETRY_SECONDS} s, whatever the tokens: {hanging / 10 / MAX_RETRY_SECONDS:.2f} % of an environment's time."
        )
    return answer


@contextmanager
def _serving(folder: Path) -> Iterator[KeySetServer]:
    """The issuer, to which its host name leads."""
    certificate = make_certificate(folder, *HOSTS)
    environment = mock.patch.dict("os.environ", {"SSL_CERT_FILE": str(certificate)})
    with environment, serving(certificate) as server, undisturbed():
        fetch.tls.cache_clear()
        server.replies[HOSTS[0]] = key_set(_THEIRS.jwk)
        with mock.patch.object(bounded_http, "getaddrinfo", server.look_up):
            yield server
    fetch.tls.cache_clear()
