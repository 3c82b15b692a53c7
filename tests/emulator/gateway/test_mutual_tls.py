"""Mutual TLS for custom domain names: developer guide, http-api-mutual-tls."""

import json
import ssl
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from emulator.web import fetch
from testkit.certificates import Authority
from testkit.tls_client import TlsClient

from .conftest import Apis, Backend, Builder

NAME = "mtls.gateway.example"
OTHER = "other.gateway.example"
BUCKET = "gateway-truststores"
REFUSED = r"alert|EOF|reset|closed"
"""How a client learns it: by an alert, or, as it may send first, by the end of the connection."""
CERTIFICATE = "arn:aws:acm:eu-west-1:000000000000:certificate/1"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Example CA")


@pytest.fixture
def truststore(apis: Apis, authority: Authority) -> str:
    store = apis.aws.client("s3")
    store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    apis.cleanup.callback(store.delete_bucket, Bucket=BUCKET)
    store.put_object(Bucket=BUCKET, Key="ca.pem", Body=authority.pem)
    apis.cleanup.callback(_empty, store)
    return f"s3://{BUCKET}/ca.pem"


def _empty(store: Any) -> None:
    for version in store.list_object_versions(Bucket=BUCKET)["Versions"]:
        store.delete_object(Bucket=BUCKET, Key="ca.pem", VersionId=version["VersionId"])


def _domain(api: Builder, apis: Apis, name: str = NAME, **mutual_tls: str) -> None:
    """Maps the API to a new domain."""
    configuration: Any = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    settings: Any = {"MutualTlsAuthentication": mutual_tls} if mutual_tls else {}
    api.gateway.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration], **settings)
    apis.cleanup.callback(api.gateway.delete_domain_name, DomainName=name)
    api.gateway.create_api_mapping(DomainName=name, ApiId=api.id, Stage="$default")


@pytest.fixture
def domain(api: Builder, apis: Apis, truststore: str) -> Builder:
    """The API at ``NAME``, with mutual TLS, and at ``OTHER`` without."""
    _domain(api, apis, TruststoreUri=truststore)
    _domain(api, apis, OTHER)
    return api


def _client(api: Builder, certificate: Path | None, name: str | None = NAME) -> TlsClient:
    return TlsClient(f"127.0.0.1:{_port(api)}", name, certificate)


def _port(api: Builder) -> int:
    return int(fetch(f"{api.aws.endpoint}/_gateway/mutual-tls").json()["port"])


@pytest.fixture
def certificate(authority: Authority, tmp_path: Path) -> Path:
    file = tmp_path / "client.pem"
    file.write_bytes(authority.issue("alice", 0xA1B2 << 128))
    return file


def _pem(file: Path) -> str:
    text = file.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


def test_mutual_tls_the_certificate_is_in_events_2_0(domain: Builder, certificate: Path) -> None:
    domain.lambda_route("GET /a")

    context = json.loads(_client(domain, certificate).get("/a", NAME).body)["requestContext"]

    found = context["authentication"]["clientCert"]
    expires = x509.load_pem_x509_certificate(_pem(certificate).encode()).not_valid_after_utc.timestamp()
    assert found["validity"]["notBefore"] == "Jan  5 00:00:00 2020 GMT"
    assert ssl.cert_time_to_seconds(found["validity"]["notAfter"]) == int(expires)
    assert found["clientCertPem"] == _pem(certificate)
    assert (found["subjectDN"], found["issuerDN"]) == ("C=CH,O=Example,CN=alice", "C=CH,O=Example,CN=Example CA")
    assert found["serialNumber"] == "a1:b2" + 16 * ":00"
    assert context["domainName"] == NAME


def test_mutual_tls_the_certificate_is_in_events_1_0(domain: Builder, certificate: Path) -> None:
    domain.lambda_route("GET /a", version="1.0")

    identity = json.loads(_client(domain, certificate).get("/a", NAME).body)["requestContext"]["identity"]

    assert identity["clientCert"]["clientCertPem"] == _pem(certificate)


def test_mutual_tls_the_authorizer_gets_the_certificate_also_as_identity_source(
    domain: Builder, certificate: Path
) -> None:
    seen = "{'pem': event['requestContext']['authentication']['clientCert']['clientCertPem'], 'id': event['identitySource'][0]}"
    code = f"def handler(event, context): return {{'isAuthorized': True, 'context': {seen}}}"
    authorizer = domain.authorizer(code, IdentitySource=["$context.identity.clientCert.subjectDN"])
    domain.lambda_route("GET /a", authorizer=authorizer)

    context = json.loads(_client(domain, certificate).get("/a", NAME).body)["requestContext"]["authorizer"]["lambda"]

    assert context == {"pem": _pem(certificate), "id": "C=CH,O=Example,CN=alice"}


def test_mutual_tls_logging_variables(domain: Builder, certificate: Path, backend: Backend) -> None:
    names = ("subjectDN", "issuerDN", "serialNumber", "validity.notBefore", "validity.notAfter")
    mappings = {f"overwrite:header.v-{name.lower()}": f"$context.identity.clientCert.{name}" for name in names}
    domain.http_route("GET /a", backend.url, RequestParameters=mappings)

    assert _client(domain, certificate).get("/a", NAME).status == 200

    sent = dict(backend.requests[0]["headers"])
    assert (sent["v-subjectdn"], sent["v-serialnumber"][:5]) == ("C=CH,O=Example,CN=alice", "a1:b2")
    assert sent["v-validity.notbefore"].endswith(" GMT")
    assert sent["v-validity.notafter"].endswith(" GMT")


