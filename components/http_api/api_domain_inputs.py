"""The domain of an API: one that is created with it, or one that exists, and the path of the API there."""

import re
from typing import Literal, NotRequired

import pulumi

from ..faults import Faults
from ..late_checks import checked_later
from .domain_claims import EXISTING, Claim, Owner
from .domain_inputs import (
    WILDCARD,
    DomainSettings,
    check_created_domain,
    checked_mutual_tls,
    created_name_fault,
    is_below,
    name_fault,
)

_BASE_PATH = re.compile(r"[A-Za-z0-9$._+!*'()-]+(/[A-Za-z0-9$._+!*'()-]+)*")
_MAX_BASE_PATH = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html"""

_UNUSABLE = (".", "..", "(none)")
"""Clients remove dot segments (RFC 3986 section 5.2.4), and "(none)" is the root of the domain.
https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html"""


class ApiDomainArgs(DomainSettings):
    """The custom domain name of an API: one to create (`name`), or one that exists (`existing_name`)."""

    name: NotRequired[pulumi.Input[str]]
    """The domain name to create, such as "api.example.com". It requires `certificate_arn` or `hosted_zone_id`."""
    existing_name: NotRequired[pulumi.Input[str]]
    """A domain name that exists in API Gateway in this account and region: the output `domain_name` of a `Domain` or of another
    API, or the name of one that another stack has created. Its settings remain where they are."""
    base_path: NotRequired[str]
    """API mapping key: the path of the API at the domain, such as "orders" or "orders/v1". Each API of a domain has its own.
    Default: the root."""
    host: NotRequired[str]
    """For a domain name with a wildcard: the host name below it that the URLs of the outputs and of published documents have.
    Required with `disable_default_endpoint`. Default: those URLs are those of the default endpoint."""
    requires_client_certificates: NotRequired[bool]
    """For `existing_name`: whether that domain has mutual TLS, which bound tokens require. Default: false."""
    disable_default_endpoint: NotRequired[bool]
    """Whether to disable the default endpoint, so that the API is available at its domain only. For an API in use, add
    the domain first, and disable the default endpoint in a later update, when its callers use the domain. Default:
    false. Required with `mutual_tls` and `existing_name`, as the default endpoint does not require client certificates."""


def has_mutual_tls(domain: ApiDomainArgs) -> bool:
    """Whether the domain requires client certificates, as far as the program says."""
    return domain.get("requires_client_certificates", False) if "existing_name" in domain else "mutual_tls" in domain


def open_to_all(domain: ApiDomainArgs) -> str | None:
    """What to write in ``domain`` so that no caller reaches the API without a client certificate; ``None`` if nothing."""
    missing = "requires_client_certificates" if "existing_name" in domain else "mutual_tls"
    closed = "disable_default_endpoint: true"
    if not has_mutual_tls(domain):
        return f"{missing} and {closed}"
    return None if domain.get("disable_default_endpoint") else closed


def domain_claim(owner: Owner, domain: ApiDomainArgs) -> Claim:
    """What the API needs of its domain."""
    key = name_key(domain)
    by_name = key == EXISTING and isinstance(domain.get(EXISTING), str)
    return Claim(owner, key, domain.get("base_path", ""), has_mutual_tls(domain), by_name)


def name_key(domain: ApiDomainArgs) -> Literal["existing_name", "name"]:
    """The input that is the name of the domain."""
    return "existing_name" if "existing_name" in domain else "name"


def check_api_domain(domain: ApiDomainArgs, faults: Faults) -> None:
    """Record in ``faults`` what API Gateway, ACM or Route 53 would reject, and what would bypass mutual TLS."""
    if "existing_name" in domain:
        _check_existing(domain, faults)
    else:
        _check_created(domain, faults)
    base_path = domain.get("base_path", "v1")
    if not _BASE_PATH.fullmatch(base_path):
        faults.below("base_path").add(
            f"must be a path without leading or trailing slashes, such as orders/v1, and is {base_path!r}"
        )
    elif unusable := next((part for part in base_path.split("/") if part in _UNUSABLE), None):
        faults.below("base_path").add(f"must not have the part {unusable!r}, which no caller can send: write another")
    elif len(base_path) > _MAX_BASE_PATH:
        faults.below("base_path").add(f"must have at most {_MAX_BASE_PATH} characters, and has {len(base_path)}")
    name = domain.get(name_key(domain))
    if isinstance(name, str) and name_fault(name) is None and (fault := host_fault(name, domain)):
        faults.below("host").add(fault)


def _check_created(domain: ApiDomainArgs, faults: Faults) -> None:
    if "name" not in domain:
        faults.below("name").missing("write the name of a domain to create, or existing_name")
    check_created_domain("name", domain.get("name"), domain, faults)
    if "requires_client_certificates" in domain:
        faults.below("requires_client_certificates").add("is for existing_name: remove it, and write mutual_tls")
    if "mutual_tls" in domain and "disable_default_endpoint" not in domain:
        faults.below("disable_default_endpoint").add(
            "missing: the default endpoint does not require client certificates: write true to disable it, or false to keep it "
            "available in addition to the domain, for as long as its callers need it"
        )


def _check_existing(domain: ApiDomainArgs, faults: Faults) -> None:
    if "name" in domain:
        faults.below("existing_name").add("is a domain that exists, and name creates one: remove one of them")
    elif isinstance(name := domain["existing_name"], str) and (fault := name_fault(name)):
        faults.below("existing_name").add(fault)
    for key in DomainSettings.__annotations__:
        if key in domain and "name" not in domain:
            faults.below(key).add("belongs to where the domain is created: remove it here, or write name")
    if "disable_default_endpoint" not in domain:
        faults.below("disable_default_endpoint").add(
            "missing: an existing domain may require client certificates, which the default endpoint does not: write true to "
            "disable it, or false to keep it available in addition to the domain"
        )


def host_fault(name: str, domain: ApiDomainArgs) -> str | None:
    """Why the input ``host`` does not fit the domain ``name``; ``None`` if it does."""
    host = domain.get("host")
    if not name.startswith(WILDCARD):
        return None if host is None else f"is for domain names with a wildcard, and this is {name!r}: remove it"
    below = f"such as api{name[1:]}"
    if host is None and domain.get("disable_default_endpoint"):
        return f"missing: {name!r} is no host name, and without the default endpoint the API has no URL: write one, {below}"
    if host is not None and not is_below(host, name):
        return f"must be a host name one level below {name!r}, {below}, and is {host!r}"
    return None


def checked_api_domain(domain: ApiDomainArgs, faults: Faults) -> ApiDomainArgs:
    """``domain``, whose Outputs fail with ``InvalidArgs`` if their values are invalid."""
    checked = domain.copy()
    if "existing_name" in domain:
        below = faults.below("existing_name")
        checked["existing_name"] = checked_later(domain["existing_name"], name_fault, below)
    else:
        below = faults.below("name")
        checked["name"] = checked_later(domain["name"], lambda name: created_name_fault(name, domain), below)
    if "mutual_tls" in domain:
        checked["mutual_tls"] = checked_mutual_tls(domain["mutual_tls"], faults.below("mutual_tls"))
    return checked
