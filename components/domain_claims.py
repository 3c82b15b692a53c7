"""Which API has which domain: of two that claim one, AWS would refuse the second halfway through the deployment."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import settings

from .validation import Faults


class Claims:
    """Domain name -> the API that has it. A name that is not known yet is not judged."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def check(self, domain: object, api: str, faults: Faults) -> None:
        """Note in ``faults`` that another API than ``api`` has ``domain``."""
        owner = self._owners.get(domain, api) if isinstance(domain, str) else api
        if owner != api:
            faults.add(f"{domain!r} is already the domain of {owner}: write another name, or make one API of the two")

    def add(self, domain: object, api: str) -> None:
        """``domain`` is that of ``api`` from now on."""
        if isinstance(domain, str):
            self._owners.setdefault(domain, api)


# Components know nothing of one another, so what the program has claimed so far must be remembered here. It is the
# program's own and goes with it: one process may run several, each with an engine connection of its own (unit tests, the
# emulator, the plugin). A domain may be had once in each region, and another region is another provider.
_CLAIMS: WeakKeyDictionary[object, Claims] = WeakKeyDictionary()


def program_claims(opts: pulumi.ResourceOptions | None) -> Claims:
    """What the running program has claimed so far, where a component with ``opts`` would be deployed."""
    place = _aws_provider(opts) or settings.get_monitor()
    # Without an engine the component itself will say so.
    return Claims() if place is None else _CLAIMS.setdefault(place, Claims())


def _aws_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """The provider that the component's children will have; ``None`` is the default one."""
    if opts is None:
        return None
    several = opts.providers or []
    given = [*(several.values() if isinstance(several, Mapping) else several), opts.provider]
    own = next((provider for provider in given if provider is not None and provider.package == "aws"), None)
    return own or (opts.parent.get_provider("aws:index:Any") if opts.parent else None)
