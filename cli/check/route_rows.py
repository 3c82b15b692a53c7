"""Each route: who may call it, as deployed, and what it answers without a token."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from .deployed import Deployed
from .promises import RoutePromise
from .requests import UNAUTHENTICATED, expectation, finding
from .routes import DEFAULT, WELL_KNOWN, request_of
from .row import Finding, NotApplicable, Row, judged
from .sender import Sender, status_text

_NOT_THE_BACKEND = (HTTPStatus.NO_CONTENT, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
"""By the function that answers ``OPTIONS`` requests, by the authorizer of a catch-all route, by no route."""


def route_rows(
    deployed: Deployed, promised: Mapping[str, RoutePromise] | None, open_routes: frozenset[str], sender: Sender
) -> Iterator[Row]:
    """A row for each route that is promised or deployed, except those for ``OPTIONS``, which have one row together."""
    promised = promised or {}
    public = {*open_routes, *WELL_KNOWN, *(key for key, route in promised.items() if route.public)}
    keys = sorted({*promised, *deployed.routes}, key=lambda key: key.partition(" ")[::-1])
    for key in keys:
        if key.startswith("OPTIONS ") and key not in promised:
            continue
        yield judged(
            f"route {key}",
            "open, as declared" if key in public else expectation(UNAUTHENTICATED),
            lambda key=key: _find(key, key in public, key in promised, deployed, sender),  # type: ignore[misc]
        )
    yield judged("plain OPTIONS requests", "not answered by a backend", lambda: _options(deployed, public, sender))


def _find(key: str, public: bool, promised: bool, deployed: Deployed, sender: Sender) -> Finding:
    if key not in deployed.routes:
        return Finding(False, "there is no such route")
    kind = deployed.routes[key].get("AuthorizationType") or "NONE"
    if public:
        return Finding(kind == "NONE", "open" if kind == "NONE" else f"requires authorization: {kind}")
    if kind == "NONE":
        # Not called: the request would reach the backend, and might be a write.
        return Finding(False, "open to anybody: no authorizer")
    if not deployed.is_protected(key):
        if not promised:
            raise NotApplicable(f"other authorization: {kind}")
        return Finding(False, f"other authorization: {kind}")
    return finding([sender.send(*request_of(key)).status], UNAUTHENTICATED)


def _options(deployed: Deployed, public: set[str], sender: Sender) -> Finding:
    """Plain: without the headers of a CORS preflight, which API Gateway would answer itself."""
    protected = [key for key in deployed.routes if deployed.is_protected(key)]
    backends = {deployed.backend_of(key) for key in protected}
    for key, route in deployed.routes.items():
        is_open = key.startswith("OPTIONS ") and key not in public and route.get("AuthorizationType", "NONE") == "NONE"
        if is_open and deployed.backend_of(key) in backends:
            return Finding(False, f"{key} is open, and leads to a protected backend")
    for key in (key for key in deployed.routes if key in public and (key == DEFAULT or key.startswith("ANY "))):
        return Finding(True, f"{key} is open, as declared, for OPTIONS too")
    if not protected:
        raise NotApplicable("no route is protected")
    path = request_of(min(protected))[1]
    status = sender.send("OPTIONS", path).status
    return Finding(status in _NOT_THE_BACKEND, status_text(status))
