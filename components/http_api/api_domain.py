"""The domain of an API: created with it or existing, its URL, and the mapping that leads from there to the API."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from ..faults import Faults
from .api_domain_inputs import ApiDomainArgs, checked_api_domain, domain_claim, host_fault, name_key
from .domain_claims import EXISTING, Owner, check_claim, claimed, program_claims
from .domain_inputs import WILDCARD
from .domain_resources import create_domain
from .nodes import DomainNodes


class ApiDomain(NamedTuple):
    """The domain of an API, without the mapping."""

    name: pulumi.Output[str]
    """The domain name, known once it exists in API Gateway."""
    url: pulumi.Output[str]
    """The URL that the API will have, known once the domain name and its DNS records exist."""
    base_path: str | None
    nodes: DomainNodes | None
    """``None`` for a domain that exists."""


class DomainOfApi:
    """The domain of the API ``label``. What contradicts another component of the program is recorded in ``faults``.

    ``given`` are the arguments of the API as the program wrote them: the checked ones, of which ``domain`` is one, have other
    Outputs.
    """

    def __init__(
        self,
        label: str,
        given: object,
        domain: ApiDomainArgs | None,
        opts: pulumi.ResourceOptions | None,
        faults: Faults,
    ) -> None:
        self._domain, self._opts, self._faults = domain, opts, faults.below("domain")
        self._owner = Owner(label)
        self._expected: str | None = None
        if domain is not None:
            self._expected = _expected(given)
            name = self._expected or domain.get(name_key(domain))
            check_claim(name, domain_claim(self._owner, domain), opts, self._faults)

    def create(
        self,
        name: str,
        component: pulumi.ComponentResource,
        default_endpoint: pulumi.Output[str],
        tags: Mapping[str, pulumi.Input[str]] | None,
    ) -> ApiDomain | None:
        """The domain, as a child of ``component`` if it is to be created; ``None`` without one."""
        if self._domain is None:
            return None
        domain = checked_api_domain(self._domain, self._faults)
        claim = domain_claim(self._owner, self._domain)
        known = claimed(domain[name_key(domain)], claim, component, self._opts, self._faults, self._expected)
        nodes = None
        if "existing_name" not in domain:
            created = create_domain(name, known, domain, tags, pulumi.ResourceOptions(parent=component))
            known, nodes = created.name, created.nodes
        program_claims().will_be(known, self._expected or self._domain[name_key(domain)])
        url = pulumi.Output.all(known, default_endpoint).apply(self._url)
        return ApiDomain(known, url, domain.get("base_path"), nodes)

    @staticmethod
    def output(domain: ApiDomain | None) -> pulumi.Output[str | None]:
        """The name of the domain that has been created, for whoever shares it."""
        return domain.name if domain else pulumi.Output.from_input(None)

    def _url(self, values: list[Any]) -> str:
        """A wildcard is no host name: without ``host``, the URL is that of the default endpoint."""
        domain, (name, default_endpoint) = self._domain or {}, values
        if fault := host_fault(name, domain):
            raise self._faults.below("host").late_error_here(fault)
        if name.startswith(WILDCARD) and "host" not in domain:
            return str(default_endpoint)
        path = f"/{domain['base_path']}" if "base_path" in domain else ""
        return f"https://{domain.get('host', name)}{path}"


def _expected(given: object) -> str | None:
    """What ``domain.existing_name`` will be, if it is the output of a component of this program."""
    domain = given.get("domain") if isinstance(given, Mapping) else None
    return program_claims().expected(domain.get(EXISTING)) if isinstance(domain, Mapping) else None


def map_domain(
    name: str,
    domain: ApiDomain,
    api_id: pulumi.Output[str],
    stage_id: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> aws.apigatewayv2.ApiMapping:
    """The mapping of ``domain`` to the API's stage, without which the API does not have its URL there."""
    return aws.apigatewayv2.ApiMapping(
        f"{name}-mapping",
        api_id=api_id,
        domain_name=domain.name,
        stage=stage_id,
        api_mapping_key=domain.base_path,
        opts=opts,
    )
