"""The stack that is checked, and what breaks a promise of it: calls of AWS's own operations, undone afterwards."""

import io
import json
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.check.account import Account
from cli.check.promises import of_outputs
from cli.check.row import Row
from cli.check.run import Check
from emulator.aws import Aws
from emulator.config import load_stack
from emulator.deployment import Deployment
from emulator.server import MiniStack
from emulator.web import fetch

PROGRAM = Path(__file__).resolve().parents[3]
MUTANT = Path(__file__).parent / "mutant.py"


def deployment(ministack: MiniStack) -> Deployment:
    """The stack ``local`` of the program, whose API publishes its keys as well."""
    file = load_stack(PROGRAM, "local")
    apis = file.config[f"{file.project}:apis"]
    config = {**file.config, f"{file.project}:apis": {"orders": {**apis["orders"], "well_known": {}}}}
    return Deployment(ministack, PROGRAM, file.project, "check", config)


class Stack:
    """The API ``orders``, as its outputs and AWS have it. ``folder`` is for what the mutant authorizer reads."""

    def __init__(self, outputs: dict[str, Any], aws: Aws, folder: Path) -> None:
        self.outputs, self.aws = outputs, aws
        self.api: dict[str, Any] = outputs["apis"]["orders"]
        self.ids = {"ApiId": self.api["api_id"]}
        self._switch = folder / "switch.json"
        self._break(None)
        gateway = aws.apigatewayv2
        self.authorizer = {**self.ids, "AuthorizerId": self.api["authorizer_id"]}
        uri = gateway.get_authorizer(**self.authorizer)["AuthorizerUri"]
        self.function_arn = uri.partition("/functions/")[2].removesuffix("/invocations")
        self.function = self.function_arn.split(":")[6]
        self.configuration = aws.lambda_.get_function_configuration(FunctionName=self.function_arn)
        self.role = self.configuration["Role"].rpartition("/")[2]
        self._mutant: str | None = None

    def check(self, outputs: dict[str, Any] | None = None) -> list[Row]:
        """The rows for the stack, or for these outputs."""
        (promises,) = of_outputs(json.dumps(self.outputs if outputs is None else outputs))
        return list(Check(promises, Account(self.aws.kms, self.aws.client)).rows())

    def route(self, key: str) -> dict[str, Any]:
        """The route, as API Gateway has it."""
        (route,) = (item for item in self.aws.apigatewayv2.get_routes(**self.ids)["Items"] if item["RouteKey"] == key)
        return dict(route)

    @contextmanager
    def mutant(self, **broken: str) -> Iterator[None]:
        """An authorizer in place of ours, which breaks one promise."""
        if self._mutant is None:
            self._mutant = self._deploy_mutant()
        self._break(broken)
        with self._live(self._mutant):
            yield
        self._break(None)

    @contextmanager
    def text_logs(self) -> Iterator[None]:
        """The authorizer logs as text."""
        settings = self.configuration["LoggingConfig"]
        change = self.aws.lambda_.update_function_configuration
        change(FunctionName=self.function, LoggingConfig={"LogFormat": "Text", "LogGroup": settings["LogGroup"]})
        with self._live(self.aws.lambda_.publish_version(FunctionName=self.function)["Version"]):
            yield
        change(FunctionName=self.function, LoggingConfig=settings)

    @contextmanager
    def _live(self, version: str) -> Iterator[None]:
        client: Any = self.aws.lambda_
        alias = {"FunctionName": self.function, "Name": self.function_arn.split(":")[7]}
        before = client.get_alias(**alias)["FunctionVersion"]
        client.update_alias(**alias, FunctionVersion=version)
        yield
        client.update_alias(**alias, FunctionVersion=before)

    def _deploy_mutant(self) -> str:
        client = self.aws.lambda_
        code = client.get_function(FunctionName=self.function)["Code"]["Location"]
        path = urllib.parse.urlsplit(code)
        package = io.BytesIO(fetch(f"{self.aws.endpoint}{path.path}?{path.query}").body)
        with zipfile.ZipFile(package, "a") as archive:
            source = MUTANT.read_text(encoding="utf-8").replace('Path("...")', f"Path({str(self._switch)!r})")
            archive.writestr("mutant.py", source)
        client.update_function_code(FunctionName=self.function, ZipFile=package.getvalue())
        client.update_function_configuration(FunctionName=self.function, Handler="mutant.handler")
        version = client.publish_version(FunctionName=self.function)["Version"]
        client.update_function_configuration(FunctionName=self.function, Handler=self.configuration["Handler"])
        return version

    def _break(self, broken: dict[str, str] | None) -> None:
        self._switch.write_text(json.dumps(broken or {}), encoding="utf-8")
