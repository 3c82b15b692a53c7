"""Reading, at deployment, where other issuers publish their keys, and those that the authorizer starts with."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

from ..contract import UnreadableUrl, jwks_url_fault, parse_json, read_url
from ..faults import Faults
from .inputs import TrustedTokens
from .trusted_issuers import REFRESH_FIELDS, TrustedIssuerArgs, is_refreshed

DEADLINE_SECONDS = 10
"""The time limit for reading one URL."""

_PATH = "/.well-known/openid-configuration"


def with_published_keys(tokens: TrustedTokens, faults: Faults) -> TrustedTokens:
    """A copy of ``tokens`` in which issuers with a URL have ``jwks_url`` and ``jwks``, as far as the values are known.

    Errors, also those of reading, are recorded in ``faults``; arguments that are invalid together are removed.
    """
    if not tokens.get("trusted_issuers"):
        return tokens
    complete = [
        _complete(trusted_issuer, faults.below("trusted_issuers", number))
        for number, trusted_issuer in enumerate(tokens["trusted_issuers"])
    ]
    return {**tokens, "trusted_issuers": complete}


def _complete(trusted_issuer: TrustedIssuerArgs, faults: Faults) -> TrustedIssuerArgs:
    complete = trusted_issuer.copy()
    if not is_refreshed(trusted_issuer):
        for name in REFRESH_FIELDS:
            if name in trusted_issuer:
                faults.below(name).add("has no effect without jwks_url or discovery: remove it")
        if trusted_issuer.get("jwks") is None:
            faults.below("jwks").missing(
                "write the JWKS of the issuer as JSON, or its URL in jwks_url, or discovery: true"
            )
        return complete
    if trusted_issuer.get("discovery") and "jwks_url" in trusted_issuer:
        faults.below("discovery").add("cannot be combined with jwks_url: remove one of them")
    elif trusted_issuer.get("discovery") and isinstance(issuer := trusted_issuer.get("issuer"), str):
        _discover(issuer, complete, faults.below("discovery"))
    url = complete.get("jwks_url")
    if isinstance(url, str) and "jwks" not in complete and jwks_url_fault(url) is None:
        try:
            complete["jwks"] = _read(url)
        except UnreadableUrl as fault:
            where = faults.below("discovery" if trusted_issuer.get("discovery") else "jwks_url")
            where.add(f"{url} cannot be read: {fault}. Check the URL, or write the keys to start with in jwks")
    return complete


def _discover(issuer: str, complete: TrustedIssuerArgs, faults: Faults) -> None:
    """Set ``jwks_url`` to that of the discovery document, which must be the issuer's own.

    https://openid.net/specs/openid-connect-discovery-1_0.html sections 4.1 and 4.3
    """
    # The query would be in the middle of the URL.
    url = issuer.removesuffix("/") + _PATH
    if jwks_url_fault(url) or urlsplit(issuer).query:
        faults.add(f"requires an https URL with a host name as issuer, and that is {issuer!r}: write jwks_url instead")
        return
    try:
        document = parse_json(_read(url).encode())
    except UnreadableUrl as fault:
        faults.add(f"{url} cannot be read: {fault}. Check issuer, or write jwks_url instead")
        return
    except ValueError as fault:
        faults.add(f"{url} is not a discovery document: {fault}. Check issuer, or write jwks_url instead")
        return
    if document.get("issuer") != issuer:
        found = _quoted(document.get("issuer"))
        faults.add(
            f"{url} is the document of the issuer {found}, and issuer is {issuer!r}: they must be equal, with or without "
            "a slash at the end"
        )
        return
    jwks_url = document.get("jwks_uri")
    invalid = jwks_url_fault(jwks_url if isinstance(jwks_url, str) else "")
    if invalid:
        faults.add(f"{url} has the jwks_uri {_quoted(jwks_url)}, which {invalid.partition(', and is')[0]}")
    else:
        complete["jwks_url"] = str(jwks_url)


def _quoted(found: object) -> str:
    """What a document contains, in one line that is not too long."""
    text = repr(found)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _read(url: str) -> str:
    """The text at ``url``. A component and its children check the same values, so it is read once in a minute."""
    return _read_in(url, int(time.monotonic() // 60))


@lru_cache(maxsize=64)
def _read_in(url: str, _: int) -> str:
    try:
        text = read_url(url, DEADLINE_SECONDS).decode()
    except UnicodeDecodeError:
        raise UnreadableUrl("it is not text in UTF-8") from None
    if text.startswith("\ufeff"):  # RFC 8259 section 8.1; in a file of ours it is ignored
        raise UnreadableUrl("it begins with a byte order mark, which JSON must not")
    return text
