"""Which API a request addresses: by the default endpoint, by a path on this machine, or by a custom domain name.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
"""

import re
from typing import Any, NamedTuple

from . import custom_domains
from .refusal import Refusal

LOCAL_PATH = "/_aws/execute-api/"
_DEFAULT_ENDPOINT = re.compile(r"([a-z0-9]+)\.execute-api\.localhost")
_THIS_MACHINE = ("localhost", "127.0.0.1", "")


class Address(NamedTuple):
    """An API and the path on it. ``stage`` is named by a mapping, otherwise by the path."""

    api_id: str
    path: str
    domain_name: str
    base_path: str | None
    stage: str | None


def find(host: str, path: str, mutual_tls_port: int | None) -> Address | None:
    """The API that a request is for; ``None`` if it is for a service of AWS. Raises ``Refusal`` if its domain has no
    mapping, or requires mutual TLS, which is at ``mutual_tls_port``."""
    name = _name(host)
    if path.startswith(LOCAL_PATH):
        api_id, slash, rest = path.removeprefix(LOCAL_PATH).partition("/")
        return Address(api_id, slash + rest or "/", f"{api_id}.execute-api.localhost", None, None)
    if found := _DEFAULT_ENDPOINT.fullmatch(name):
        return Address(found[1], path, name, None, None)
    if name in _THIS_MACHINE or "." not in name or (domain := custom_domains.find(name)) is None:
        return None
    if domain.mutual_tls:
        where = f"connect to 127.0.0.1:{mutual_tls_port}" if mutual_tls_port else "no truststore has been read"
        raise Refusal(403, f"Forbidden: {name} requires mutual TLS, {where}; see docs/emulator.md.", "ACCESS_DENIED")
    return _mapped(domain, name, path)


def find_with_mutual_tls(host: str, path: str, server_name: str) -> Address:
    """The API that a request over mutual TLS is for. Raises ``Refusal`` if it has none, or names another domain than that
    whose truststore its certificate was judged by."""
    domain = custom_domains.find(server_name)
    if _name(host) != server_name or domain is None or not domain.mutual_tls:
        raise Refusal(403, "Forbidden", "ACCESS_DENIED", f"{host} is not {server_name}, which TLS was established for.")
    return _mapped(domain, server_name, path)


def is_disabled(api: dict[str, Any], address: Address) -> bool:
    """Whether ``address`` is the default endpoint of an API that has none."""
    return address.stage is None and bool(api.get("disableExecuteApiEndpoint"))


def _mapped(domain: custom_domains.Domain, name: str, path: str) -> Address:
    for base_path in sorted(domain.mappings, key=len, reverse=True):
        if not base_path or path == f"/{base_path}" or path.startswith(f"/{base_path}/"):
            api_id, stage = domain.mappings[base_path]
            rest = path.removeprefix(f"/{base_path}") if base_path else path
            return Address(api_id, rest or "/", name, base_path, stage)
    raise Refusal(403, "Forbidden", "ACCESS_DENIED", f"{name} has no API mapping for this path.")


def _name(host: str) -> str:
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()
