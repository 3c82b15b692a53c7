"""The instances of a Cloud Map service, as API Gateway finds them with DiscoverInstances.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
"""

import random
import urllib.parse

from ministack.core.responses import request_scope

from .exchange import Exchange


def healthy_instances(exchange: Exchange, uri: str) -> list[str] | None:
    """``address:port`` of those that the query string of ``uri`` selects by their attributes, in random order; ``None``
    if there is no such service."""
    if ":servicediscovery:" not in uri:
        return None
    from ministack.services import servicediscovery

    arn, _, query = uri.partition("?")
    wanted = dict(urllib.parse.parse_qsl(query))
    with request_scope(exchange.api.account, exchange.api.region):
        service = next((each for each in servicediscovery._services.values() if each["Arn"] == arn), None)
        if service is None:
            return None
        instances = servicediscovery._instances.get(service["Id"], {}).values()
        health = servicediscovery._instance_health_status.get(service["Id"], {})
        found = [each["Attributes"] for each in instances if health.get(each["Id"], "HEALTHY") == "HEALTHY"]
    addresses = [
        f"{attributes['AWS_INSTANCE_IPV4']}:{attributes['AWS_INSTANCE_PORT']}"
        for attributes in found
        if {"AWS_INSTANCE_IPV4", "AWS_INSTANCE_PORT"} <= attributes.keys() and wanted.items() <= attributes.items()
    ]
    return random.sample(addresses, len(addresses))
