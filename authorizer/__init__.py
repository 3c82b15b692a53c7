"""The Lambda request authorizer: what runs in front of an API, at request time.

The pipeline, cheapest step first and nothing trusted before the signature holds:

1. ``event``      the bearer token out of the API Gateway event (payload format 2.0)
2. ``jws``        size, three parts, canonical base64url, strict JSON header
3. ``keys``       the pinned key that ``kid`` names, whose own ``alg`` the token must state
4. ``algorithms`` the signature
5. ``claims``     issuer, audience, times, required and expected values
6. ``scopes``     what the route asks for
7. ``context``    the claims that the backend is given

``Verifier`` is steps 2 to 6 and serves backends too; ``handler.handler`` is the whole, for Lambda.
Only the standard library and ``cryptography`` are imported, and of both as little as the configured keys need.
"""

# The handler imports these modules anyway: a cold start has the same modules with and without these lines.
from .config_fields import ConfigError
from .denial import Denied, Reason
from .verifier import Verifier

__all__ = ["ConfigError", "Denied", "Reason", "Verifier"]
