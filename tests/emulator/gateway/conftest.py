"""APIs, functions and backends for the tests of the gateway, made anew for each test."""

import http.server
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from emulator.aws import Aws
from emulator.resources.apigatewayv2 import api_endpoint
from emulator.server import MiniStack
from emulator.web import Answer, fetch

from ..principals import new_role

ECHO = "def handler(event, context): return {'statusCode': 200, 'body': __import__('json').dumps(event)}"
ALLOW = "def handler(event, context): return {'isAuthorized': True, 'context': {'sub': 'alice', 'n': 1}}"


class Backend(http.server.ThreadingHTTPServer):
    """Answers what ``answer`` says, or at the paths of ``by_path`` 200 with their bodies, and keeps the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.answer: tuple[int, list[tuple[str, str]], bytes] = (200, [], b"")
        self.by_path: dict[str, Callable[[], bytes]] = {}
        self.hold = threading.Event()
        self.hold.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Backend
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        self.close_connection = True
        if not self.raw_requestline or not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        self.server.requests.append({"method": self.command, "path": self.path, "headers": headers, "body": body})
        self.server.hold.wait()
        body_of = self.server.by_path.get(self.path)
        status, fields, content = (200, [], body_of()) if body_of else self.server.answer
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Builder:
    """An HTTP API under test."""

    def __init__(self, aws: Aws, cleanup: ExitStack, role: str, settings: dict[str, Any]) -> None:
        self.aws = aws
        self._cleanup = cleanup
        self._role = role
        self.gateway: Any = aws.client("apigatewayv2")
        self.id: str = self.gateway.create_api(Name="test", ProtocolType="HTTP", **settings)["ApiId"]
        cleanup.callback(self.gateway.delete_api, ApiId=self.id)
        self.url = api_endpoint(aws, self.id)
        self.arn = f"arn:aws:execute-api:{aws.region}:{aws.account}:{self.id}"

    def stage(self, name: str = "$default", **settings: Any) -> None:
        self.gateway.create_stage(ApiId=self.id, StageName=name, AutoDeploy=True, **settings)

    def function(self, code: str, *source_arns: str, timeout: int = 3, files: Mapping[str, str] | None = None) -> str:
        """The ARN of a function that API Gateway may invoke for ``source_arns``; ``files`` are modules beside its own."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", code)
            for module, text in (files or {}).items():
                archive.writestr(f"lib/{module}.py", text)
        functions: Any = self.aws.client("lambda")
        name = f"gateway-{self.id}-{len(functions.list_functions()['Functions'])}"
        made = functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self._role,
            Handler="app.handler",
            Code={"ZipFile": buffer.getvalue()},
            Timeout=timeout,
        )
        self._cleanup.callback(functions.delete_function, FunctionName=name)
        for index, source_arn in enumerate(source_arns):
            functions.add_permission(
                FunctionName=name,
                StatementId=f"s{index}",
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=source_arn,
            )
        return str(made["FunctionArn"])

    def authorizer(self, code: str = ALLOW, *, permitted: bool = True, **settings: Any) -> str:
        function = self.function(code, *([f"{self.arn}/authorizers/*"] if permitted else []))
        uri = f"arn:aws:apigateway:{self.aws.region}:lambda:path/2015-03-31/functions/{function}/invocations"
        settings = {
            "AuthorizerPayloadFormatVersion": "2.0",
            "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.Authorization"],
            "AuthorizerResultTtlInSeconds": 0,
            **settings,
        }
        made = self.gateway.create_authorizer(
            ApiId=self.id, Name="a", AuthorizerType="REQUEST", AuthorizerUri=uri, **settings
        )
        return str(made["AuthorizerId"])

    def integration(self, **settings: Any) -> str:
        return str(self.gateway.create_integration(ApiId=self.id, **settings)["IntegrationId"])

    def route(self, key: str, integration: str, authorizer: str | None = None, **settings: Any) -> None:
        if authorizer:
            settings |= {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer}
        self.gateway.create_route(ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}", **settings)

    def lambda_route(
        self,
        key: str,
        code: str = ECHO,
        authorizer: str | None = None,
        version: str = "2.0",
        files: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        function = self.function(code, f"{self.arn}/*/*", files=files)
        made = self.integration(
            IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion=version, **settings
        )
        self.route(key, made, authorizer)

    def http_route(self, key: str, url: str, authorizer: str | None = None, **settings: Any) -> None:
        settings = {"IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0", **settings}
        self.route(key, self.integration(IntegrationType="HTTP_PROXY", IntegrationUri=url, **settings), authorizer)

    def send(self, path: str, method: str = "GET", body: bytes | None = None, /, **headers: str) -> Answer:
        return fetch(self.url + path, headers, method=method, body=body)

    def event(self, path: str, method: str = "GET", body: bytes | None = None, /, **headers: str) -> dict[str, Any]:
        answer = self.send(path, method, body, **headers)
        assert answer.status == 200, answer
        event: dict[str, Any] = json.loads(answer.body)
        return event


class Apis:
    """Makes APIs."""

    def __init__(self, aws: Aws, cleanup: ExitStack, role: str) -> None:
        self.aws = aws
        self.cleanup = cleanup
        self.function_role = role

    def __call__(self, **settings: Any) -> Builder:
        return Builder(self.aws, self.cleanup, self.function_role, settings)


@pytest.fixture(scope="session")
def function_role(ministack: MiniStack) -> str:
    """The ARN of a role for functions, which may do nothing but write their logs."""
    return new_role(ministack.region().iam, "gateway-functions", "lambda.amazonaws.com", "logs:*")


@pytest.fixture
def apis(ministack: MiniStack, function_role: str) -> Iterator[Apis]:
    with ExitStack() as cleanup:
        yield Apis(ministack.region("eu-west-1"), cleanup, function_role)


@pytest.fixture
def api(apis: Apis) -> Builder:
    made = apis()
    made.stage()
    return made


@pytest.fixture
def backend() -> Iterator[Backend]:
    with Backend() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.hold.set()
        server.shutdown()
        thread.join()
