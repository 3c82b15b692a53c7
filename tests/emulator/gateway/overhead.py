"""What a request costs in the gateway: `python -m tests.emulator.gateway.overhead`.

One client on one connection; per request in milliseconds, the median of 500.
"""

import http.client
import statistics
import time
import urllib.parse
from contextlib import ExitStack

from emulator.server import MiniStack

from ..principals import new_role
from .conftest import ALLOW, Apis, Builder

REQUESTS = 500
SILENT = "def handler(event, context): return {'statusCode': 204}"


def main() -> None:
    """Prints a line for each kind of request."""
    with MiniStack() as ministack, ExitStack() as cleanup:
        role = new_role(ministack.region().iam, "overhead", "lambda.amazonaws.com", "logs:*")
        api = Apis(ministack.region(), cleanup, role)(CorsConfiguration={"AllowOrigins": ["*"]})
        api.stage()
        cached = api.authorizer(ALLOW, AuthorizerResultTtlInSeconds=300)
        api.lambda_route("GET /lambda", SILENT)
        api.lambda_route("GET /cached", SILENT, cached)
        api.lambda_route("GET /authorized", SILENT, api.authorizer(ALLOW))
        preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
        print(f"no such route          {_median(api, 'GET', '/none', {}):6.2f}")
        print(f"preflight              {_median(api, 'OPTIONS', '/lambda', preflight):6.2f}")
        print(f"function               {_median(api, 'GET', '/lambda', {}):6.2f}")
        print(f"cached + function      {_median(api, 'GET', '/cached', {'Authorization': 'x'}):6.2f}")
        print(f"authorizer + function  {_median(api, 'GET', '/authorized', {'Authorization': 'x'}):6.2f}")


def _median(api: Builder, method: str, path: str, headers: dict[str, str]) -> float:
    url = urllib.parse.urlsplit(api.url)
    connection = http.client.HTTPConnection(url.netloc)
    taken = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        connection.request(method, url.path + path, headers=headers)
        connection.getresponse().read()
        taken.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
