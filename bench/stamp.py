"""``python -m bench.stamp COUNT [--no-gc]``: run a program that stamps out COUNT APIs, and print what it took, as JSON."""

import gc
import json
import sys
import time

_STARTED = time.perf_counter()

from components import AuthorizedHttpApi, SigningKeys  # noqa: E402 - the imports count, too
from components.testing import Recording, declare  # noqa: E402

from .process import peak_memory  # noqa: E402

_BACKEND = "arn:aws:lambda:eu-west-1:123456789012:function:backend"


def stamp(count: int) -> Recording:
    """What ``count`` APIs with two routes declare. Pulumi's runtime is real; the engine is a mock that answers at once."""

    def program() -> None:
        keys = SigningKeys("signing", {})
        for number in range(count):
            AuthorizedHttpApi(
                f"api-{number}",
                {
                    "issuer": "https://auth.example.com",
                    "audience": ["orders"],
                    "keys": {"jwks": [keys.jwks]},
                    "integration": {"lambda_arn": _BACKEND},
                    "routes": {"GET /orders": ["orders:read"], "POST /orders": ["orders:write"]},
                },
            )

    return declare(program)


def main() -> None:
    """Run and print."""
    if "--no-gc" in sys.argv:
        gc.disable()
    imported = time.perf_counter()
    resources = len(stamp(int(sys.argv[1])).resources)
    ended = time.perf_counter()
    result = {
        "seconds": ended - _STARTED,
        "declaring": ended - imported,
        "megabytes": peak_memory(),
        "resources": resources,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
