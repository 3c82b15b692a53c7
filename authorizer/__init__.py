"""The Lambda request authorizer, which runs in front of an API at request time.

The checks, the cheapest first; nothing in the token is trusted before its signature is verified:

1. ``event``      the bearer token in the API Gateway event (payload format 2.0)
2. ``jws``        size, three parts, canonical base64url, strict JSON header
3. ``keys``       the trusted key that ``kid`` names; ``alg`` must be that key's own algorithm
4. ``algorithms`` the signature
5. ``claims``     issuer, audience, times, required and expected values
6. ``scopes``     the scopes that the route requires
7. ``context``    the claims that are passed to the backend

``Verifier`` implements steps 2 to 6 and can be used in backends too; ``handler.handler`` implements all of them, for Lambda.
Only the standard library and ``cryptography`` are imported, and of both only the modules that the configured keys need.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config_fields import ConfigError
    from .denial import Denied, Reason
    from .verifier import Verifier

__all__ = ["ConfigError", "Denied", "Reason", "Verifier"]


def __getattr__(name: str) -> object:
    """The names in ``__all__``, imported when they are asked for: this module runs before ``handler`` at each cold start."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import config_fields, denial, verifier

    for module in (config_fields, denial, verifier):
        globals().update({key: value for key, value in vars(module).items() if key in __all__})
    value: object = globals()[name]
    return value
