"""What a caller sent, and what is sent back."""

import base64
import os
import re
import time
import urllib.parse
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

MUTUAL_TLS = "kms-jwt.mutual_tls"
"""In the extensions of an ASGI scope: the server name, for which the client's certificate was judged, and that
certificate."""


@dataclass(frozen=True)
class Request:
    """An HTTP request. ``path`` is that of the API, escaped as it was sent, and begins with the stage's name if it has
    to; ``fields`` are its headers with names in lower case, and a character for each byte of a value."""

    method: str
    path: str
    query: str
    fields: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str
    scheme: str
    too_large: bool = False
    """Whether it has more of a body than API Gateway takes; ``body`` is empty then."""
    client_certificate: dict[str, Any] | None = None
    """Of mutual TLS, as events have it."""
    sent_path: str = ""
    """The whole path as it was sent, which signatures are for."""
    id: str = field(default_factory=lambda: base64.b64encode(os.urandom(11)).decode())
    epoch: float = field(default_factory=time.time)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Several headers of one name are one, joined with commas."""
        joined: dict[str, str] = {}
        for name, value in self.fields:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
        return joined

    @cached_property
    def cookies(self) -> list[str]:
        """Each ``name=value`` of all Cookie headers."""
        sent = (value.split(";") for name, value in self.fields if name == "cookie")
        return [cookie.strip() for header in sent for cookie in header if cookie.strip()]

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The decoded query string."""
        return urllib.parse.parse_qs(self.query, keep_blank_values=True)

    @property
    def user_agent(self) -> str:
        """Of the caller; empty if it sent none."""
        return self.headers.get("user-agent", "")


@dataclass
class Response:
    """An HTTP response. ``fields`` are as in ``Request``; content-length is added when it is sent."""

    status: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def decoded(path: str) -> str:
    """``path`` as events have it: decoded twice, and cut at an escaped question mark in between.

    AWS does not document it; requests that were recorded there show it (github.com/hotsock/voker, vokerhttp/testdata).
    """
    return urllib.parse.unquote(_decoded_once(path), errors="replace")


def is_decodable(path: str) -> bool:
    """Whether there is no percent sign in ``path`` that ``decoded`` cannot take for an escape."""
    return not _NO_ESCAPE.search(path) and not _NO_ESCAPE.search(_decoded_once(path))


def _decoded_once(path: str) -> str:
    return urllib.parse.unquote(path, errors="replace").partition("?")[0]


def header_field(name: str, value: str) -> tuple[str, str] | None:
    """A header field, its value in UTF-8; ``None`` if HTTP does not allow it: RFC 9110 sections 5.1 and 5.5."""
    written = value.encode(errors="surrogatepass").decode("latin-1").strip(" \t")
    return (name.lower(), written) if _NAME.fullmatch(name) and _VALUE.fullmatch(written) else None
