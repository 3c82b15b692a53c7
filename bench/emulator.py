"""What does the emulator's gateway add to a request?"""

import http.client
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.aws import Aws
from emulator.resources.apigatewayv2 import api_endpoint
from emulator.server import MiniStack

from .answer import Answer, Scale, Target, figure
from .turns import take_turns, timed

_CODE = "def handler(event, context): return {'isAuthorized': True, 'statusCode': 200, 'body': '{}'}"
_LIMIT_MS = 5.0

_INVOKED, _FUNCTION = "Lambda's Invoke", "gateway, function"
_CALLED, _BACKEND = "the backend itself", "gateway, HTTP backend"
_AUTHORIZED, _CACHED = "gateway, authorizer, HTTP backend", "gateway, cached authorizer, HTTP backend"


def measure(scale: Scale) -> Answer:
    """One client, one request after the other, each kind on a connection of its own."""
    answer = Answer("Emulator: what its gateway adds to a request (ms)", "emulator")
    with MiniStack() as ministack, _backend() as backend, ExitStack() as closed:
        aws = ministack.region()
        function = _function(aws)
        endpoint = urlsplit(api_endpoint(aws, _api(aws, function, backend)))
        invoke = f"/2015-03-31/functions/{function}/invocations"
        signed = _signed(aws, invoke)
        sides = {
            _INVOKED: (urlsplit(aws.endpoint), "POST", invoke, signed),
            _FUNCTION: (endpoint, "GET", f"{endpoint.path}/function", {}),
            _CALLED: (urlsplit(backend), "GET", "/", {}),
            _BACKEND: (endpoint, "GET", f"{endpoint.path}/backend", {}),
            _CACHED: (endpoint, "GET", f"{endpoint.path}/cached", {"Authorization": "x"}),
            _AUTHORIZED: (endpoint, "GET", f"{endpoint.path}/authorized", {"Authorization": "x"}),
        }
        actions = {name: timed(_sender(closed, *side)) for name, side in sides.items()}
        take_turns(actions, 10)  # execution environments start
        samples = take_turns(actions, scale.of(500, 50))
    answer.figures = [figure(name, "ms", [each / 1000 for each in found]) for name, found in samples.items()]
    for name, through, directly in (("a function", _FUNCTION, _INVOKED), ("a backend", _BACKEND, _CALLED)):
        added = answer.median(through) - answer.median(directly)
        answer.targets.append(Target(f"the gateway in front of {name}", added, _LIMIT_MS, "ms"))
    added = answer.median(_CACHED) - answer.median(_CALLED)
    answer.targets.append(Target("the gateway with a cached authorizer in front of a backend", added, _LIMIT_MS, "ms"))
    return answer


def _sender(closed: ExitStack, url: Any, method: str, path: str, headers: dict[str, str]) -> Callable[[int], None]:
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    closed.callback(connection.close)

    def send(_: int) -> None:
        connection.request(method, path, b"{}" if method == "POST" else None, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == http.client.OK, response.status  # noqa: S101 - otherwise the figures are meaningless

    return send


def _signed(aws: Aws, path: str) -> dict[str, str]:
    """Signed once: the client's own work is not what is measured."""
    request = AWSRequest("POST", aws.endpoint + path, data=b"{}")
    SigV4Auth(Credentials("test", "test"), "lambda", aws.region).add_auth(request)
    return dict(request.headers.items())


def _function(aws: Aws) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.iam.create_role(RoleName="bench", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", _CODE)
    code: Any = {"ZipFile": package.getvalue()}
    made = aws.lambda_.create_function(
        FunctionName="bench", Runtime="python3.13", Role=role, Handler="app.handler", Code=code
    )
    aws.lambda_.add_permission(
        FunctionName="bench", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return made["FunctionArn"]


def _api(aws: Aws, function: str, backend: str) -> str:
    gateway: Any = aws.apigatewayv2
    api = gateway.create_api(Name="bench", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    invoked = f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{function}/invocations"
    shared = {"AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True, "AuthorizerUri": invoked}
    shared |= {"IdentitySource": ["$request.header.Authorization"], "AuthorizerType": "REQUEST"}
    authorizers = {
        f"GET /{name}": gateway.create_authorizer(ApiId=api, Name=name, AuthorizerResultTtlInSeconds=ttl, **shared)[
            "AuthorizerId"
        ]
        for name, ttl in (("cached", 3600), ("authorized", 0))
    }
    to_function: Any = {"IntegrationType": "AWS_PROXY", "IntegrationUri": function, "PayloadFormatVersion": "2.0"}
    to_backend: Any = {"IntegrationType": "HTTP_PROXY", "IntegrationUri": backend, "PayloadFormatVersion": "1.0"}
    for key in ("GET /function", "GET /backend", *authorizers):
        integration = to_function if key == "GET /function" else {**to_backend, "IntegrationMethod": "GET"}
        target = f"integrations/{gateway.create_integration(ApiId=api, **integration)['IntegrationId']}"
        needed: Any = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizers[key]} if key in authorizers else {}
        gateway.create_route(ApiId=api, RouteKey=key, Target=target, **needed)
    return str(api)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


@contextmanager
def _backend() -> Iterator[str]:
    """The URL of a backend that answers at once."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
