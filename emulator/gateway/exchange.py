"""One request on its way through the gateway: what is known about it so far."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from .backplane import Api
from .request import Request, decoded
from .routing import DEFAULT, Match, template_of

_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass
class Exchange:
    """A request to ``api``. ``path`` is that after the stage; ``base_path`` that of a custom domain's mapping."""

    request: Request
    api: Api
    stage: str
    path: str
    domain_name: str
    base_path: str | None
    match: Match | None = None
    authorizer_context: dict[str, Any] | None = None
    principal_id: str | None = None
    iam: dict[str, Any] | None = None
    """Who signed the request with AWS credentials, as events have it."""
    jwt: dict[str, Any] | None = None
    """The claims and the scopes that the JWT authorizer passes on, as events have them."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Values of ``$context`` that are known only after a step: of errors, the authorizer and the integration."""
    started: float = field(default_factory=time.monotonic)

    @property
    def route(self) -> dict[str, Any]:
        """The route that matched."""
        if self.match is None:
            raise LookupError("no route has matched yet")
        return self.match.route

    @property
    def raw_path(self) -> str:
        """The path in events: decoded, with the name of the stage unless it is ``$default``."""
        return ("" if self.stage == DEFAULT else f"/{self.stage}") + decoded(self.path)

    @property
    def stage_variables(self) -> dict[str, str]:
        """Of the stage."""
        return self.api.stages[self.stage].get("stageVariables") or {}

    def answered(self, service_status: int, status: int | None = None) -> None:
        """Notes the status from the integration's service, and that from the backend behind it if that is another one."""
        for name in ("integrationStatus", "integration.integrationStatus"):
            self.variables[name] = service_status
        self.variables["integration.status"] = status or service_status

    def with_stage_variables(self, uri: str) -> str:
        """``uri`` of an integration with its ``${stageVariables.name}`` replaced; without a value they are empty."""
        return _STAGE_VARIABLE.sub(lambda found: self.stage_variables.get(found[1], ""), uri)

    @property
    def arn(self) -> str:
        """Of the request, for IAM policies that an authorizer returns: with the path that was sent."""
        return f"{self._stage_arn}/{self.request.method}{decoded(self.path)}"

    @property
    def source_arns(self) -> set[str]:
        """Of the route, for permissions of functions. Whether AWS sends a route's ``ANY`` or the method of the request is
        not documented, so a permission has to allow both."""
        if self.route["routeKey"] == DEFAULT:
            return {f"{self._stage_arn}/{DEFAULT}"}
        method, path = self.route["routeKey"].split(" ", 1)
        return {f"{self._stage_arn}/{of}{path}" for of in (method, self.request.method)}

    @property
    def route_path(self) -> str:
        """Of the route's key."""
        return template_of(self.route["routeKey"])

    @property
    def _stage_arn(self) -> str:
        return f"arn:aws:execute-api:{self.api.region}:{self.api.account}:{self.api.id}/{self.stage}"
