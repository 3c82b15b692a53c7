"""The domains of a stack: those of its key ``domains``, which its APIs share, and who claims which path of which domain."""

from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi

from components.faults import Faults
from components.http_api.api_domain_inputs import ApiDomainArgs, domain_claim, name_key
from components.http_api.domain import check_domain, created_domain
from components.http_api.domain_claims import EXISTING, Claim, Claims, Owner
from components.http_api.domain_inputs import DomainArgs

Args = TypeVar("Args", bound=Mapping[str, Any])


class StackDomains:
    """Checks the domains before anything is created: errors are recorded in ``faults``, those of the stack."""

    def __init__(self, given: object, faults: Faults) -> None:
        self.created: dict[str, DomainArgs] = {}
        """The arguments of the ``Domain`` components, by name."""
        self._claims = Claims("write it under domains instead, where every API can refer to it")
        below = faults.below("domains")
        if not isinstance(given, Mapping):
            below.add(f"must be an object, and is {given!r}")
            return
        for name, args in sorted(given.items()):
            at = below.below(name)
            self.created[name] = check_domain(name, args, at)
            claim = created_domain(Owner(f"domains.{name}"), self.created[name])
            self._claim(self.created[name].get("domain_name"), claim, at)

    def claim(self, label: str, domain: ApiDomainArgs, faults: Faults) -> None:
        """``label``, an API or the token service, has this ``domain``; errors are recorded in ``faults``."""
        claim = domain_claim(Owner(label), domain)
        name = domain.get(name_key(domain))
        if claim.key == EXISTING and name in self._names:
            claim = claim._replace(by_name=False)  # replaced by the output of its component: see ``with_domain``
        self._claim(name, claim, faults)

    def _claim(self, name: object, claim: Claim, faults: Faults) -> None:
        if not isinstance(name, str):
            return
        if conflict := self._claims.conflict(None, name, claim):
            faults.below(conflict.key).add(conflict.reason)
        self._claims.add(None, name, claim)

    @property
    def _names(self) -> set[object]:
        return {args.get("domain_name") for args in self.created.values()}


def with_domain(args: Args, domain_names: Mapping[Any, pulumi.Output[str]]) -> Args:
    """``args`` of an API or a token service, whose domain is known once the stack has created it, if it is one of
    ``domain_names``."""
    domain = args.get("domain") or {}
    if (created := domain_names.get(domain.get(EXISTING))) is None:
        return args
    return {**args, "domain": {**domain, EXISTING: created}}  # type: ignore[return-value] # of the same shape
