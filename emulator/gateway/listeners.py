"""Where the listeners of load balancers, and Cloud Map services, that are not in MiniStack are on this machine.

The user's setting, `emulator:listeners`; each stack has its own, which replaces what it had.
"""

import json
import urllib.parse

from .request import Response

PATH = "/_gateway/listeners/"

_of_stacks: dict[str, dict[str, str]] = {}


def put(stack: str, body: bytes) -> Response:
    """Keeps what a stack says: JSON, ARN -> URL without a path."""
    name = urllib.parse.unquote(stack)
    _of_stacks.pop(name, None)
    _of_stacks[name] = json.loads(body)
    return Response(204)


def url_of(arn: str) -> str | None:
    """The URL; ``None`` if nobody has said it. What was said last holds."""
    return next((listeners[arn] for listeners in reversed(_of_stacks.values()) if arn in listeners), None)
