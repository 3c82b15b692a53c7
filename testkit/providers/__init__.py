"""Identity providers as their documentation describes them: a JWKS and tokens of each, with keys and people that do not exist.

The inputs with which an API trusts each of them are those of ``docs/issuers.md``, which also says where the shapes come from.
"""

from .auth0 import auth0
from .aws_sts import aws_sts, partner_account
from .cognito import cognito, cognito_resource
from .entra import entra
from .github import github_actions
from .google import google
from .keycloak import keycloak
from .okta import okta
from .provider import ADMIN, DIRECT, Provider

__all__ = ["ADMIN", "DIRECT", "Provider", "providers"]

_FACTORIES = (
    *(auth0, okta, entra, cognito, cognito_resource, keycloak),
    *(google, github_actions, aws_sts, partner_account),
)


def providers(now: int) -> dict[str, Provider]:
    """All of them, by name, with tokens issued at ``now`` (seconds since the epoch)."""
    made = [make(now) for make in _FACTORIES]
    return {provider.name: provider for provider in made}
