"""The client libraries of PyPI, and curl, each with each way to authenticate that it has."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from typing import Any
from unittest import mock

from authlib.common.urls import add_params_to_qs
from authlib.integrations.httpx_client import OAuth2Client as AuthlibHttpx
from authlib.integrations.requests_client import OAuth2Session as AuthlibRequests
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from joserfc.jwk import ECKey
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from .service import RESOURCES, SCOPE, TWO_RESOURCES, Answer, SecretClient, Service

Request = Callable[[Service], Answer]

GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _authlib(session: Any, service: Service, method: Any, client_id: str, secret: Any) -> Answer:
    with session(client_id, secret, token_endpoint_auth_method=method, scope=SCOPE) as client:
        answer: Answer = client.fetch_token(service.token_endpoint, grant_type=GRANT)
        return answer


class Assertion(PrivateKeyJWT):  # type: ignore[misc] # Authlib has no types
    """For the issuer and for a minute, with ``kid``; Authlib's own are for the token endpoint, for an hour, and without."""

    def __init__(self, issuer: str, kid: str) -> None:
        super().__init__()
        self.issuer = issuer
        self.kid = kid

    def sign(self, auth: Any, token_endpoint: str) -> Any:
        """The signed assertion."""
        key, header = auth.client_secret, {"kid": self.kid}
        return private_key_jwt_sign(key, auth.client_id, self.issuer, alg="ES256", header=header, expires_in=60)


def _authlib_key(session: Any) -> Request:
    def request(service: Service) -> Answer:
        client = service.batch
        key = ECKey.import_key(client.pem)
        return _authlib(session, service, Assertion(service.issuer, client.kid), client.id, key)

    return request


def _authlib_older(session: Any) -> Request:
    def request(service: Service) -> Answer:
        key = ECKey.import_key(service.older.pem)
        return _authlib(session, service, PrivateKeyJWT(alg="ES256"), service.older.id, key)

    return request


def _authlib_role(session: Any) -> Request:
    def request(service: Service) -> Answer:
        def assertion(auth: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, str]:
            parameters = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", token)]
            return uri, headers, add_params_to_qs(body, parameters)

        token = service.job.assertions.pop()
        return _authlib(session, service, assertion, service.job.id, None)

    return request


def _of_authlib(session: Any) -> Iterable[tuple[str, Request]]:
    def secret(method: str, client: Callable[[Service], SecretClient]) -> Request:
        return lambda service: _authlib(session, service, method, client(service).id, client(service).secret)

    yield "Basic", secret("client_secret_basic", lambda service: service.billing)
    yield "Basic, any secret", secret("client_secret_basic", lambda service: service.legacy)
    yield "body", secret("client_secret_post", lambda service: service.billing)
    yield "private_key_jwt", _authlib_key(session)
    yield "private_key_jwt, older", _authlib_older(session)
    yield "AWS role", _authlib_role(session)


def _requests_oauthlib(service: Service, client: SecretClient, **options: Any) -> Answer:
    insecure = mock.patch.dict(os.environ, {"OAUTHLIB_INSECURE_TRANSPORT": "1"})  # the emulator speaks HTTP
    with insecure, OAuth2Session(client=BackendApplicationClient(client.id, scope=SCOPE)) as session:
        answer: Answer = session.fetch_token(service.token_endpoint, **options)
        return answer


def _of_requests_oauthlib() -> Iterable[tuple[str, Request]]:
    def secret(client: SecretClient, service: Service, **options: Any) -> Answer:
        return _requests_oauthlib(service, client, client_secret=client.secret, **options)

    def basic_and_client_id(service: Service) -> Answer:
        auth = HTTPBasicAuth(service.billing.id, service.billing.secret)
        return _requests_oauthlib(service, service.billing, auth=auth, include_client_id=True)

    yield "Basic", lambda service: secret(service.billing, service)
    yield "Basic, any secret", lambda service: secret(service.legacy, service)
    yield "body", lambda service: secret(service.billing, service, include_client_id=True)
    yield "Basic and client_id", basic_and_client_id


def _curl(service: Service, *arguments: str, **form: str) -> Answer:
    form = {"grant_type": GRANT, "scope": SCOPE, **form}
    fields = (part for name, value in form.items() for part in ("--data-urlencode", f"{name}={value}"))
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", *arguments, *fields, service.token_endpoint]
    answer: Answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return answer


def _of_curl() -> Iterable[tuple[str, Request]]:
    def basic(client: SecretClient) -> tuple[str, str]:
        return "--user", f"{client.id}:{client.secret}"

    resources = [part for resource in RESOURCES for part in ("--data-urlencode", f"resource={resource}")]
    yield "Basic", lambda service: _curl(service, *basic(service.billing))
    yield "Basic, any secret", lambda service: _curl(service, *basic(service.legacy))
    yield (
        "body",
        lambda service: _curl(service, client_id=service.billing.id, client_secret=service.billing.secret),
    )
    yield (
        "Basic and client_id",
        lambda service: _curl(service, *basic(service.billing), client_id=service.billing.id),
    )
    yield (
        "AWS role",
        lambda service: _curl(
            service, client_assertion_type=ASSERTION_TYPE, client_assertion=service.job.assertions.pop()
        ),
    )
    yield TWO_RESOURCES, lambda service: _curl(service, *basic(service.billing), *resources)


LIBRARIES = {
    "Authlib, requests": dict(_of_authlib(AuthlibRequests)),
    "Authlib, httpx2": dict(_of_authlib(AuthlibHttpx)),
    "requests-oauthlib": dict(_of_requests_oauthlib()),
    "curl": dict(_of_curl()),
}
"""Library -> method -> the request. Where a method is missing the library does not have it: ``requests-oauthlib`` and curl
sign no assertions, and Authlib and ``requests-oauthlib`` send the last of several ``resource`` parameters only."""
