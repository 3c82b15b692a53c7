"""The resources of a stack, and what refers to what."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .resource import Resource

API = "aws:apigatewayv2/api:Api"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
DOMAIN = "aws:apigatewayv2/domainName:DomainName"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
ROUTE = "aws:apigatewayv2/route:Route"
STAGE = "aws:apigatewayv2/stage:Stage"
FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"

_FUNCTION_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]*:\d*:function:(?P<name>[\w-]+)(?::(?P<qualifier>[\w$-]+))?")


class Stack:
    """The resources of a stack, without those that are yet to be deleted."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        everything = list(resources)
        self.pending_deletion = [resource for resource in everything if resource.pending_deletion]
        self.resources = [resource for resource in everything if not resource.pending_deletion]
        self._by_urn = {resource.urn: resource for resource in self.resources}
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._by_id: dict[tuple[str, str], Resource] = {}
        self._functions: dict[str, Resource] = {}
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
            if resource.id is not None:
                self._by_id[resource.type, resource.id] = resource
        for function in self.of(FUNCTION):
            for name in (function.id, function.value("name"), function.outputs.get("name")):
                if isinstance(name, str):
                    self._functions[name] = function

    def of(self, type_: str) -> list[Resource]:
        """The resources of this type, by name."""
        return sorted(self._by_type.get(type_, []), key=lambda resource: resource.name)

    def by_id(self, type_: str, id_: object) -> Resource | None:
        """The resource of this type with this id."""
        return self._by_id.get((type_, id_)) if isinstance(id_, str) else None

    def referred(self, resource: Resource, name: str, type_: str) -> Resource | None:
        """The resource of this type to which the input ``name`` refers: by its id, also after ``integrations/``; or, while
        that is unknown, as the only one of this type on which the input depends."""
        value = resource.value(name)
        if isinstance(value, str) and (found := self.by_id(type_, value.rpartition("/")[2])):
            return found
        sources = (self._by_urn.get(urn) for urn in dict.fromkeys(resource.dependencies.get(name, ())))
        matching = [source for source in sources if source is not None and source.type == type_]
        return matching[0] if len(matching) == 1 else None

    def function(self, resource: Resource, name: str) -> Resource | None:
        """The Lambda function of this stack that the input ``name`` of ``resource`` names, also through an alias."""
        if named := function_name(resource.value(name)):
            return self._functions.get(named)
        if alias := self.referred(resource, name, ALIAS):
            return self._functions.get(str(alias.value("functionName"))) or self.function(alias, "functionName")
        return self.referred(resource, name, FUNCTION)


def function_name(value: Any, *, qualified: bool = False) -> str | None:
    """The name of the Lambda function in its ARN, or in the URI with which API Gateway invokes it."""
    found = _FUNCTION_ARN.search(value) if isinstance(value, str) else None
    if found is None:
        return None
    return f"{found['name']}:{found['qualifier']}" if qualified and found["qualifier"] else found["name"]
