"""Which API has which domain: of two that claim one, AWS would refuse the second halfway through the deployment."""

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
    """An API that claims a domain. It is itself and not its name, which APIs below different parents may share."""

    def __init__(self, label: str) -> None:
        self.label = label


class Claims:
    """The domains of one program's APIs. A domain may be had once in each region."""

    def __init__(self) -> None:
        self._owners: dict[tuple[_Place, str], Api] = {}

    def fault(self, place: _Place, domain: str, api: Api) -> str | None:
        """Why ``api`` cannot have ``domain`` at ``place``; ``None`` if no other API has it."""
        owner = self._owners.get((place, domain), api)
        if owner is api:
            return None
        return f"{domain!r} is already the domain of {owner.label}: write another name, or make one API of the two"

    def add(self, place: _Place, domain: str, api: Api) -> None:
        """``domain`` is that of ``api`` at ``place`` from now on."""
        self._owners.setdefault((place, domain), api)


class Deployment(NamedTuple):
    """What tells one deployment of a program from the next."""

    monitor: object
    project: str
    stack: str
    preview: bool


deployment_claims: ContextVar[Claims] = ContextVar("deployment_claims")
"""The claims of the running deployment, where it is not this process that runs the program: in the plugin, whose every
component has an engine connection of its own."""

# Components know nothing of one another, so what the program has claimed so far must be remembered here. It is the
# program's own and goes with it: one process may run several, each with an engine connection of its own (unit tests, the
# emulator).
_CLAIMS: WeakKeyDictionary[object, Claims] = WeakKeyDictionary()


def program_claims() -> Claims:
    """What the running program has claimed so far."""
    if (held := deployment_claims.get(None)) is not None:
        return held
    monitor = settings.get_monitor()
    # Without an engine the component itself will say so.
    return Claims() if monitor is None else _CLAIMS.setdefault(monitor, Claims())


def check_claim(domain: object, api: Api, opts: pulumi.ResourceOptions | None, faults: Faults) -> None:
    """Note in ``faults`` that another API has ``domain``, as far as it can be told before anything is created."""
    if isinstance(domain, str) and (fault := program_claims().fault(_provider_place(opts), domain, api)):
        faults.add(fault)


def claim(
    domain: pulumi.Input[str],
    api: Api,
    component: pulumi.ComponentResource,
    opts: pulumi.ResourceOptions | None,
    faults: Faults,
) -> pulumi.Output[str]:
    """``domain``, which is that of ``api`` from now on; fails with ``InvalidArgs`` if it turns out to be another API's.

    Two providers may have one region, and an Output be any name: both are known no sooner than during the deployment.
    """
    claims = program_claims()
    if isinstance(domain, str):
        claims.add(_provider_place(opts), domain, api)
    region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=component)).region

    def claimed(values: list[Any]) -> str:
        name, place = values
        if fault := claims.fault(place, name, api):
            raise faults.refusal(fault)
        claims.add(place, name, api)
        return str(name)

    return pulumi.Output.all(domain, region).apply(claimed)


def _provider_place(opts: pulumi.ResourceOptions | None) -> _Place:
    provider = _aws_provider(opts)
    return weakref.ref(provider) if provider else None


def _aws_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """The provider that the component's children will have; ``None`` is the default one."""
    if opts is None:
        return None
    several = opts.providers or []
    given = [*(several.values() if isinstance(several, Mapping) else several), opts.provider]
    own = next((provider for provider in given if provider is not None and provider.package == "aws"), None)
    return own or (opts.parent.get_provider("aws:index:Any") if opts.parent else None)
