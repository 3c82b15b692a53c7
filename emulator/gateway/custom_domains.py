"""Custom domain names as they are configured now, with the truststores of those that require mutual TLS.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
"""

import ssl
from dataclasses import dataclass

from ministack.core.responses import get_account_id, get_region
from ministack.services.apigateway_v1 import _base_path_mappings, _domain_names

_TRUSTSTORE_BYTES = 1024 * 1024

_truststores: dict[tuple[str, str, str], str] = {}


class TruststoreError(Exception):
    """The truststore of a domain cannot be used. The message says why."""


@dataclass(frozen=True)
class Domain:
    """A custom domain. ``mappings`` are base path ("" for the root) -> API id and stage; ``truststore`` has the
    certificates that were there when the domain was created or last updated."""

    mappings: dict[str, tuple[str, str]]
    mutual_tls: bool
    truststore: str | None


def find(name: str) -> Domain | None:
    """The domain for a host name in lower case, in any account and region: its own, or the wildcard that it is below."""
    wildcard = f"*.{name.partition('.')[2]}"
    found = {known.lower(): (account, region, known) for (account, region, known), _ in _domain_names.all_items()}
    if (key := found.get(name) or found.get(wildcard)) is None:
        return None
    settings = _domain_names.get_scoped(*key)
    mapped = _base_path_mappings.get_scoped(*key, {})
    mappings = {
        "" if base == "(none)" else base: (mapping["restApiId"], mapping["stage"]) for base, mapping in mapped.items()
    }
    mutual_tls = bool((settings.get("mutualTlsAuthentication") or {}).get("truststoreUri"))
    return Domain(mappings, mutual_tls, _truststores.get(key) if mutual_tls else None)


def read_truststore(uri: str, version: str | None) -> str:
    """The certificates at ``uri``. Raises ``TruststoreError``."""
    from ministack.services import s3

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    content = s3._get_object_data(bucket, key, version) if uri.startswith("s3://") else None
    if content is None:
        raise TruststoreError(f"The truststore {uri}{f' in version {version}' if version else ''} does not exist.")
    if len(content) > _TRUSTSTORE_BYTES:
        raise TruststoreError(f"The truststore {uri} has {len(content)} bytes, and may have 1 MB.")
    text = str(content, "utf-8", "replace")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        raise TruststoreError(f"The truststore {uri} has no certificates in PEM format: {error}") from error
    return text


def keep_truststore(name: str, truststore: str) -> None:
    """From now on callers of the domain, which the current request to MiniStack has configured, are judged by it."""
    _truststores[get_account_id(), get_region(), name] = truststore
