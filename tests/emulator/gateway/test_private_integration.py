"""Private integrations: developer guide, http-api-develop-integrations-private."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator import listeners
from testkit.certificates import self_signed

from .conftest import Apis, Backend, Builder

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:listener/app/orders/50dc6c49/f2f7dc8e"
NAME = "orders.internal.example.com"


@contextmanager
def _set(api: Builder, url: str) -> Iterator[None]:
    """The setting ``emulator:listeners``, as a stack has it."""
    listeners.put(api.aws.endpoint, "tests", {LISTENER: url})
    yield
    listeners.put(api.aws.endpoint, "tests", {})


def _route(api: Builder, uri: str, key: str = "ANY /{proxy+}", link: str = "v", **settings: Any) -> None:
    api.http_route(key, uri, ConnectionType="VPC_LINK", ConnectionId=link, **settings)


@pytest.fixture
def link(apis: Apis) -> str:
    gateway = apis.aws.apigatewayv2
    made = gateway.create_vpc_link(Name="private", SubnetIds=["subnet-1"])["VpcLinkId"]
    apis.cleanup.callback(gateway.delete_vpc_link, VpcLinkId=made)
    return made


@pytest.fixture
def balancer(apis: Apis, backend: Backend) -> dict[str, Any]:
    """A listener of a load balancer in MiniStack, whose target is the backend."""
    balancing = apis.aws.client("elbv2")
    load_balancer = balancing.create_load_balancer(Name="orders", Scheme="internal")["LoadBalancers"][0]
    group = balancing.create_target_group(Name="orders", Protocol="HTTP", Port=80, TargetType="ip")["TargetGroups"][0]
    target = {"Id": "127.0.0.1", "Port": backend.server_address[1]}
    balancing.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[target])
    apis.cleanup.callback(balancing.delete_load_balancer, LoadBalancerArn=load_balancer["LoadBalancerArn"])
    apis.cleanup.callback(balancing.delete_target_group, TargetGroupArn=group["TargetGroupArn"])
    forward = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
    return {"LoadBalancerArn": load_balancer["LoadBalancerArn"], "DefaultActions": [forward]}


def _listener(apis: Apis, balancer: dict[str, Any], **settings: Any) -> str:
    balancing = apis.aws.client("elbv2")
    made = balancing.create_listener(**{"Port": 80, "Protocol": "HTTP", **balancer, **settings})["Listeners"][0]
    apis.cleanup.callback(balancing.delete_listener, ListenerArn=made["ListenerArn"])
    return str(made["ListenerArn"])


def test_integrations_private_the_path_is_the_callers(api: Builder, backend: Backend) -> None:
    _route(api, LISTENER)

    with _set(api, backend.url):
        assert api.send("/a%20b/c?x=1&x=2", "POST", b"body", **{"X-Own": "1"}).status == 200

    (request,) = backend.requests
    assert (request["method"], request["path"], request["body"]) == ("POST", "/a%20b/c?x=1&x=2", b"body")
    assert dict(request["headers"])["x-own"] == "1"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [({}, "/test/orders/7"), ({"overwrite:path": "$request.path"}, "/orders/7"), ({"overwrite:path": "/x"}, "/x")],
)
def test_integrations_private_the_stage_is_in_the_path_unless_it_is_overwritten(
    apis: Apis, backend: Backend, parameters: dict[str, str], expected: str
) -> None:
    api = apis()
    api.stage("test")
    _route(api, LISTENER, RequestParameters=parameters)

    with _set(api, backend.url):
        assert api.send("/test/orders/7").status == 200

    assert backend.requests[0]["path"] == expected


def test_integrations_private_an_unknown_listener_is_named(api: Builder) -> None:
    _route(api, LISTENER)

    answer = api.send("/orders")

    assert answer.status == 501
    assert LISTENER in answer.json()["message"]


def test_integrations_private_nobody_listening_is_503(api: Builder) -> None:
    _route(api, LISTENER)

    with _set(api, "http://127.0.0.1:9"):
        assert api.send("/orders").status == 503


def test_integrations_private_a_load_balancer(
    apis: Apis, api: Builder, link: str, balancer: dict[str, Any], backend: Backend
) -> None:
    _route(api, _listener(apis, balancer), link=link)
    backend.answer = (201, [("x-own", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2")], b"made")

    answer = api.send("/a%2Fb?x=1&x=2", "POST", b"body", **{"X-Caller": "me"})

    assert (answer.status, answer.headers["x-own"], answer.body) == (201, "1", b"made")
    (request,) = backend.requests
    assert (request["method"], request["path"], request["body"]) == ("POST", "/a%2Fb?x=1&x=2", b"body")
    assert dict(request["headers"])["x-caller"] == "me"


def test_integrations_private_the_rules_of_a_load_balancer(
    apis: Apis, api: Builder, link: str, balancer: dict[str, Any], backend: Backend
) -> None:
    arn = _listener(apis, balancer)
    balancing = apis.aws.client("elbv2")
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410", "MessageBody": "gone"}}
    path = {"Field": "path-pattern", "Values": ["/old/*"]}
    rule = balancing.create_rule(ListenerArn=arn, Priority=1, Conditions=[path], Actions=[fixed])["Rules"][0]
    _route(api, arn, link=link)

    assert (api.send("/old/1").status, api.send("/new/1").status, len(backend.requests)) == (410, 200, 1)
    balancing.delete_rule(RuleArn=rule["RuleArn"])


def test_integrations_private_without_the_vpc_link_it_is_500(
    apis: Apis, api: Builder, balancer: dict[str, Any], backend: Backend
) -> None:
    _route(api, _listener(apis, balancer))

    assert (api.send("/orders").status, backend.requests) == (500, [])


@pytest.mark.parametrize(("name", "status"), [(NAME, 200), ("other.example.com", 503), (None, 503)])
def test_integrations_private_the_server_name_is_that_of_the_listeners_certificate(
    apis: Apis, api: Builder, link: str, balancer: dict[str, Any], name: str | None, status: int
) -> None:
    certificate = apis.aws.client("acm").request_certificate(DomainName="*.internal.example.com")["CertificateArn"]
    arn = _listener(apis, balancer, Port=443, Protocol="HTTPS", Certificates=[{"CertificateArn": certificate}])
    settings: dict[str, Any] = {"TlsConfig": {"ServerNameToVerify": name}} if name else {}
    _route(api, arn, link=link, **settings)

    assert api.send("/orders").status == status


def test_integrations_private_cloud_map(apis: Apis, api: Builder, link: str, backend: Backend) -> None:
    discovery = apis.aws.client("servicediscovery")
    discovery.create_http_namespace(Name="shop")
    namespace = discovery.list_namespaces()["Namespaces"][0]["Id"]
    service = discovery.create_service(Name="orders", NamespaceId=namespace)["Service"]
    _route(api, f"{service['Arn']}?stage=blue", link=link)
    assert api.send("/orders").status == 503  # nobody there

    attributes = {"AWS_INSTANCE_IPV4": "127.0.0.1", "AWS_INSTANCE_PORT": str(backend.server_address[1])}
    for stage, status in (("green", 503), ("blue", 200)):
        instance = {**attributes, "stage": stage}
        discovery.register_instance(ServiceId=service["Id"], InstanceId="1", Attributes=instance)
        assert api.send("/orders").status == status

    discovery.deregister_instance(ServiceId=service["Id"], InstanceId="1")
    discovery.delete_service(Id=service["Id"])
    discovery.delete_namespace(Id=namespace)


@pytest.mark.parametrize(("name", "status"), [(NAME, 200), ("other.example.com", 503)])
def test_integrations_private_tls_to_the_listener(api: Builder, tls_backend: Backend, name: str, status: int) -> None:
    _route(api, LISTENER, TlsConfig={"ServerNameToVerify": name})

    with _set(api, tls_backend.url.replace("http:", "https:")):
        assert api.send("/orders").status == status

    assert [dict(request["headers"])["host"] for request in tls_backend.requests] == [NAME] * (status == 200)


def test_integrations_private_a_server_name_asks_for_tls(api: Builder, backend: Backend) -> None:
    _route(api, LISTENER, TlsConfig={"ServerNameToVerify": NAME})

    with _set(api, backend.url):
        assert (api.send("/orders").status, backend.requests) == (503, [])


@pytest.fixture
def tls_backend(tmp_path: Path) -> Iterator[Backend]:
    """A backend with a certificate for ``NAME`` that it has made itself."""
    file = tmp_path / "backend.pem"
    file.write_bytes(self_signed(NAME))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with Backend() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
