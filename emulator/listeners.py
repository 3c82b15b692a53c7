"""The stack's setting `emulator:listeners`: where the listeners behind VPC links are on this machine.

It maps ARNs of listeners of load balancers, and of Cloud Map services, to URLs such as ``http://127.0.0.1:8080``.
"""

import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from .errors import ConfigError
from .web import fetch

KEY = "emulator:listeners"

_ARN = re.compile(r"arn:aws[a-z-]*:(elasticloadbalancing|servicediscovery):[^:]+:\d{12}:(listener|service)/.+")
_URL = re.compile(r"https?://[^/?#@\s]+/?")


def check(config: Mapping[str, str]) -> dict[str, str]:
    """The setting; empty if there is none. Raises ``ConfigError`` if it is anything else than such a mapping."""
    try:
        listeners: Any = json.loads(config.get(KEY, "{}"))
    except ValueError:
        listeners = None
    if not isinstance(listeners, dict):
        raise ConfigError(f"{KEY} must map ARNs of listeners to URLs, and is {config[KEY]!r}.")
    for arn, url in listeners.items():
        if not _ARN.fullmatch(arn):
            raise ConfigError(f"{KEY}: {arn!r} is neither the ARN of a listener nor that of a Cloud Map service.")
        if not isinstance(url, str) or not _URL.fullmatch(url):
            raise ConfigError(f"{KEY}[{arn!r}] must be a URL without a path, as http://127.0.0.1:8080, and is {url!r}.")
    return listeners


def put(endpoint: str, stack: str, listeners: Mapping[str, str]) -> None:
    """Replaces what the gateway at ``endpoint`` knows from ``stack``."""
    path = f"/_gateway/listeners/{urllib.parse.quote(stack, safe='')}"
    fetch(endpoint + path, method="PUT", body=json.dumps(listeners).encode())
