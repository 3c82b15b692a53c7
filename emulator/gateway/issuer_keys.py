"""The keys of an issuer, from its OpenID configuration and its key set, for JWT authorizers.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

import json
import time
from typing import Any

from . import http_client

TIMEOUT_SECONDS = 1.5
"""This and the next one: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

MAX_BYTES = 150_000

CACHED_SECONDS = 7200
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"""

_kept: dict[str, tuple[float, list[dict[str, Any]]]] = {}


class IssuerError(Exception):
    """The issuer does not tell its keys. The message says why."""


async def find(issuer: str) -> list[dict[str, Any]]:
    """The JSON Web Keys of ``issuer``, at most two hours old. Raises ``IssuerError``, which is not kept."""
    kept = _kept.get(issuer)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    keys = (await _read(await key_set_url(issuer))).get("keys")
    if not isinstance(keys, list):
        raise IssuerError(f"The key set of {issuer} has no list of keys.")
    _kept[issuer] = time.monotonic() + CACHED_SECONDS, [key for key in keys if isinstance(key, dict)]
    return _kept[issuer][1]


def forget(issuer: str) -> None:
    """The keys are read again: an authorizer has been created or updated."""
    _kept.pop(issuer, None)


async def key_set_url(issuer: str) -> str:
    """The ``jwks_uri`` of the OpenID configuration. Raises ``IssuerError``."""
    url = issuer.removesuffix("/") + "/.well-known/openid-configuration"
    configuration = await _read(url)
    found = configuration.get("jwks_uri")
    if configuration.get("issuer") != issuer or not isinstance(found, str):
        raise IssuerError(
            f"{url} is not the OpenID configuration of {issuer}: issuer must be that, and jwks_uri a URL."
        )
    return found


async def _read(url: str) -> dict[str, Any]:
    try:
        response = await http_client.send("GET", url, [("accept", "application/json")], b"", TIMEOUT_SECONDS)
        content = json.loads(response.body)
    except (OSError, ValueError, http_client.InvalidUrlError) as error:
        raise IssuerError(f"{url} cannot be read: {error or type(error).__name__}") from None
    if response.status != 200 or len(response.body) > MAX_BYTES or not isinstance(content, dict):
        raise IssuerError(
            f"{url} answers {response.status} with {len(response.body)} bytes, and has to answer 200 with a JSON object of "
            f"at most {MAX_BYTES} bytes."
        )
    return content
