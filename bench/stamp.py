"""``python -m bench.stamp COUNT [--no-gc]``: run a program that stamps out COUNT APIs, and print what it took, as JSON."""

import gc
import json
import resource
import sys
import time


def main() -> None:
    """The Pulumi runtime is real; the engine is a mock that answers at once."""
    started = time.perf_counter()
    from components import AuthorizedHttpApi, SigningKeys
    from components.testing import declare

    count, imported = int(sys.argv[1]), time.perf_counter()
    if "--no-gc" in sys.argv:
        gc.disable()

    def program() -> None:
        keys = SigningKeys("signing", {})
        for number in range(count):
            AuthorizedHttpApi(
                f"api-{number}",
                {
                    "issuer": "https://auth.example.com",
                    "audience": ["orders"],
                    "keys": {"jwks": [keys.jwks]},
                    "routes": {
                        f"{method} /orders": {
                            "scopes": [f"orders:{scope}"],
                            "integration": {"lambda_arn": "arn:aws:lambda:eu-west-1:123456789012:function:backend"},
                        }
                        for method, scope in (("GET", "read"), ("POST", "write"))
                    },
                },
            )

    resources = len(declare(program).resources)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"seconds": ended - started, "declaring": ended - imported, "megabytes": peak, "resources": resources}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
