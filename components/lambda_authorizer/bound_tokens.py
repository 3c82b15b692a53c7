"""Tokens that are bound to a client certificate: where they are asked for, and what that requires of the API.

API Gateway's cache key is the identity sources only. With the certificate among them, an answer is used for its own
certificate alone; without it, whoever has stolen a token would be let in by the answer that its owner got.
"""

from collections.abc import Iterator

from ..faults import Faults
from .inputs import TrustedTokens

CLIENT_CERTIFICATE = "$context.identity.clientCert.clientCertPem"
"""The caller's certificate.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""


def binds_tokens(tokens: TrustedTokens) -> bool:
    """Whether the tokens of any issuer may be bound."""
    return any(True for _ in _inputs(tokens))


def check_certificates(tokens: TrustedTokens, missing: str | None, faults: Faults) -> None:
    """Record in ``faults`` each input that binds tokens, if there is a way to the API that requires no client certificate:
    ``missing`` is what to write in ``domain`` then."""
    for path in _inputs(tokens) if missing else ():
        faults.below(*path).add(
            f"requires a client certificate of every caller: write {missing} in domain, or remove it"
        )


def _inputs(tokens: TrustedTokens) -> Iterator[tuple[str | int, ...]]:
    if "bound_tokens" in tokens.get("policy", {}):
        yield "policy", "bound_tokens"
    for number, trusted_issuer in enumerate(tokens.get("trusted_issuers", [])):
        if "bound_tokens" in trusted_issuer:
            yield "trusted_issuers", number, "bound_tokens"
