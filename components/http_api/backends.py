"""The backends of an API: one for each route with an integration of its own, and one for all others.

Their names depend on no other route, so that a route can be added, removed or moved without replacing what stays. That equal
integrations of two routes are two is what this costs; an API may have as many integrations as routes, 300.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

from collections.abc import Sequence

from ..faults import Faults
from ..names import route_suffix, short_suffix
from .integrations import Backend, IntegrationArgs
from .routes import Routes, routes_without_integration


def backends(routes: Routes, default: IntegrationArgs | None, faults: Faults) -> list[Backend]:
    """The backends of ``routes``; ``default`` is the integration of the API, ``faults`` are those of its inputs."""
    found = [
        own_backend(route_key, route["integration"], faults.below("routes", route_key, "integration"))
        for route_key, route in routes.items()
        if "integration" in route
    ]
    if default is not None and (others := routes_without_integration(routes)):
        found.append(shared_backend("default", default, others, faults.below("integration")))
    return found


def own_backend(route_key: str, integration: IntegrationArgs, faults: Faults) -> Backend:
    """The backend of this route alone."""
    return Backend(route_suffix(route_key), short_suffix(route_key), integration, [route_key], faults)


def shared_backend(label: str, integration: IntegrationArgs, route_keys: Sequence[str], faults: Faults) -> Backend:
    """A backend of several routes, which may change. ``label`` differs from those of routes, which end with a hash."""
    return Backend(label, label, integration, route_keys, faults)
