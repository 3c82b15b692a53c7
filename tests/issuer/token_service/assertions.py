"""Client assertions, and clients that are configured to make them."""

from typing import Any
from uuid import uuid4

from testkit.signers import Signer, signer
from testkit.tokens import ABSENT, NOW, header, token

from .service import GRANT, ISSUER, client, document, event

TOKEN_ENDPOINT = f"{ISSUER}/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

EC, RSA, OTHER, NEXT = (
    signer("ES256", "assertion"),
    signer("PS256", "assertion"),
    signer("ES256", "other"),
    signer("ES256", "next"),
)


def with_keys(*keys: Signer, **settings: object) -> dict[str, Any]:
    """A client with these keys."""
    return client(secret_hashes=None, assertion={"keys": [key.jwk for key in keys], **settings})


CLIENTS: dict[str, dict[str, Any]] = {
    "batch": with_keys(EC, RSA),
    "other": with_keys(OTHER),
    "rotating": with_keys(EC, NEXT),
    "legacy": with_keys(EC, token_endpoint_audience=True),
    "secretive": client(),
}
"""``batch`` has a key for each of two algorithms, ``rotating`` two for one; ``legacy`` may address the token endpoint."""

DOCUMENT = document(clients=CLIENTS)


def claims(client_id: str = "batch", **changes: Any) -> dict[str, object]:
    """The claims of a good assertion, used once, with ``changes``."""
    good = {"iss": client_id, "sub": client_id, "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": str(uuid4())}
    return {name: value for name, value in {**good, **changes}.items() if value is not ABSENT}


def assertion(key: Signer = EC, /, client_id: str = "batch", **changes: Any) -> str:
    """An assertion of ``client_id``, signed with ``key``; good but for the ``changes`` of its claims."""
    return token(key, claims(client_id, **changes), header(key))


def headed(key: Signer = EC, /, **changes: Any) -> str:
    """A good assertion of ``batch`` but for the ``changes`` of its header."""
    return token(key, claims(), header(key, **changes))


def form(text: str, **changes: Any) -> dict[str, str]:
    """The parameters of a request with the assertion ``text``, with ``changes``."""
    good = {**GRANT, "client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    return {name: str(value) for name, value in {**good, **changes}.items() if value is not ABSENT}


def asserted(text: str, **changes: Any) -> Any:
    """The request."""
    return event(form(text, **changes), headers={})
