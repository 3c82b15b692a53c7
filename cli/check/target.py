"""Where the API is: tokens go to the endpoint of the API whose configuration is read, and nowhere else."""

import re
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .account import Account, NotFound, read_all
from .http_client import is_local
from .promises import Promises
from .row import NotChecked

GET = "apigateway:GET"
"""The IAM action of every read operation of API Gateway."""

_DEFAULT_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_EMULATED_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.localhost")
_EMULATED_PATH = re.compile(r"(/_aws/execute-api/([a-z0-9]+))(/.*)?")
"""Where the emulator serves an API: at a name and at a path."""


class NotOurs(Exception):
    """The endpoint is not that of an API with a Lambda authorizer, in this account and region; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """An API, and the stage of it that is called."""

    url: str
    """Of the stage: route paths are appended."""
    api_id: str
    stage: str
    domain: str | None = None
    """The host name of ``url`` at a custom domain name, which may be a wildcard."""


def locate(promises: Promises, account: Account) -> Target:
    """The API at the promised endpoint. Raises ``NotOurs``, and ``NotChecked`` if it may not be found out."""
    target = _locate(promises.endpoint, account)
    if promises.api_id not in (None, target.api_id):
        raise NotOurs(
            f"{promises.endpoint}: is the endpoint of the API {target.api_id}, and api_id is {promises.api_id}: export both "
            "from one AuthorizedHttpApi"
        )
    return target


def _locate(endpoint: str, account: Account) -> Target:
    parts = _parts(endpoint)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    url = f"{parts.scheme}://{parts.netloc}"
    emulator = urllib.parse.urlsplit(account.apigatewayv2.meta.endpoint_url)
    if is_local(emulator.hostname or "") and parts.port == emulator.port:
        if (found := _EMULATED_PATH.fullmatch(path)) and host == emulator.hostname:
            return Target(url + path, found[2], _stage(found[3]))
        if found := _EMULATED_HOST.fullmatch(host):
            return Target(url + path, found[1], _stage(path))
    if parts.scheme != "https" and not is_local(host):
        raise NotOurs(f"{endpoint}: tokens are sent over TLS only: write https://")
    if found := _DEFAULT_HOST.fullmatch(host):
        if found[2] != account.region:
            raise NotOurs(f"{endpoint}: the API is in region {found[2]}, not {account.region}: use --region {found[2]}")
        return Target(url + path, found[1], _stage(path))
    mapping = _mapping(host, path.strip("/"), account)
    if mapping is None:
        raise NotOurs(
            f"{endpoint}: neither an endpoint of API Gateway nor one of its custom domains in region {account.region}: write "
            "the api_endpoint of an AuthorizedHttpApi, and use --region and --profile of its account"
        )
    return Target(url + path, str(mapping["ApiId"]), str(mapping["Stage"]), host)


def _parts(endpoint: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(endpoint)
        whole = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole or re.search(r"[^!-~]|[@?#\\]", endpoint):
        raise NotOurs(
            f"{endpoint or 'the empty endpoint'}: not the URL of an API: write the whole api_endpoint of an "
            "AuthorizedHttpApi, https:// included"
        )
    return parts


def _stage(path: str | None) -> str:
    return (path or "").strip("/") or "$default"


def _mapping(host: str, key: str, account: Account) -> Mapping[str, Any] | None:
    """The mapping of the domain ``host``, or of the wildcard that covers it if there is none of that name."""
    mappings: Sequence[Mapping[str, Any]] = ()
    for domain in (host, f"*.{host.partition('.')[2]}"):
        try:
            mappings = read_all(GET, account.apigatewayv2.get_api_mappings, "Items", DomainName=domain)
            break
        except NotFound:
            continue
        except NotChecked as reason:
            raise NotChecked(f"{host} gets no token, since its API is not known: {reason}") from None
    return next((mapping for mapping in mappings if mapping.get("ApiMappingKey", "") == key), None)
