"""The stack that is checked, and what breaks a promise of it: calls of AWS's own operations, undone afterwards."""

import io
import json
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
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

Broken = dict[str, list[str]]
"""``accepts`` and ``denies``: expressions in the names of ``mutant.py``."""


def deployment(ministack: MiniStack) -> Deployment:
    """The stack ``local`` of the program, whose API publishes its keys as well, and has a route with IAM authorization."""
    file = load_stack(PROGRAM, "local")
    apis = file.config[f"{file.project}:apis"]
    routes = {**apis["orders"]["routes"], "GET /reports": {"authorization": "iam"}}
    orders = {**apis["orders"], "well_known": {}, "routes": routes}
    config = {**file.config, f"{file.project}:apis": {"orders": orders}}
    del config[f"{file.project}:token_service"]  # no part of what is checked
    return Deployment(ministack, PROGRAM, file.project, "check", config)


class Stack:
    """The API ``orders``, as its outputs and AWS have it. ``folder`` is for what the mutant authorizer reads."""

    def __init__(self, outputs: dict[str, Any], aws: Aws, folder: Path) -> None:
        self.outputs, self.aws = outputs, aws
        self.api: dict[str, Any] = outputs["apis"]["orders"]
        self.ids = {"ApiId": self.api["api_id"]}
        self._switch = folder / "switch.json"
        self._broken: Broken = {"accepts": [], "denies": []}
        self._write()
        gateway = aws.apigatewayv2
        self.authorizer = {**self.ids, "AuthorizerId": self.api["authorizer_id"]}
        uri = gateway.get_authorizer(**self.authorizer)["AuthorizerUri"]
        self.function_arn = uri.partition("/functions/")[2].removesuffix("/invocations")
        self.function = self.function_arn.split(":")[6]
        self.configuration = aws.lambda_.get_function_configuration(FunctionName=self.function_arn)
        self.role = self.configuration["Role"].rpartition("/")[2]
        self._mutant: str | None = None
        self._config = b""

    def check(self) -> list[Row]:
        """The rows for the stack."""
        return list(self.check_with(self.outputs).rows())

    def check_with(self, outputs: dict[str, Any], **options: Any) -> Check:
        """The check of other outputs."""
        (promises,) = of_outputs(json.dumps(outputs))
        return Check(promises, Account(self.aws.kms, self.aws.client), **options)

    @contextmanager
    def promising(self, top: dict[str, Any] | None = None, **changes: Any) -> Iterator[None]:
        """Other outputs: ``top`` of the stack, ``changes`` of the API."""
        before = self.outputs
        self.outputs = {**before, "apis": {"orders": {**before["apis"]["orders"], **changes}}, **(top or {})}
        yield
        self.outputs = before

    def route(self, key: str) -> dict[str, Any]:
        """The route, as API Gateway has it."""
        (route,) = (item for item in self.aws.apigatewayv2.get_routes(**self.ids)["Items"] if item["RouteKey"] == key)
        return dict(route)

    @contextmanager
    def mutant(self, accepts: str = "False", denies: str = "False") -> Iterator[None]:
        """An authorizer in place of ours, which breaks one promise more."""
        before = self._broken
        self._broken = {"accepts": [*before["accepts"], accepts], "denies": [*before["denies"], denies]}
        self._write()
        with self._live(self.mutant_version()):
            yield
        self._broken = before
        self._write()

    def mutant_version(self) -> str:
        """Of the authorizer's function. As long as no promise is broken, it answers as ours."""
        if self._mutant is None:
            source = MUTANT.read_text(encoding="utf-8").replace('Path("...")', f"Path({str(self._switch)!r})")
            self._mutant = self._publish(lambda files: files.update({"mutant.py": source.encode()}), "mutant.handler")
        return self._mutant

    @contextmanager
    def configured(self, change: Callable[[dict[str, Any]], object]) -> Iterator[None]:
        """Our authorizer with another ``config.json``."""

        def changed(files: dict[str, bytes]) -> None:
            self._config = files["config.json"]
            config = json.loads(self._config)
            change(config)
            files["config.json"] = json.dumps(config).encode()

        with self._live(self._publish(changed, self.configuration["Handler"])):
            yield
        # MiniStack hands out the code of $LATEST whatever version is asked for.
        self._publish(lambda files: files.update({"config.json": self._config}), self.configuration["Handler"])

    @contextmanager
    def text_logs(self) -> Iterator[None]:
        """The authorizer logs as text."""
        settings = self.configuration["LoggingConfig"]
        change = self.aws.lambda_.update_function_configuration
        change(FunctionName=self.function, LoggingConfig={"LogFormat": "Text", "LogGroup": settings["LogGroup"]})
        with self._live(self.aws.lambda_.publish_version(FunctionName=self.function)["Version"]):
            yield
        change(FunctionName=self.function, LoggingConfig=settings)

    @property
    def alias(self) -> dict[str, str]:
        """That which the authorizer invokes."""
        return {"FunctionName": self.function, "Name": self.function_arn.split(":")[7]}

    @contextmanager
    def _live(self, version: str) -> Iterator[None]:
        client: Any = self.aws.lambda_
        before = client.get_alias(**self.alias)["FunctionVersion"]
        client.update_alias(**self.alias, FunctionVersion=version)
        yield
        client.update_alias(**self.alias, FunctionVersion=before)

    def _publish(self, change: Callable[[dict[str, bytes]], object], handler: str) -> str:
        client = self.aws.lambda_
        path = urllib.parse.urlsplit(client.get_function(FunctionName=self.function_arn)["Code"]["Location"])
        with zipfile.ZipFile(io.BytesIO(fetch(f"{self.aws.endpoint}{path.path}?{path.query}").body)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        client.update_function_code(FunctionName=self.function, ZipFile=package.getvalue())
        client.update_function_configuration(FunctionName=self.function, Handler=handler)
        version = client.publish_version(FunctionName=self.function)["Version"]
        client.update_function_configuration(FunctionName=self.function, Handler=self.configuration["Handler"])
        return version

    def _write(self) -> None:
        self._switch.write_text(json.dumps(self._broken), encoding="utf-8")
