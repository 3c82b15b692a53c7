"""Looks at an API after every single call that changes something in AWS: what a caller would find at that moment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from emulator.aws import Aws


class Watch:
    """The calls that changed something, in order, and what was wrong after one of them."""

    def __init__(self, aws: Aws, api_id: str, call: Callable[[], int]) -> None:
        self.calls: list[str] = []
        self.faults: list[str] = []
        self._aws = aws
        self._api_id = api_id
        self._call = call

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While the block lasts, every change is followed by a look."""
        clients = [self._aws.lambda_, self._aws.apigatewayv2]
        for client in clients:
            client.meta.events.register("before-parameter-build", self._note)
            client.meta.events.register("after-call", self._look)
        try:
            yield
        finally:
            for client in clients:
                client.meta.events.unregister("before-parameter-build", self._note)
                client.meta.events.unregister("after-call", self._look)

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        if _changes(model.name):
            which = params.get("Qualifier") or params.get("FunctionVersion")
            self.calls.append(f"{model.name} {which}" if which else model.name)

    def _look(self, model: Any, **_: object) -> None:
        if not _changes(model.name):
            return
        try:
            for route in self._aws.apigatewayv2.get_routes(ApiId=self._api_id)["Items"]:
                if route["AuthorizationType"] == "CUSTOM":
                    self._look_at(route["AuthorizerId"])
            if (status := self._call()) != 200:
                raise AssertionError(f"a caller gets a {status}")
        except Exception as fault:
            self.faults.append(f"after {self.calls[-1]}: {fault!r}")

    def _look_at(self, authorizer_id: str) -> None:
        """API Gateway may call the authorizer's function, also that of an authorizer which answers from its cache."""
        authorizer = self._aws.apigatewayv2.get_authorizer(ApiId=self._api_id, AuthorizerId=authorizer_id)
        function_arn = authorizer["AuthorizerUri"].partition("/functions/")[2].removesuffix("/invocations")
        name, *qualifier = function_arn.split(":")[6:]
        which: Any = {"FunctionName": name, **({"Qualifier": qualifier[0]} if qualifier else {})}
        assert self._aws.lambda_.get_function_configuration(**which)["State"] == "Active"
        allowed = {
            statement["Condition"]["ArnLike"]["AWS:SourceArn"].rpartition(":")[2]
            for statement in json.loads(self._aws.lambda_.get_policy(**which)["Policy"])["Statement"]
        }
        assert f"{self._api_id}/authorizers/{authorizer_id}" in allowed, f"{function_arn} may not be called"


def _changes(operation: str) -> bool:
    return not operation.startswith(("Get", "List"))
