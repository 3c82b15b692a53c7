"""``bench/cache_model.py`` says which requests the gateway's cache answers; here the gateway is asked the same ones."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.cache_model import ResultCache

from .conftest import Builder
from .test_authorizer import COUNTING


def test_the_model_has_the_misses_of_the_gateway(api: Builder) -> None:
    sources = ["$request.header.Authorization", "$context.routeKey"]
    authorizer = api.authorizer(COUNTING, AuthorizerResultTtlInSeconds=3600, IdentitySource=sources)
    for path in ("/a", "/b"):
        api.lambda_route(f"GET {path}", authorizer=authorizer)
    chance = random.Random(17)  # noqa: S311 # not a secret
    cache = ResultCache(ttl=3600, latency=0)
    invocations: dict[tuple[str, str], int] = {}

    for now in range(40):
        path, token = chance.choice(("/a", "/b")), chance.choice(("no", "1", "2", "3"))
        if not cache.hit((token, path), now):
            invocations[token, path] = len(invocations) + 1
        answer = api.send(path, Authorization=token)
        if token == "no":
            assert answer.status == 403
        else:
            context = answer.json()["requestContext"]["authorizer"]["lambda"]
            assert context["calls"] == invocations[token, path]

    assert len(invocations) == 8


MEETING = """
import pathlib, time
def handler(event, context):
    folder = pathlib.Path({folder!r})
    (folder / event["requestContext"]["requestId"].replace("/", "-")).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.01)
    return {{"isAuthorized": True}}
"""


def test_as_in_the_model_requests_that_come_before_the_answer_invoke_the_authorizer_too(
    api: Builder, tmp_path: Path
) -> None:
    """Each invocation answers once there is another."""
    authorizer = api.authorizer(MEETING.format(folder=str(tmp_path)), AuthorizerResultTtlInSeconds=3600)
    api.lambda_route("GET /a", authorizer=authorizer)

    with ThreadPoolExecutor(2) as clients:
        statuses = list(clients.map(lambda _: api.send("/a", Authorization="x").status, range(2)))

    assert statuses == [200, 200]
    assert api.send("/a", Authorization="x").status == 200
    assert len(list(tmp_path.iterdir())) == 2
