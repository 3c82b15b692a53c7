"""The token service as its clients see it, and what they must get from it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from authorizer.verifier import Verifier

Answer = Mapping[str, Any]
"""The members of the token response (RFC 6749 section 5.1), as a client library hands them to its user."""

SCOPE = "orders:read"
AUDIENCES = ("https://api.example.com/orders", "https://api.example.com/invoices", "https://api.example.com/parcels")
RESOURCES = AUDIENCES[:2]
"""What a client asks for that does not want all of its audiences."""

TWO_RESOURCES = "two resources"
METHODS = (
    "Basic",
    "Basic, any secret",
    "body",
    "Basic and client_id",
    "private_key_jwt",
    "private_key_jwt, older",
    "AWS role",
    TWO_RESOURCES,
)
"""How a client authenticates. "Any secret" has characters that Basic has to encode, and that some libraries do not; "older"
assertions are addressed to the token endpoint."""


@dataclasses.dataclass(frozen=True)
class SecretClient:
    """A client that has a secret."""

    id: str
    secret: str


@dataclasses.dataclass(frozen=True)
class KeyClient:
    """A client that signs assertions (private_key_jwt)."""

    id: str
    pem: str
    kid: str


@dataclasses.dataclass(frozen=True)
class RoleClient:
    """A client that is an AWS role."""

    id: str
    assertions: list[str]
    """Tokens of ``sts:GetWebIdentityToken``, one for each use."""


@dataclasses.dataclass(frozen=True)
class Service:
    """A deployed token service and the credentials of its clients."""

    issuer: str
    token_endpoint: str
    jwks: Mapping[str, Any]
    billing: SecretClient
    legacy: SecretClient
    batch: KeyClient
    older: KeyClient
    job: RoleClient
    role: Mapping[str, str]
    """The environment variables of a program that runs as the role of ``job``."""

    def for_other_languages(self) -> dict[str, Any]:
        """What the programs in ``node/`` and ``go/`` read."""
        clients = (self.billing, self.legacy, self.batch, self.job)
        return {
            "issuer": self.issuer,
            "token_endpoint": self.token_endpoint,
            "scope": SCOPE,
            "resources": RESOURCES,
            "clients": {client.id: dataclasses.asdict(client) for client in clients},
        }

    def client_of(self, method: str) -> str:
        """The id of the client that uses ``method``."""
        others = {
            "Basic, any secret": self.legacy.id,
            "private_key_jwt": self.batch.id,
            "private_key_jwt, older": self.older.id,
            "AWS role": self.job.id,
        }
        return others.get(method, self.billing.id)

    def check(self, method: str, answer: Answer) -> None:
        """Raises ``AssertionError`` or ``Denied`` unless ``answer`` is right, and its token one that the authorizer allows."""
        assert str(answer["token_type"]).lower() == "bearer"
        assert answer["expires_in"] == 900
        scope = answer["scope"]  # which some libraries split
        assert (scope if isinstance(scope, str) else " ".join(scope)) == SCOPE
        audiences = RESOURCES if method == TWO_RESOURCES else AUDIENCES
        policy = {"version": 1, "issuers": [self.issuer], "audiences": [audiences[0]], "token_types": ["at+jwt"]}
        claims = Verifier({**policy, "keys": self.jwks["keys"]}).verify(answer["access_token"])
        assert claims["aud"] == list(audiences)
        assert claims["sub"] == claims["client_id"] == self.client_of(method)
        assert claims["scope"] == SCOPE
