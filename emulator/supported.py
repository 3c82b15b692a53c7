"""Which types and functions a deployment supports: the emulator's own, those of installed packages, the user's, and fakes."""

import fnmatch
import functools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from .aws import Aws
from .errors import ConfigError, UnsupportedError
from .resources.handler import Function, Handler, Inputs, Outputs
from .resources.table import FUNCTIONS, RESOURCES

ENTRY_POINTS = "kms_jwt.emulator"
"""The group of entry points. Each names a mapping like ``Supported.handlers``."""


@dataclass(frozen=True)
class Supported:
    """What a program may declare and call; anything else is an error, never skipped."""

    handlers: Mapping[str, Handler | Function] = field(default_factory=dict)
    """Resource types and functions of the user's own, by token. They come before those of installed packages, and these
    before the emulator's own."""
    fakes: Sequence[str] = ()
    """Patterns of tokens, such as ``aws:wafv2/*``. What matches and is not supported is faked: see ``fake_resource``."""

    def resource(self, token: str) -> Handler:
        """The handler of a resource type. Raises ``UnsupportedError`` if there is none."""
        found = self._known(token)
        if isinstance(found, Handler):
            return found
        if self.is_fake(token):
            return fake_resource(token)
        raise UnsupportedError(
            f"The emulator does not support the resource type {token}. {_way_out(token)}, or remove it from this stack."
        )

    def function(self, token: str) -> Function:
        """The implementation of a provider function. Raises ``UnsupportedError`` if there is none."""
        found = self._known(token)
        if isinstance(found, Function):
            return found
        if self.is_fake(token):
            return Function(lambda aws, arguments: {**arguments, **_identity(aws, token)}, None)
        raise UnsupportedError(f"The emulator does not support the function {token}. {_way_out(token)}.")

    def is_fake(self, token: str) -> bool:
        """Whether the resource type or function is only faked."""
        return not self._known(token) and any(fnmatch.fnmatchcase(token, pattern) for pattern in self.fakes)

    def _known(self, token: str) -> Handler | Function | None:
        for table in (self.handlers, _installed(), RESOURCES, FUNCTIONS):
            if token in table:
                return table[token]
        return None


def fake_resource(token: str) -> Handler:
    """A resource that exists in the stack only: it has its inputs, an ``id`` and an ``arn``, and nothing is created."""

    def create(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
        identity = _identity(aws, token)
        return identity["id"], {"arn": identity["arn"]}

    return Handler(
        create=create,
        update=lambda aws, fake, new: {},
        delete=lambda aws, fake: None,
        inputs=None,
    )


def _identity(aws: Aws, token: str) -> dict[str, str]:
    service = token.split(":")[1].partition("/")[0]
    identifier = f"fake-{secrets.token_hex(8)}"
    return {"id": identifier, "arn": aws.arn(service, identifier)}


def _way_out(token: str) -> str:
    pattern = f"{token.partition('/')[0]}/*" if "/" in token else token
    return (
        f"Supply it in handlers={{{token!r}: ...}} (docs/testing.md), have it faked with --fake '{pattern}' "
        f"(in a test fakes=[{pattern!r}])"
    )


@functools.cache
def _installed() -> dict[str, Handler | Function]:
    found: dict[str, Handler | Function] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            found.update(entry.load())
        except Exception as error:
            raise ConfigError(
                f"The entry point {entry.name} = {entry.value!r} of an installed package, in the group {ENTRY_POINTS}, cannot "
                f"be read ({error}). It has to name a mapping from tokens to handlers; correct or uninstall the package."
            ) from error
    return found
