"""A token for an API of the stack, signed by the key that its authorizer trusts, and a request with it."""

import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..packages.issuer import IssuerError, KmsSigner
from .apis import Api, Route

if TYPE_CHECKING:
    from ..packages.emulator import Deployed, Deployment

_LIFETIME_SECONDS = 900
_ALIAS = "aws:kms/alias:Alias"


@dataclass(frozen=True)
class Trial:
    """A token and a ``curl``; or ``why_not``."""

    api: str
    key: str = ""
    """The alias of the key, or the key's id if it has none."""
    alg: str = ""
    kid: str = ""
    token: str = ""
    url: str = ""
    method: str = "GET"
    why_not: str = ""

    @property
    def curl(self) -> str:
        """A command line that works in every shell."""
        method = "" if self.method == "GET" else f"-X {self.method} "
        return f'curl -i {method}-H "Authorization: Bearer {self.token}" "{self.url}"'

    def fields(self) -> Mapping[str, Any]:
        """For programs."""
        return {"api": self.api, "token": self.token, "curl": self.curl}


def trial(api: Api, deployment: "Deployment") -> Trial | None:
    """With all the scopes that routes ask for. ``None`` if no route asks for a token that this package's authorizer checks."""
    route = _route_to_try(api.routes)
    config = api.config
    if route is None or config is None:
        return None
    if config.get("bound_tokens") == "required":
        return Trial(api.name, why_not="its tokens are bound to client certificates: see docs/client-certificates.md")
    found = _signing_key(config, deployment.resources.values())
    if found is None:
        return Trial(api.name, why_not="the keys that it trusts are not in this stack: sign a token where they are")
    name, kid, alg = found
    types = config.get("token_types") or ["JWT"]
    headers = {} if "JWT" in types else {"typ": types[0]}
    try:
        token = KmsSigner(name, deployment.aws.kms, alg=alg).sign(_claims(api, config), headers)
    except IssuerError as fault:
        return Trial(api.name, why_not=str(fault))
    method, url = _request(api, route)
    return Trial(api.name, name, alg, kid, token, url, method)


def _route_to_try(routes: Iterable[Route]) -> Route | None:
    protected = [route for route in routes if not route.is_public]
    return min(
        protected, key=lambda route: (not route.key.startswith(("GET ", "ANY ")), "{" in route.key), default=None
    )


def _request(api: Api, route: Route) -> tuple[str, str]:
    method, _, path = route.key.partition(" ")
    segments = ("1" if segment.startswith("{") else segment for segment in path.split("/"))
    return "GET" if method in ("ANY", "$default") else method, api.endpoint + ("/".join(segments) or "/")


def _claims(api: Api, config: Any) -> dict[str, Any]:
    now = int(time.time())
    limits = (config.get("max_token_age_seconds"), config.get("max_token_lifetime_seconds"))
    lifetime = min(_LIFETIME_SECONDS, *(limit for limit in limits if limit is not None), _LIFETIME_SECONDS)
    needed = dict.fromkeys(config.get("required_claims") or (), "dev")
    expected = {name: values[0] for name, values in (config.get("expected_claims") or {}).items()}
    scopes = sorted({scope for route in api.routes for scope in route.scopes})
    own = {
        "iss": config["issuers"][0],
        "aud": config["audiences"][0],
        "sub": "alice",
        "iat": now,
        "exp": now + lifetime,
        "jti": str(uuid.uuid4()),
    }
    return {**needed, **own, **({"scope": " ".join(scopes)} if scopes else {}), **expected}


def _signing_key(config: Any, resources: Iterable["Deployed"]) -> tuple[str, str, str] | None:
    """Name, ``kid`` and algorithm of a trusted key of this stack: the one that an alias names, since that is the active one."""
    pinned = [(key["kid"], key["alg"]) for key in config.get("keys") or ()]
    read = [(key["key_id"].rpartition("/")[2], key["alg"]) for key in (config.get("kms") or {}).get("keys") or ()]
    trusted = dict([*pinned, *read])
    listed = list(resources)
    for item in listed:
        kid = str(item.inputs.get("targetKeyId")).rpartition("/")[2]
        if item.type == _ALIAS and kid in trusted:
            return str(item.inputs["name"]), kid, trusted[kid]
    return next(((item.id, item.id, trusted[item.id]) for item in listed if item.id in trusted), None)
