"""What the token service publishes about itself: its keys, and its metadata in the forms of OAuth 2.0 and OpenID Connect.

https://www.rfc-editor.org/rfc/rfc8414 section 2; OpenID Connect Discovery 1.0 section 3.
"""

import json
from collections.abc import Mapping

from ..http_api.well_known import JWKS, OPENID_CONFIGURATION, jwks_uri
from ..kms.jwk import Jwk, jwks_json
from ..kms.jwks import public_keys
from .clients import ASSERTION, CERTIFICATE, ROLES, SECRET, Clients, TokenClientArgs, any_has
from .config_document import token_endpoint

AUTHORIZATION_SERVER = "oauth-authorization-server"
DOCUMENTS = (JWKS, OPENID_CONFIGURATION, AUTHORIZATION_SERVER)
ROUTE_KEYS = tuple(f"GET /.well-known/{name}" for name in DOCUMENTS)

_STS_ALGORITHMS = ("ES384", "RS256")
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html"""


def documents(issuer: str, endpoint: str, jwks: str, clients: Clients) -> str:
    """The documents by name, as JSON. ``endpoint`` is the URL of the API; everything is known, and valid."""
    metadata = server_metadata(issuer, endpoint, clients)
    keys = public_keys(jwks).keys
    openid = {
        **metadata,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": sorted({str(key["alg"]) for key in keys if "alg" in key}),
    }
    return json.dumps(
        {
            JWKS: jwks_json(keys),
            OPENID_CONFIGURATION: json.dumps(openid, sort_keys=True),
            AUTHORIZATION_SERVER: json.dumps(metadata, sort_keys=True),
        },
        sort_keys=True,
    )


def server_metadata(issuer: str, endpoint: str, clients: Clients) -> Mapping[str, object]:
    """The authorization server metadata: only what at least one of ``clients`` can use."""
    methods = ["client_secret_basic", "client_secret_post"] if any_has(clients, SECRET) else []
    algorithms = {str(key["alg"]) for client in clients.values() for key in _assertion_keys(client) if "alg" in key}
    if any_has(clients, ROLES):
        algorithms.update(_STS_ALGORITHMS)
    metadata: dict[str, object] = {
        "issuer": issuer,
        "token_endpoint": token_endpoint(endpoint),
        "jwks_uri": jwks_uri(endpoint.rstrip("/")),
        "grant_types_supported": ["client_credentials"],  # the default would be those of an authorization endpoint
        # Required, and an empty list is not allowed: the response type of no token and no code, since there is no
        # authorization endpoint (OAuth 2.0 Multiple Response Type Encoding Practices section 4).
        "response_types_supported": ["none"],
    }
    if any_has(clients, ASSERTION) or any_has(clients, ROLES):
        methods.append("private_key_jwt")
        metadata["token_endpoint_auth_signing_alg_values_supported"] = sorted(algorithms)
    if any_has(clients, CERTIFICATE):
        methods.append("tls_client_auth")
    if any(client.get("certificate_bound_tokens") for client in clients.values()):
        metadata["tls_client_certificate_bound_access_tokens"] = True  # RFC 8705 section 3.3
    return {**metadata, "token_endpoint_auth_methods_supported": methods}


def _assertion_keys(client: TokenClientArgs) -> list[Jwk]:
    return public_keys(str(client["assertion"]["jwks"])).keys if ASSERTION in client else []
