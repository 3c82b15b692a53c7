"""What does validating a configuration at deployment cost? All validations of one API, from its arguments to its package."""

import json
import time

from components.faults import Faults
from components.lambda_authorizer.authorizer_config import ROUTES_INPUT, check_tokens
from components.lambda_authorizer.config_document import config_document
from components.lambda_authorizer.inputs import RouteScopesArgs, TrustedTokens
from testkit.signers import signer

_LAYERS = 3
"""``AuthorizedHttpApi``, ``JwtAuthorizer`` and ``AuthorizerFunction`` each check their arguments."""


def milliseconds_per_api(repetitions: int) -> list[float]:
    """The CPU time of this process for all validations of an API together."""
    own, other = (_jwks("own", "ES512", 2), _jwks("other", "RS256", 4))
    routes: dict[str, RouteScopesArgs] = {f"GET /orders/{route}": {"scopes": ["orders:read"]} for route in range(10)}
    samples = []
    for number in range(repetitions):
        tokens: TrustedTokens = {
            "issuer": "https://auth.example.com",
            "audience": [f"orders-{number}"],  # each is another API
            "keys": {"jwks": [own]},
            "trusted_issuers": [
                {
                    "issuer": "https://other.example.com",
                    "audience": ["orders"],
                    "jwks": other,
                    "scopes": ["orders:read"],
                }
            ],
        }
        faults = Faults("the API")
        started = time.process_time()
        for _ in range(_LAYERS):
            check_tokens(tokens, routes, faults)
        config_document(tokens, routes, faults, ROUTES_INPUT)
        samples.append((time.process_time() - started) * 1000)
        faults.raise_if_any()
    return samples


def _jwks(name: str, alg: str, count: int) -> str:
    return json.dumps({"keys": [signer(alg, f"{name}-{key}").jwk for key in range(count)]})
