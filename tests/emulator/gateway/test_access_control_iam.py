"""IAM authorization: developer guide, http-api-access-control-iam, and Signature Version 4 of IAM's guide."""

import json
import urllib.parse
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.server import MiniStack
from emulator.web import Answer, fetch

from ..principals import document, session_of
from .conftest import Backend, Builder

FORBIDDEN = (403, {"message": "Forbidden"})


def _allow(resource: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource, **more}


def _signed(
    url: str,
    credentials: Mapping[str, str],
    method: str = "GET",
    body: bytes = b"",
    service: str = "execute-api",
    region: str = "eu-west-1",
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a request as the AWS SDK signs it."""
    request = AWSRequest(method=method, url=url, data=body, headers={**(headers or {})})
    keys = (
        credentials["aws_access_key_id"],
        credentials["aws_secret_access_key"],
        credentials.get("aws_session_token"),
    )
    SigV4Auth(Credentials(*keys), service, region).add_auth(request)
    return dict(request.headers.items())


class Principals:
    """A user and a role, with the policies that a test gives them."""

    def __init__(self, iam: Any, aws: Any, account: str) -> None:
        self._iam, self._aws = iam, aws
        iam.create_user(UserName="caller")
        made = iam.create_access_key(UserName="caller")["AccessKey"]
        self.user = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
        self.role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=document(trust))["Role"]

    def may(self, *statements: dict[str, Any]) -> None:
        text = document(*statements)
        self._iam.put_user_policy(UserName="caller", PolicyName="calls", PolicyDocument=text)
        self._iam.put_role_policy(RoleName="caller", PolicyName="calls", PolicyDocument=text)

    def session(self) -> dict[str, str]:
        return session_of(self._aws, self.role["Arn"])


@pytest.fixture(scope="module")
def principals(ministack: MiniStack) -> Iterator[Principals]:
    aws = ministack.region("eu-west-1")
    iam: Any = aws.client("iam")
    yield Principals(iam, aws, aws.account)
    for key in iam.list_access_keys(UserName="caller")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="caller", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="caller", PolicyName="calls")
    iam.delete_user(UserName="caller")
    iam.delete_role_policy(RoleName="caller", PolicyName="calls")
    iam.delete_role(RoleName="caller")


@pytest.fixture
def callers(principals: Principals) -> Principals:
    """Those who may call every API."""
    principals.may(_allow("*"))
    return principals


@pytest.fixture
def signed_api(api: Builder, backend: Backend) -> Builder:
    """An API all of whose routes have IAM authorization."""
    made = api.integration(
        IntegrationType="HTTP_PROXY", IntegrationUri=backend.url, IntegrationMethod="ANY", PayloadFormatVersion="1.0"
    )
    api.route("ANY /{proxy+}", made, AuthorizationType="AWS_IAM")
    return api


def _answer(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json() if answer.status == 403 else None


def _call(
    api: Builder, credentials: Mapping[str, str], path: str = "/orders", method: str = "GET", body: bytes = b""
) -> tuple[int, Any]:
    url = api.url + path
    return _answer(fetch(url, _signed(url, credentials, method, body), method=method, body=body or None))


def test_access_control_iam_with_the_permission(signed_api: Builder, principals: Principals, backend: Backend) -> None:
    principals.may(_allow(f"{signed_api.arn}/$default/GET/orders"))

    assert _call(signed_api, principals.user)[0] == 200
    assert _call(signed_api, principals.session())[0] == 200
    assert len(backend.requests) == 2


@pytest.mark.parametrize(("method", "path"), [("GET", "/orders"), ("POST", "/orders"), ("GET", "/orders/1")])
def test_access_control_iam_the_arn_has_stage_method_and_path(
    signed_api: Builder, principals: Principals, method: str, path: str
) -> None:
    principals.may(_allow(f"{signed_api.arn}/$default/{method}{path}"))

    allowed = {
        (other, to)
        for other, to in (("GET", "/orders"), ("POST", "/orders"), ("GET", "/orders/1"))
        if _call(signed_api, principals.user, to, other)[0] == 200
    }
    assert allowed == {(method, path)}


def test_access_control_iam_without_the_permission(
    signed_api: Builder, principals: Principals, backend: Backend
) -> None:
    everything = _allow("*")
    for statements in (
        [_allow("arn:aws:execute-api:eu-west-1:000000000000:other/*")],
        [everything, _allow(f"{signed_api.arn}/*", "Deny")],
        [_allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})],
        [{**everything, "Action": "execute-api:ManageConnections"}],
    ):
        principals.may(*statements)
        assert _call(signed_api, principals.user) == FORBIDDEN, statements
        assert _call(signed_api, principals.session()) == FORBIDDEN, statements
    assert backend.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "/orders?b=2&a=1&a=0&c",
        "/a%20b/c%2Bd?q=%2B%20%C3%A9&x=~",
        "/caf%C3%A9/a:b@c,d;e=f",
        "//orders/./x/",
    ],
)
def test_reference_sigv_path_and_query_as_the_sdk_signs_them(
    signed_api: Builder, callers: Principals, path: str
) -> None:
    assert _call(signed_api, callers.user, path)[0] == 200


def test_reference_sigv_the_body_is_signed(signed_api: Builder, callers: Principals, backend: Backend) -> None:
    url = f"{signed_api.url}/orders"
    headers = _signed(url, callers.user, "POST", b'{"n": 1}')

    assert _answer(fetch(url, headers, method="POST", body=b'{"n": 2}')) == FORBIDDEN
    assert _answer(fetch(url, headers, method="PUT", body=b'{"n": 1}')) == FORBIDDEN
    assert _answer(fetch(f"{url}/1", headers, method="POST", body=b'{"n": 1}')) == FORBIDDEN
    assert _answer(fetch(f"{url}?a=1", headers, method="POST", body=b'{"n": 1}')) == FORBIDDEN
    assert backend.requests == []
    assert fetch(url, headers, method="POST", body=b'{"n": 1}').status == 200


@pytest.mark.parametrize("declared", ["UNSIGNED-PAYLOAD", "0" * 64])
def test_reference_sigv_a_declared_hash_is_that_of_the_body(
    signed_api: Builder, callers: Principals, declared: str
) -> None:
    url = f"{signed_api.url}/orders"
    headers = _signed(url, callers.user, "POST", b"a", headers={"X-Amz-Content-SHA256": declared})

    assert _answer(fetch(url, headers, method="POST", body=b"a")) == FORBIDDEN


def _without(text: str) -> Any:
    return lambda headers: {name: value for name, value in headers.items() if name.lower() != text}


def _replaced(old: str, new: str) -> Any:
    return lambda headers: {name: value.replace(old, new) for name, value in headers.items()}


@pytest.mark.parametrize(
    "change",
    [
        _without("authorization"),
        _without("x-amz-date"),
        _without("x-tenant"),
        _replaced("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        _replaced("AWS4-HMAC-SHA256 ", "Bearer "),
        _replaced("aws4_request", "aws5_request"),
        _replaced("SignedHeaders=host;", "SignedHeaders="),
        _replaced("x-amz-date;", ""),
        _replaced("Signature=", "Signature=0"),
        _replaced("Signature=", "Signed="),
        lambda headers: {**headers, "X-Tenant": "b"},
        lambda headers: {**headers, "X-Amz-Security-Token": "x"},
        lambda headers: {**headers, "X-Amz-Meta": "x"},
        lambda headers: {**headers, "Authorization": "AWS4-HMAC-SHA256"},
    ],
)
def test_reference_sigv_a_changed_request(
    signed_api: Builder, callers: Principals, backend: Backend, change: Any
) -> None:
    url = f"{signed_api.url}/orders"
    headers = _signed(url, callers.user, headers={"X-Tenant": "a"})

    assert _answer(fetch(url, change(headers))) == FORBIDDEN
    assert backend.requests == []
    assert fetch(url, headers).status == 200


def test_reference_sigv_spaces_of_a_signed_header_are_collapsed(signed_api: Builder, callers: Principals) -> None:
    url = f"{signed_api.url}/orders"

    assert fetch(url, _signed(url, callers.user, headers={"X-Tenant": " a   b "})).status == 200


def test_reference_sigv_the_scope_is_execute_api_in_the_region(signed_api: Builder, callers: Principals) -> None:
    url = f"{signed_api.url}/orders"

    assert _answer(fetch(url, _signed(url, callers.user, service="lambda"))) == FORBIDDEN
    assert _answer(fetch(url, _signed(url, callers.user, region="us-east-1"))) == FORBIDDEN


@pytest.mark.parametrize(("minutes", "status"), [(-6, 403), (-4, 200), (4, 200), (6, 403)])
def test_reference_sigv_five_minutes(
    signed_api: Builder, callers: Principals, minutes: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_: then)
    url = f"{signed_api.url}/orders"

    assert fetch(url, _signed(url, callers.user)).status == status


def test_access_control_iam_whose_key_it_is(signed_api: Builder, callers: Principals, ministack: MiniStack) -> None:
    session = callers.session()
    root = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

    assert _call(signed_api, root)[0] == 200
    assert _call(signed_api, {**root, "aws_secret_access_key": "guess"}) == FORBIDDEN
    assert _call(signed_api, {**callers.user, "aws_secret_access_key": "guess"}) == FORBIDDEN
    assert _call(signed_api, {**callers.user, "aws_access_key_id": "AKIANOBODY"}) == FORBIDDEN
    assert _call(signed_api, {**session, "aws_session_token": "another"}) == FORBIDDEN
    assert _call(signed_api, {name: value for name, value in session.items() if "token" not in name}) == FORBIDDEN

    iam, key = ministack.region("eu-west-1").iam, callers.user["aws_access_key_id"]
    iam.update_access_key(UserName="caller", AccessKeyId=key, Status="Inactive")
    assert _call(signed_api, callers.user) == FORBIDDEN
    iam.update_access_key(UserName="caller", AccessKeyId=key, Status="Active")
    assert _call(signed_api, callers.user)[0] == 200


@pytest.mark.parametrize("version", ["2.0", "1.0"])
def test_access_control_iam_the_function_sees_the_caller(api: Builder, callers: Principals, version: str) -> None:
    api.lambda_route("GET /orders", version=version)
    route = api.gateway.get_routes(ApiId=api.id)["Items"][0]["RouteId"]
    api.gateway.update_route(ApiId=api.id, RouteId=route, AuthorizationType="AWS_IAM")
    url, session = f"{api.url}/orders", callers.session()
    context = json.loads(fetch(url, _signed(url, session)).body)["requestContext"]

    account, id_ = api.aws.account, callers.role["RoleId"]
    arn = f"arn:aws:sts::{account}:assumed-role/caller/tests"
    if version == "2.0":
        assert context["authorizer"] == {
            "iam": {
                "accessKey": session["aws_access_key_id"],
                "accountId": account,
                "callerId": f"{id_}:tests",
                "cognitoIdentity": None,
                "principalOrgId": None,
                "userArn": arn,
                "userId": f"{id_}:tests",
            }
        }
    else:
        expected = {"accountId": account, "caller": f"{id_}:tests", "user": f"{id_}:tests", "userArn": arn}
        assert {name: context["identity"][name] for name in expected} == expected
        assert "authorizer" not in context


def test_logging_variables_of_iam_authorization(signed_api: Builder, callers: Principals, backend: Backend) -> None:
    names = ("accountId", "caller", "user", "userArn")
    integration = signed_api.gateway.get_integrations(ApiId=signed_api.id)["Items"][0]["IntegrationId"]
    mapped = {f"append:header.x-{name.lower()}": f"$context.identity.{name}" for name in names}
    signed_api.gateway.update_integration(ApiId=signed_api.id, IntegrationId=integration, RequestParameters=mapped)
    assert _call(signed_api, callers.user)[0] == 200

    sent = dict(backend.requests[0]["headers"])
    assert sent["x-accountid"] == signed_api.aws.account
    assert sent["x-userarn"].endswith(":user/caller")
    assert sent["x-caller"] == sent["x-user"] != ""


def test_access_control_iam_at_a_stage_and_a_host_name(apis: Any, callers: Principals, backend: Backend) -> None:
    api = apis()
    api.stage("dev")
    made = api.integration(
        IntegrationType="HTTP_PROXY", IntegrationUri=backend.url, IntegrationMethod="ANY", PayloadFormatVersion="1.0"
    )
    api.route("GET /orders", made, AuthorizationType="AWS_IAM")
    callers.may(_allow(f"{api.arn}/dev/GET/orders"))
    port = urllib.parse.urlsplit(api.url).port
    headers = _signed(f"http://{api.id}.execute-api.localhost:{port}/dev/orders", callers.user)
    host = {"Host": f"{api.id}.execute-api.localhost:{port}"}

    assert _call(api, callers.user, "/dev/orders")[0] == 200
    assert fetch(f"http://127.0.0.1:{port}/dev/orders", {**headers, **host}).status == 200
