"""What does the look into a denylist cost a warm request, and reading it the one that refreshes it?"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from authorizer.decision_log import DecisionLog
from authorizer.request_authorizer import RequestAuthorizer
from authorizer.runtime_keys import bounded_http, fetch
from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.key_set_server import KeySetServer, Reply, make_certificate, serving
from testkit.signers import signer
from testkit.tokens import ISSUER

from .answer import Answer, Scale, Target, figure
from .tokens import bearer, config, dumps, token
from .turns import handling, ratio, take_turns, undisturbed
from .warm import authorizer

_KEY = signer("ES512")
_BUCKET, _REGION = "denylist", "eu-west-1"
_HOST = f"{_BUCKET}.s3.{_REGION}.amazonaws.com"
_ENTRIES = 1000
_WITHOUT, _WITH = "ES512, without a denylist", f"ES512, with one of {_ENTRIES} entries"


def measure(folder: Path, scale: Scale) -> Answer:
    """New tokens, each seen by both sides; and refreshes, with a clock that is set and a real TLS server."""
    answer = Answer("A denylist: one request, from the event to the response (µs)", "denylist")
    turns = scale.of(1500, 200)
    events = [dumps(bearer(token(_KEY, number))) for number in range(turns)]
    began = now = time.time()
    with _serving(folder) as server:
        source = RuntimeKeys({**config(_KEY), "denylist": {"bucket": _BUCKET}}, None, lambda: now)
        without, with_it = authorizer(_KEY), RequestAuthorizer(source, DecisionLog("bench", "INFO"))
        sides = {
            _WITHOUT: handling(lambda event: without.decide(event, now), events),
            _WITH: handling(lambda event: with_it.decide(event, now), events),
        }
        samples = take_turns(sides, turns)
        refreshes = []
        for number in range(scale.of(50, 10)):
            now = began + 61 * (number + 1)
            event = json.loads(events[number])
            started = time.perf_counter()
            with_it.decide(event, now)
            refreshes.append((time.perf_counter() - started) * 1e6)
        assert len(server.asked) == 1 + len(refreshes)  # noqa: S101
    answer.figures = [figure(name, "µs", found) for name, found in samples.items()]
    answer.figures.append(figure("the request that reads it", "µs", refreshes))
    answer.targets = [Target("ES512 with a denylist, against none", ratio(samples[_WITH], samples[_WITHOUT]), 1.02)]
    return answer


@contextmanager
def _serving(folder: Path) -> Iterator[KeySetServer]:
    """S3, to which the bucket's host name leads."""
    later = int(time.time()) + 3600
    quarter = _ENTRIES // 4
    of_issuer = {
        "not_before": {name: {f"{name}-{number}": later for number in range(quarter)} for name in ("sub", "client_id")},
        "jti": {f"jti-{number}": later for number in range(quarter)},
    }
    document = {"version": 1, "issuers": {ISSUER: of_issuer}, "kid": [f"kid-{number}" for number in range(quarter)]}
    certificate = make_certificate(folder, _HOST)
    keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_REGION": _REGION}
    environment = mock.patch.dict("os.environ", {"SSL_CERT_FILE": str(certificate), **keys})
    with environment, serving(certificate) as server, undisturbed():
        fetch.tls.cache_clear()
        server.replies[_HOST] = Reply(json.dumps(document).encode(), 200, {"ETag": '"1"'})
        with mock.patch.object(bounded_http, "getaddrinfo", server.look_up):
            yield server
    fetch.tls.cache_clear()
