"""The journal of requests, for who watches the APIs."""

import threading
from typing import Any

from emulator.server import MiniStack
from emulator.web import fetch

from .conftest import Backend, Builder


def _entries(ministack: MiniStack, after: int) -> list[dict[str, Any]]:
    return list(fetch(f"{ministack.endpoint}/_gateway/requests/{after}", timeout=60).json())


def test_a_request_is_told_with_its_verdict(ministack: MiniStack, api: Builder, backend: Backend) -> None:
    deny = "def handler(event, context): return {'isAuthorized': False, 'context': {'reason': 'expired'}}"
    api.http_route("GET /denied", backend.url, api.authorizer(deny))
    api.http_route("GET /cached", backend.url, api.authorizer(AuthorizerResultTtlInSeconds=60))
    api.http_route("GET /public", backend.url)
    for path in ("/denied", "/cached", "/cached", "/public", "/nowhere"):
        api.send(path, Authorization="x")
    api.send("/denied")

    entries = [entry for entry in _entries(ministack, 0) if entry["api"] == api.id]
    names = ("path", "route", "status", "protected", "cached", "reason", "sub", "error")
    assert [tuple(entry[name] for name in names) for entry in entries] == [
        ("/denied", "GET /denied", 403, True, False, "expired", None, "ACCESS_DENIED"),
        ("/cached", "GET /cached", 200, True, False, None, "alice", None),
        ("/cached", "GET /cached", 200, True, True, None, "alice", None),
        ("/public", "GET /public", 200, False, False, None, None, None),
        ("/nowhere", None, 404, False, False, None, None, "RESOURCE_NOT_FOUND"),
        ("/denied", "GET /denied", 401, True, False, None, None, "UNAUTHORIZED"),
    ]
    assert all(entry["milliseconds"] >= 0 and entry["method"] == "GET" for entry in entries)


def test_who_asks_for_the_next_request_waits_for_it(ministack: MiniStack, api: Builder, backend: Backend) -> None:
    api.http_route("GET /a", backend.url)
    api.send("/a")
    last = _entries(ministack, 0)[-1]["number"]
    found: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: found.extend(_entries(ministack, last)))
    waiting.start()
    api.send("/a")
    waiting.join()

    assert [(entry["number"], entry["path"]) for entry in found] == [(last + 1, "/a")]
