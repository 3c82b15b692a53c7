"""AWS Signature Version 4 of a request, in its Authorization header.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .request import Request

SERVICE = "execute-api"
ALGORITHM = "AWS4-HMAC-SHA256"

SKEW_SECONDS = 300
"""How far the time of a signature may be from now."""

_CREDENTIAL = re.compile(r"(?P<key>\w+)/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request")
_TIME = "%Y%m%dT%H%M%SZ"


class SignatureError(Exception):
    """The request is not signed as it has to be. The message says why."""


@dataclass(frozen=True)
class Signature:
    """What the header says. ``time`` is in the format of ``x-amz-date``."""

    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    time: str


def parse(request: Request) -> Signature:
    """The signature of ``request``. Raises ``SignatureError``."""
    algorithm, _, rest = request.headers.get("authorization", "").partition(" ")
    if algorithm != ALGORITHM:
        raise SignatureError("Missing Authentication Token")
    given = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if set(given) != {"Credential", "SignedHeaders", "Signature"}:
        raise SignatureError("The Authorization header needs Credential, SignedHeaders and Signature.")
    credential = _CREDENTIAL.fullmatch(given["Credential"])
    if credential is None:
        raise SignatureError("Credential must be <key>/<date>/<region>/<service>/aws4_request.")
    return Signature(
        credential["key"],
        credential["date"],
        credential["region"],
        credential["service"],
        tuple(given["SignedHeaders"].split(";")),
        given["Signature"],
        _time(request.headers),
    )


def check_scope(signature: Signature, request: Request, region: str) -> None:
    """Everything but the signature itself. Raises ``SignatureError``."""
    if (signature.region, signature.service) != (region, SERVICE):
        raise SignatureError(f"Credential should be scoped to {region}/{SERVICE}.")
    if signature.date != signature.time[:8]:
        raise SignatureError("The date of Credential is not that of the request.")
    signed_at = datetime.strptime(signature.time, _TIME).replace(tzinfo=UTC).timestamp()
    if abs(time.time() - signed_at) > SKEW_SECONDS:
        raise SignatureError(f"Signature expired or not yet current: {signature.time}")
    names = signature.signed_headers
    if list(names) != sorted(set(names)):
        raise SignatureError("SignedHeaders must be in order, each once.")
    required = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    if "x-amz-date" not in request.headers:
        required.add("date")
    if unsigned := required - {*names}:
        raise SignatureError(f"Headers must be signed: {', '.join(sorted(unsigned))}")


def check_signature(signature: Signature, request: Request, secret: str) -> None:
    """Raises ``SignatureError`` unless it was made with ``secret`` for this very request."""
    scope = f"{signature.date}/{signature.region}/{signature.service}/aws4_request"
    text = "\n".join((ALGORITHM, signature.time, scope, _sha256(canonical(request, signature.signed_headers).encode())))
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.new(key, text.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.signature.encode()):
        raise SignatureError("The request signature we calculated does not match the signature you provided.")


def canonical(request: Request, signed_headers: tuple[str, ...]) -> str:
    """The canonical request. Its path is escaped twice, as for every service but S3."""
    query = sorted(
        "=".join(_escaped(urllib.parse.unquote(part)) for part in item.partition("=")[::2])
        for item in request.query.split("&")
        if item
    )
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in signed_headers]
    path = urllib.parse.quote(_without_dots(request.sent_path), safe="/~")
    signed = ";".join(signed_headers)
    return "\n".join((request.method, path, "&".join(query), *headers, "", signed, _sha256(request.body)))


def _time(headers: Mapping[str, str]) -> str:
    try:
        if "x-amz-date" in headers:
            return datetime.strptime(headers["x-amz-date"], _TIME).strftime(_TIME)
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC).strftime(_TIME)
    except ValueError:
        raise SignatureError("The request needs a valid x-amz-date or date header.") from None


def _without_dots(path: str) -> str:
    """Normalized: RFC 3986 section 6, and without empty segments."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _escaped(text: str) -> str:
    return urllib.parse.quote(text, safe="~")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
