"""Which API has which domain: if two have the same, AWS would reject the second one in the middle of the deployment."""

import weakref
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime import settings

from ..validation import Faults

_Place = str | weakref.ref[pulumi.ProviderResource] | None
"""A region; or a provider, whose region is not known yet; ``None`` is the default provider."""


class Api:
    """An API with a domain. It is compared by identity, not by name, since APIs with different parents may share a name."""

    def __init__(self, label: str) -> None:
        self.label = label


class Claims:
    """The domains of one program's APIs. A domain can be used once in each region."""

    def __init__(self) -> None:
        self._owners: dict[tuple[_Place, str], Api] = {}

    def fault(self, place: _Place, domain: str, api: Api) -> str | None:
        """Why ``api`` cannot have ``domain`` at ``place``; ``None`` if no other API has it."""
        owner = self._owners.get((place, domain), api)
        if owner is api:
            return None
        return f"{domain!r} is already the domain of {owner.label}: write another name, or combine the two APIs"

    def add(self, place: _Place, domain: str, api: Api) -> None:
        """Register ``domain`` at ``place`` for ``api``."""
        self._owners.setdefault((place, domain), api)


class Deployment(NamedTuple):
    """The identity of one deployment of a program."""

    monitor: object
    project: str
    stack: str
    preview: bool


deployment_claims: ContextVar[Claims] = ContextVar("deployment_claims")
"""The claims of the running deployment, if the program runs in another process: in the plugin, where each component has its
own connection to the engine."""

# Components do not know one another, so the domains of the program are kept here, as long as its connection to the engine
# exists: one process may run several programs, each with its own connection (unit tests, the emulator).
_CLAIMS: WeakKeyDictionary[object, Claims] = WeakKeyDictionary()


def program_claims() -> Claims:
    """The domains of the running program so far."""
    if (held := deployment_claims.get(None)) is not None:
        return held
    monitor = settings.get_monitor()
    # Without an engine, the component itself raises an error.
    return Claims() if monitor is None else _CLAIMS.setdefault(monitor, Claims())


def check_claim(domain: object, api: Api, opts: pulumi.ResourceOptions | None, faults: Faults) -> None:
    """Record in ``faults`` that another API has ``domain``, if this is known before anything is created."""
    if isinstance(domain, str) and (fault := program_claims().fault(_provider_place(opts), domain, api)):
        faults.add(fault)


def claim(
    domain: pulumi.Input[str],
    api: Api,
    component: pulumi.ComponentResource,
    opts: pulumi.ResourceOptions | None,
    faults: Faults,
) -> pulumi.Output[str]:
    """Register ``domain`` for ``api``. The Output fails with ``InvalidArgs`` if it is another API's.

    Two providers may have the same region, and an Output may be any name: both become known only during the deployment.
    """
    claims = program_claims()
    if isinstance(domain, str):
        claims.add(_provider_place(opts), domain, api)
    region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=component)).region

    def claimed(values: list[Any]) -> str:
        name, place = values
        if fault := claims.fault(place, name, api):
            raise faults.late_error_here(fault)
        claims.add(place, name, api)
        return str(name)

    return pulumi.Output.all(domain, region).apply(claimed)


def _provider_place(opts: pulumi.ResourceOptions | None) -> _Place:
    provider = _aws_provider(opts)
    return weakref.ref(provider) if provider else None


def _aws_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """The provider that the component's children will use; ``None`` is the default one."""
    if opts is None:
        return None
    several = opts.providers or []
    given = [*(several.values() if isinstance(several, Mapping) else several), opts.provider]
    own = next((provider for provider in given if provider is not None and provider.package == "aws"), None)
    return own or (opts.parent.get_provider("aws:index:Any") if opts.parent else None)
