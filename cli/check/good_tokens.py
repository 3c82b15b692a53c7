"""Which tokens are good for the API, as far as its authorizer's configuration says more than the promises."""

from collections.abc import Mapping
from typing import Any

from ..packages.authorizer import CONFIRMATION_METHOD, certificate_thumbprint
from ..packages.issuer import KmsSigner
from .function import AuthorizerFunction
from .promises import Promises
from .tokens import Tokens


def good_tokens(
    signer: KmsSigner,
    promises: Promises,
    claims: Mapping[str, Any],
    function: AuthorizerFunction,
    certificate: str | None = None,
) -> tuple[Tokens, str]:
    """The tokens, with ``claims`` of the user, and what may be missing of them: empty if nothing is.

    They are bound to the client ``certificate`` (PEM) with which they are sent, where the API accepts that.
    """
    config = function.known_config()
    if config is None:
        doubt = "the API may require a scope or a claim: use --route and --scope, or --claim"
        return Tokens(signer, promises.issuer, promises.audience, claims), doubt
    rules, types = config.rules.claims, config.rules.token_types
    expected = {name: values[0] for name, values in rules.expected_claims.items()}
    if rules.binding is not None and certificate is not None:
        expected["cnf"] = {CONFIRMATION_METHOD: certificate_thumbprint(certificate)}
    tokens = Tokens(
        signer,
        promises.issuer,
        promises.audience,
        {**expected, **claims},
        typ="JWT" if "jwt" in types else min(types),
        seconds=rules.max_token_lifetime_seconds,
    )
    if rules.binding is not None and rules.binding.required and "cnf" not in tokens.claims():
        return tokens, "the API requires tokens that are bound to a client certificate: use --certificate"
    missing = set(rules.required_claims) - set(tokens.claims())
    return tokens, "".join(f"the API requires the claim {name}: use --claim {name}=TEXT" for name in sorted(missing))
