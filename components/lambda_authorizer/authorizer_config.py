"""Writing ``config.json``, the contract with the authorizer: which tokens are trusted, and what routes require of them.

The rules are not repeated here: the authorizer's own code validates the finished document, the values that are known before
anything is created, and all of it as soon as the last Output is known.
"""

from collections.abc import Awaitable

import pulumi

from ..faults import Faults
from .config_document import config_document
from .config_stand_ins import with_stand_ins
from .inputs import RouteScopesArgs, TrustedTokens
from .published_keys import with_published_keys

ROUTES_INPUT = "route_scopes"
"""The name of the input with the closed list of routes."""


def config_json(
    subject: str, tokens: TrustedTokens, routes: dict[str, RouteScopesArgs] | None, resource: pulumi.Resource
) -> pulumi.Output[str]:
    """The content of ``config.json``, once everything in it is known. ``routes`` is the closed list of routes; ``None`` means
    any route.

    The Output fails with ``InvalidArgs`` if the authorizer would reject the document at init. Ignored keys of another issuer
    are logged as warnings about ``resource``.
    """

    resolved = pulumi.Output.from_input(tokens)

    async def failed(faults: Faults) -> str:
        raise faults.late_error(secret=await resolved.is_secret())

    def finished(known: TrustedTokens) -> str | Awaitable[str]:
        faults = Faults(subject)
        known = with_published_keys(known, faults)
        if faults.found:
            return failed(faults)
        document = config_document(known, routes, faults, ROUTES_INPUT)
        if faults.found:
            return failed(faults)
        for warning in document.warnings:
            pulumi.log.warn(f"{subject}: {warning}", resource)
        return document.text

    return resolved.apply(finished)


def check_tokens(
    tokens: TrustedTokens,
    routes: dict[str, RouteScopesArgs] | None,
    faults: Faults,
    routes_input: str = ROUTES_INPUT,
) -> None:
    """Record in ``faults`` what the authorizer would reject at init, for the values that are known already."""
    config_document(with_stand_ins(with_published_keys(tokens, faults), faults), routes, faults, routes_input)
