"""The URLs that identify the service: its issuer and its token endpoint (RFC 8414 section 2)."""

import re

from ..authorizer import Fields

_LOOPBACK = r"(?:localhost|(?:[A-Za-z0-9-]+\.)+localhost|127\.0\.0\.1|\[::1\])"
_URL = re.compile(
    rf"(?:https://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])|http://{_LOOPBACK})(?::[0-9]{{1,5}})?(?:/[!$-;=@-\[\]_a-z~]*)?"
)
"""Without user information, query and fragment; the path is printable ASCII."""


def read_url(fields: Fields, field: str) -> str:
    """The URL in ``field``: https, without query and fragment (RFC 8414 section 2); http only on this machine.

    Errors are recorded in ``fields``.
    """
    url = fields.name(field)
    if url and not _URL.fullmatch(url):
        fields.fault(
            f"must be an https URL without query and fragment, such as https://auth.example.com, and is {url!r}", field
        )
    return url
