"""A backend that verifies tokens again: defence in depth behind the API, and the only defence for requests that bypass it.

Run it with `uvicorn app:app`; JWKS_URI, ISSUER and AUDIENCE are those of the API.
"""

import os
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from kms_jwt.authorizer import Denied, Reason
from published_keys import PublishedKeys

KEYS = PublishedKeys(
    os.environ["JWKS_URI"],
    {
        "issuers": [os.environ["ISSUER"]],
        "audiences": [os.environ["AUDIENCE"]],
        "required_claims": ["sub"],
        "max_token_age_seconds": 3600,
        # As at the gateway: the closed list of routes, and the scopes that they require.
        "routes": {"GET /orders/{order_id}": {"scopes": ["orders:read"]}},
    },
)


def verified(request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
    """The claims of the request's token. Raises ``HTTPException`` as specified in RFC 6750 section 3, without the reason."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    route_key = f"{request.method} {request.scope['route'].path}"
    try:
        return dict(KEYS.verifier().verify(token, route_key=route_key))
    except Denied as denied:
        print(f"denied: {denied.reason} at {route_key}")
        if denied.reason is Reason.INSUFFICIENT_SCOPE:
            raise HTTPException(403, headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'}) from None
        raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None


app = FastAPI()


@app.get("/orders/{order_id}")
def order(order_id: str, claims: Annotated[dict[str, Any], Depends(verified)]) -> dict[str, str]:
    """An order of the caller."""
    return {"order": order_id, "owner": claims["sub"]}
