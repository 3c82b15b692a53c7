"""An API that trusts several issuers: what it answers to a token, and what its access log says about that."""

import io
import json
import zipfile
from typing import NamedTuple

from emulator.deployment import Deployment
from emulator.web import Answer, fetch
from testkit.api import bearer


class Answered(NamedTuple):
    """An answer, and what the API's access log says about it."""

    answer: Answer
    reason: str | None
    issuer: str
    """Its name in the configuration; a dash if it is not certain."""


class Trusting:
    """The API, and the log of its requests."""

    def __init__(self, deployment: Deployment) -> None:
        self._endpoint = deployment.up()["apis"]["orders"]["endpoint"]
        self._logs = deployment.aws.client("logs")
        (self._group,) = (
            resource.inputs["name"]
            for resource in deployment.resources.values()
            if resource.type == "aws:cloudwatch/logGroup:LogGroup" and "access" in resource.name
        )
        (self.config,) = (
            json.loads(package.read("config.json"))
            for resource in deployment.resources.values()
            if resource.type == "aws:lambda/function:Function"
            for package in [zipfile.ZipFile(io.BytesIO(resource.inputs["code"].pack()))]
            if "config.json" in package.namelist()
        )

    def get(self, path: str, token: str) -> Answered:
        """Send the token to the route."""
        answer = fetch(self._endpoint + path, bearer(token))
        identifier = answer.headers["apigw-requestid"]
        events = self._logs.filter_log_events(logGroupName=self._group, filterPattern=f'"{identifier}"')["events"]
        (line,) = (json.loads(event["message"]) for event in events if identifier in event["message"])
        reason = line["deniedReason"]
        return Answered(answer, None if reason == "-" else reason, line["issuer"])