def test_mutual_tls_without_it_there_is_no_certificate(domain: Builder) -> None:
    domain.lambda_route("GET /a")

    assert "authentication" not in domain.event("/a")["requestContext"]


@pytest.mark.parametrize("kind", ["none", "another authority's"])
def test_mutual_tls_without_a_trusted_certificate_there_is_no_connection(
    domain: Builder, backend: Backend, tmp_path: Path, kind: str
) -> None:
    domain.http_route("GET /a", backend.url)
    file = None
    if kind != "none":
        file = tmp_path / "foreign.pem"
        file.write_bytes(Authority("Example CA").issue("alice", 1))

    client = _client(domain, file)

    with pytest.raises(OSError, match=REFUSED):
        client.connect(ssl.TLSVersion.TLSv1_2)
    with pytest.raises(OSError, match=REFUSED):
        client.get("/a", NAME)
    assert backend.requests == []


@pytest.mark.parametrize("name", [OTHER, "unknown.example", None])
def test_mutual_tls_only_for_the_domains_that_have_it(
    domain: Builder, backend: Backend, certificate: Path, name: str | None
) -> None:
    domain.http_route("GET /a", backend.url)

    with pytest.raises(OSError, match=REFUSED):
        _client(domain, certificate, name).get("/a", NAME)


@pytest.mark.parametrize("host", [OTHER, "localhost", "api.execute-api.localhost"])
def test_mutual_tls_the_host_is_the_one_that_the_certificate_was_judged_for(
    domain: Builder, backend: Backend, certificate: Path, host: str
) -> None:
    domain.http_route("GET /a", backend.url)

    client = _client(domain, certificate)

    assert (client.get("/a", host).status, backend.requests) == (403, [])
    assert client.get("/_gateway/mutual-tls", NAME).status == 404
    local = urllib.parse.urlsplit(domain.url).path
    assert client.get(f"{local}/a", NAME).status == 404  # a path like any other


def test_mutual_tls_plain_http_is_refused_and_says_where(domain: Builder, backend: Backend) -> None:
    domain.http_route("GET /a", backend.url)

    answer = fetch(f"{domain.aws.endpoint}/a", {"Host": NAME})

    assert (answer.status, backend.requests) == (403, [])
    assert f"{NAME} requires mutual TLS, connect to 127.0.0.1:{_port(domain)}" in answer.json()["message"]
    assert fetch(f"{domain.aws.endpoint}/a", {"Host": OTHER}).status == 200


def test_mutual_tls_a_new_truststore_holds_when_the_domain_is_updated(
    domain: Builder, backend: Backend, certificate: Path
) -> None:
    domain.http_route("GET /a", backend.url)
    store = domain.aws.client("s3")
    store.put_object(Bucket=BUCKET, Key="ca.pem", Body=Authority("another").pem)
    assert _client(domain, certificate).get("/a", NAME).status == 200

    trust = {"TruststoreUri": f"s3://{BUCKET}/ca.pem"}
    domain.gateway.update_domain_name(DomainName=NAME, MutualTlsAuthentication=trust)
    with pytest.raises(OSError, match=REFUSED):
        _client(domain, certificate).get("/a", NAME)


def test_mutual_tls_turned_off(domain: Builder, backend: Backend, certificate: Path) -> None:
    domain.http_route("GET /a", backend.url)
    domain.gateway.update_domain_name(DomainName=NAME, MutualTlsAuthentication={"TruststoreUri": ""})

    assert fetch(f"{domain.aws.endpoint}/a", {"Host": NAME}).status == 200
    with pytest.raises(OSError, match=REFUSED):
        _client(domain, certificate).get("/a", NAME)


def test_mutual_tls_a_version_of_the_truststore(
    api: Builder, apis: Apis, truststore: str, authority: Authority, certificate: Path, backend: Backend
) -> None:
    store = apis.aws.client("s3")
    store.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    version = store.put_object(Bucket=BUCKET, Key="ca.pem", Body=authority.pem)["VersionId"]
    store.put_object(Bucket=BUCKET, Key="ca.pem", Body=Authority("another").pem)
    _domain(api, apis, TruststoreUri=truststore, TruststoreVersion=version)
    api.http_route("GET /a", backend.url)

    assert _client(api, certificate).get("/a", NAME).status == 200


@pytest.mark.parametrize(("content", "reason"), [(None, "does not exist"), (b"no certificate", "has no certificates")])
def test_mutual_tls_a_truststore_that_cannot_be_used_is_refused(
    api: Builder, apis: Apis, truststore: str, content: bytes | None, reason: str
) -> None:
    if content:
        apis.aws.client("s3").put_object(Bucket=BUCKET, Key="ca.pem", Body=content)

    with pytest.raises(api.gateway.exceptions.BadRequestException, match=reason):
        _domain(api, apis, TruststoreUri=truststore if content else f"s3://{BUCKET}/none.pem")
