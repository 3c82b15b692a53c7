"""Each route: who may call it, as deployed, and what it answers without a token."""

from collections.abc import Iterator
from functools import partial

from .answers import Expected, finding
from .deployed import Deployed, Read
from .promises import Promises, RoutePromise
from .routes import WELL_KNOWN, request_of
from .row import Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender

_BESIDE = {"iam": "AWS_IAM", "jwt": "JWT"}
"""The authorization of a route, as promised -> its authorization type."""


def route_rows(read: Read, promises: Promises, sender: Sender, refused: bool) -> Iterator[Row]:
    """A row for each route that is promised or deployed, except those for ``OPTIONS``, which have one row together.

    ``refused``: whether a GET request without a token has been. Otherwise a request with another method might reach the backend
    and have an effect, and none is sent.
    """
    promised = promises.routes or {}
    try:
        deployed = set(read().routes)
    except NotChecked:
        deployed = set()
    for key in sorted({*promised, *deployed}, key=lambda key: key.partition(" ")[::-1]):
        if key.startswith("OPTIONS ") and key not in promised:
            continue
        expected = "open, as declared" if key in public_routes(promises) else _refusal(promised.get(key)).value
        yield judged(f"route {key}", expected, partial(_find, key, read, promises, sender, refused))


def public_routes(promises: Promises) -> set[str]:
    """Those that need no token. What the well-known ones answer has rows of its own."""
    declared = {key for key, route in (promises.routes or {}).items() if route.public}
    return {*WELL_KNOWN, *promises.open_routes, *declared}


def _find(key: str, read: Read, promises: Promises, sender: Sender, refused: bool) -> Finding:
    method, path = request_of(key)
    public, promise = key in public_routes(promises), (promises.routes or {}).get(key)
    try:
        deployed = read()
    except NotChecked:
        if public or method != "GET":
            raise
        return _called(method, path, sender, promise)
    if key in promises.skipped_routes:
        raise NotApplicable("skipped, as you have said")
    if key not in deployed.routes:
        return Finding(False, "there is no such route")
    kind = deployed.routes[key].get("AuthorizationType") or "NONE"
    if public:
        return Finding(kind == "NONE", "open" if kind == "NONE" else f"requires authorization: {kind}")
    if (fault := _fault(key, kind, deployed, promise)) is not None:
        # Not called: the request would reach the backend, and might be a write.
        return Finding(False, fault)
    if method != "GET" and not refused:
        raise NotChecked("not called: no GET request without a token has been refused")
    return _called(method, path, sender, promise)


def _fault(key: str, kind: str, deployed: Deployed, promise: RoutePromise | None) -> str | None:
    if kind == "NONE":
        return "open to anybody: no authorizer"
    beside = _BESIDE.get(promise.authorization) if promise else None
    if kind != beside if beside else not deployed.is_protected(key):
        return f"another authorization: {kind}"
    scopes = set(deployed.routes[key].get("AuthorizationScopes") or [])
    if beside == "JWT" and promise and scopes != {*promise.scopes}:
        return f"another scope: {', '.join(sorted(scopes)) or 'none'}"
    return None


def _refusal(promise: RoutePromise | None) -> Expected:
    """What a request without a token gets. IAM authorization answers 403 to what is not signed."""
    return Expected.DENIED if promise and promise.authorization == "iam" else Expected.UNAUTHENTICATED


def _called(method: str, path: str, sender: Sender, promise: RoutePromise | None) -> Finding:
    return finding([sender.send(method, path)], _refusal(promise))
