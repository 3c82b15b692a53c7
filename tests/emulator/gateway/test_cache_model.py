"""``bench/cache_model.py`` says which requests the gateway's cache answers; here the gateway is asked the same ones."""

import random

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
