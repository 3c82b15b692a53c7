"""Who has which domain, and which path of it: AWS would reject the second one in the middle of the deployment."""

import weakref
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime import settings

from ..faults import Faults

_Place = str | weakref.ref[pulumi.ProviderResource] | None
"""A region; or a provider, whose region is not known yet; ``None`` is the default provider."""


EXISTING = "existing_name"


class Owner:
    """A component with a domain. It is compared by identity, not by name, since components with different parents may share a
    name."""

    def __init__(self, label: str) -> None:
        self.label = label


class Claim(NamedTuple):
    """What a component needs of a domain."""

    owner: Owner
    key: str
    """The input that is the domain name: ``existing_name``, or another where the component creates the domain."""
    base_path: str | None
    """The path that it is mapped to, which is empty for the root; ``None`` if it is mapped to none."""
    mutual_tls: bool
    """Whether the domain has mutual TLS; of an existing one, whether the program says so."""
    by_name: bool
    """Whether an existing domain is given as text, and not as the output of the component that creates it."""

    @property
    def creates(self) -> bool:
        """Whether the component creates the domain."""
        return self.key != EXISTING


class Conflict(NamedTuple):
    """Why a component cannot have a domain, or a path of it."""

    key: str
    """The input at fault."""
    reason: str


class Claims:
    """The domains of one program. A domain name can be created once in each region, and each of its paths has one API.

    ``referred_to``: how another API of the program refers to a domain that the program creates.
    """

    def __init__(self, referred_to: str = "write its output domain_name, so that the domain exists by then") -> None:
        self._referred_to = referred_to
        self._created: dict[tuple[_Place, str], Claim] = {}
        self._named: dict[tuple[_Place, str], Owner] = {}
        self._paths: dict[tuple[_Place, str, str], Owner] = {}
        self._outputs: WeakKeyDictionary[pulumi.Output[Any], str] = WeakKeyDictionary()

    def will_be(self, output: pulumi.Output[Any], domain: pulumi.Input[str]) -> None:
        """``output`` will be ``domain``, so that what refers to it is compared before anything is created."""
        if isinstance(domain, str):
            self._outputs[output] = domain

    def expected(self, output: object) -> str | None:
        """What ``output`` will be, if this is known."""
        return self._outputs.get(output) if isinstance(output, pulumi.Output) else None

    def conflict(self, place: _Place, domain: str, claim: Claim) -> Conflict | None:
        """Why ``claim`` cannot be met for ``domain`` at ``place``; ``None`` if nothing in the program contradicts it."""
        creator = self._created.get((place, domain), claim)
        if claim.creates:
            if creator.owner is not claim.owner:
                return Conflict(
                    claim.key,
                    f"{domain!r} is already the domain of {creator.owner.label}: write another name, or share the domain: "
                    "existing_name, with another base_path",
                )
            if named := self._named.get((place, domain)):
                return Conflict(claim.key, f"{domain!r} is existing_name of {named.label}: {self._referred_to}")
        elif creator is not claim and (conflict := self._conflict_of_existing(domain, claim, creator)):
            return conflict
        return self._path_conflict(place, domain, claim)

    def add(self, place: _Place, domain: str, claim: Claim) -> None:
        """Register ``claim`` for ``domain`` at ``place``."""
        if claim.creates:
            self._created.setdefault((place, domain), claim)
        elif claim.by_name:
            self._named.setdefault((place, domain), claim.owner)
        if claim.base_path is not None:
            self._paths.setdefault((place, domain, claim.base_path), claim.owner)

    def _conflict_of_existing(self, domain: str, claim: Claim, creator: Claim) -> Conflict | None:
        if claim.by_name:
            return Conflict(claim.key, f"{domain!r} is created by {creator.owner.label}: {self._referred_to}")
        if claim.mutual_tls and not creator.mutual_tls:
            return Conflict(
                "requires_client_certificates",
                f"is true, but {creator.owner.label} creates {domain!r} without mutual_tls: write it there, or remove this",
            )
        return None

    def _path_conflict(self, place: _Place, domain: str, claim: Claim) -> Conflict | None:
        path = claim.base_path
        if path is None or (owner := self._paths.get((place, domain, path), claim.owner)) is claim.owner:
            return None
        if path:
            return Conflict("base_path", f"{path!r} at {domain!r} is already that of {owner.label}: write another")
        return Conflict("base_path", f"missing: the root of {domain!r} is already that of {owner.label}: write a path")


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


def check_claim(domain: object, claim: Claim, opts: pulumi.ResourceOptions | None, faults: Faults) -> None:
    """Record in ``faults``, those of the inputs of the domain, a conflict that is known before anything is created."""
    if isinstance(domain, str) and (conflict := program_claims().conflict(_provider_place(opts), domain, claim)):
        faults.below(conflict.key).add(conflict.reason)


def claimed(
    domain: pulumi.Input[str],
    claim: Claim,
    component: pulumi.ComponentResource,
    opts: pulumi.ResourceOptions | None,
    faults: Faults,
    expected: str | None = None,
) -> pulumi.Output[str]:
    """Register ``claim`` for ``domain``, an Output if need be that is ``expected`` to be a name. The result fails with
    ``InvalidArgs`` if there is a conflict.

    Two providers may have the same region, and an Output may be any name: both become known only during the deployment.
    """
    claims = program_claims()
    if known := domain if isinstance(domain, str) else expected:
        claims.add(_provider_place(opts), known, claim)
    region = aws.get_region_output(opts=pulumi.InvokeOutputOptions(parent=component)).region

    def checked(values: list[Any]) -> str:
        name, place = values
        if conflict := claims.conflict(place, name, claim):
            raise faults.below(conflict.key).late_error_here(conflict.reason)
        claims.add(place, name, claim)
        return str(name)

    return pulumi.Output.all(domain, region).apply(checked)


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
