"""Domain: a custom domain name that several APIs share, each below a path of its own."""

from typing import Any, Unpack, overload

import pulumi

from ..faults import Faults
from ..late_checks import checked_later
from ..names import check_logical_name
from ..validation import NO_ARGS, check_shape, given
from .domain_claims import Claim, Owner, check_claim, claimed, program_claims
from .domain_inputs import DomainArgs, check_created_domain, checked_mutual_tls, created_name_fault
from .domain_resources import create_domain
from .nodes import DomainNodes


class Domain(pulumi.ComponentResource):
    """A custom domain name for any number of APIs of this program and of others, with its certificate and its DNS records. An
    API refers to it: `domain: {existing_name: <domain_name>, base_path: ...}`."""

    domain_name: pulumi.Output[str]
    """The domain name, for the input `existing_name` of APIs. Known once it exists, together with its DNS records."""
    target_domain_name: pulumi.Output[str]
    """What DNS records of your own lead to, such as latency and failover records: the regional domain name of API Gateway."""
    target_hosted_zone_id: pulumi.Output[str]
    """ID of the hosted zone of that target, for Route 53 alias records."""

    @overload
    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Unpack[DomainArgs]
    ) -> None: ...
    def __init__(
        self, name: str, args: DomainArgs = NO_ARGS, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Pass the inputs as keyword arguments, or all of them as one ``DomainArgs``.

        Raises ``InvalidArgs``, which lists every error, before anything is created.
        """
        faults = Faults(f'Domain "{name}"')
        args = check_domain(name, given(args, inputs, faults), faults)
        claim = created_domain(Owner(f'Domain "{name}"'), args)
        check_claim(args.get("domain_name"), claim, opts, faults)
        faults.raise_if_any()
        super().__init__("kms-jwt:index:Domain", name, None, opts)
        wanted = checked_later(
            args["domain_name"], lambda value: created_name_fault(value, args), faults.below("domain_name")
        )
        if "mutual_tls" in args:
            args["mutual_tls"] = checked_mutual_tls(args["mutual_tls"], faults.below("mutual_tls"))
        child = pulumi.ResourceOptions(parent=self)
        created = create_domain(name, claimed(wanted, claim, self, opts, faults), args, args.get("tags"), child)
        self.domain_name = created.name
        program_claims().will_be(self.domain_name, args["domain_name"])
        self.target_domain_name = created.target_domain_name
        self.target_hosted_zone_id = created.target_hosted_zone_id
        self.nodes: DomainNodes = created.nodes
        """The resources inside."""
        self.register_outputs(
            {
                "domainName": self.domain_name,
                "targetDomainName": self.target_domain_name,
                "targetHostedZoneId": self.target_hosted_zone_id,
            }
        )


def check_domain(name: str, args: object, faults: Faults) -> DomainArgs:
    """A checked copy of ``args``; errors are recorded in ``faults``."""
    checked = check_shape(args, DomainArgs, faults)
    check_logical_name(name, faults)
    check_created_domain("domain_name", checked.get("domain_name"), checked, faults)
    return checked


def created_domain(owner: Owner, domain: DomainArgs) -> Claim:
    """The claim of a component that creates a domain without an API."""
    return Claim(owner, "domain_name", base_path=None, mutual_tls="mutual_tls" in domain, by_name=False)
