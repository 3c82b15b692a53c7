"""Client certificates: clients that authenticate with them (``tls_client_auth``), and tokens that are bound to them."""

import base64
import json
from collections.abc import Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import NameAttribute as Attribute
from cryptography.x509 import NameOID, RelativeDistinguishedName

from testkit.certificates import Authority, certificate_of, thumbprint

from .assertions import DOCUMENT, asserted, assertion
from .service import GRANT, SECRET, ObservedService, basic, client, document, event

AUTHORITY = Authority("Example CA")
DN = "CN=billing,O=Example,C=CH"
"""The subject of ``certificate("billing")``, from the end, as RFC 4514 has it."""

BY_ID = {**GRANT, "client_id": "billing"}


@cache
def certificate(common_name: str = "billing") -> str:
    """For C=CH, O=Example and this name, as API Gateway describes it."""
    return certificate_of(AUTHORITY.issue(common_name, 2))


def with_subject(*parts: Sequence[tuple[x509.ObjectIdentifier, str]]) -> str:
    """A certificate for the name with these parts, in their order."""
    name = x509.Name([RelativeDistinguishedName([Attribute(*attribute) for attribute in part]) for part in parts])
    return certificate_of(AUTHORITY.issue("", 2, subject=name))


def with_names(*names: x509.GeneralName) -> str:
    """A certificate for billing with these alternative names."""
    return certificate_of(AUTHORITY.issue("billing", 2, names=names))


def connected(sent: Any, pem: object) -> Any:
    """The request ``sent`` on a connection with the certificate ``pem``."""
    sent["requestContext"]["authentication"] = {"clientCert": {"clientCertPem": pem, "subjectDN": DN}}
    return sent


def presented(pem: object, form: Any = BY_ID, headers: Any = ()) -> Any:
    """A request with this certificate."""
    return connected(event(form, dict(headers)), pem)


def known_by(**name: object) -> dict[str, Any]:
    """A client that authenticates with its certificate."""
    return client(secret_hashes=None, tls_client_auth=name)


def service_for(**name: object) -> ObservedService:
    return ObservedService(document(clients={"billing": known_by(**name)}))


@pytest.fixture(scope="module")
def service() -> ObservedService:
    clients = {
        "billing": known_by(subject_dn=DN),
        "other": known_by(san_dns="other.example.com"),
        "robot": client(certificate_bound_tokens=True),
        "plain": client(secret_hashes=["ab" * 32]),
        "batch": {**DOCUMENT["clients"]["batch"], "certificate_bound_tokens": True},
    }
    return ObservedService(document(clients=clients))


def claims(observed: Any) -> dict[str, Any]:
    """Of the token."""
    payload = observed.body["access_token"].split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return found


REFUSED = (401, "invalid_client")


def test_the_subject_is_the_client(service: ObservedService) -> None:
    issued = service.send(presented(certificate()))

    assert (issued.status, issued.record["client"], claims(issued)["sub"]) == (200, "billing", "billing")
    assert "cnf" not in claims(issued), (
        "which certificate authenticates, and whether tokens are bound to it, are two things"
    )
    before = service.signatures
    stranger = service.send(presented(certificate("mallory")))
    assert (stranger.error, stranger.record["client"]) == ((*REFUSED, "wrong_certificate"), "billing")
    assert service.signatures == before, "KMS has not been asked"


def test_without_a_certificate_an_id_is_nothing(service: ObservedService) -> None:
    bare = event(BY_ID, {})
    without: list[object] = [None, [], {}, {"clientCert": None}, {"clientCert": certificate()}]
    assert service.send(bare).error == (*REFUSED, "no_credentials")
    for nothing in without:
        sent = {**bare, "requestContext": {**bare["requestContext"], "authentication": nothing}}
        assert service.send(sent).error == (*REFUSED, "no_credentials")
    assert service.send(presented(None)).error == (*REFUSED, "no_credentials")
    assert service.send(presented({"pem": certificate()})).error == (*REFUSED, "no_credentials")


@pytest.mark.parametrize(
    "header",
    [
        "x-client-cert",
        "client-cert",
        "x-ssl-client-cert",
        "x-forwarded-client-cert",
        "x-amzn-mtls-clientcert",
        "clientCertPem",
    ],
)
def test_no_header_and_no_parameter_is_a_certificate(service: ObservedService, header: str) -> None:
    for value in (certificate(), certificate().replace("\n", " "), base64.b64encode(certificate().encode()).decode()):
        assert service.send(event(BY_ID, {header: value})).error == (*REFUSED, "no_credentials")
        assert service.send(event({**BY_ID, header: value}, {})).error == (*REFUSED, "no_credentials")
        assert service.send(presented(certificate("mallory"), headers={header: value})).reason == "wrong_certificate"
        subject = {"subject_dn": DN, "subjectDN": DN, "tls_client_auth_subject_dn": DN}
        assert service.send(presented(certificate("mallory"), {**BY_ID, **subject})).reason == "wrong_certificate"


def test_the_subject_that_counts_is_in_the_certificate(service: ObservedService) -> None:
    """The text beside it, whose form no document of AWS defines, is not read."""
    sent = presented(certificate())
    sent["requestContext"]["authentication"]["clientCert"]["subjectDN"] = "CN=mallory"
    assert service.send(sent).status == 200


def _body(pem: str) -> str:
    return pem.split("\n", 1)[1].rpartition("-----END")[0]


def _armored(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(der).decode()}\n-----END CERTIFICATE-----\n"


BODY = _body(certificate())
MALFORMED = {
    "two": certificate() + certificate("mallory"),
    "the same twice": certificate() * 2,
    "a chain in front": certificate("mallory") + certificate(),
    "text in front": "subject=CN = billing\n" + certificate(),
    "text after it": certificate() + "x",
    "white space in front": "\n" + certificate(),
    "a key after it": AUTHORITY.issue("billing", 3).decode(),
    "another armor": certificate().replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
    "an old armor": certificate().replace("CERTIFICATE", "X509 CERTIFICATE"),
    "no armor": BODY,
    "an armor in lower case": certificate().replace("BEGIN CERTIFICATE", "begin certificate"),
    "escaped, as other proxies write it": certificate().replace("\n", "%0A"),
    "on one line": certificate().replace("\n", " "),
    "nothing": "",
    "no certificate": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "something else": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "half of it": f"-----BEGIN CERTIFICATE-----\n{BODY[: len(BODY) // 2 // 65 * 65]}-----END CERTIFICATE-----\n",
    "octets after it": _armored(base64.b64decode(BODY) + b"\0"),
    "a letter that looks like another": certificate().replace("BEGIN", "BEG\u0399N"),
    "an unpaired surrogate": certificate() + "\ud800",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_exactly_one_certificate(service: ObservedService, case: str) -> None:
    assert service.send(presented(MALFORMED[case])).error == (*REFUSED, "malformed_certificate")


@pytest.mark.parametrize(
    "case", [case for case in MALFORMED if case not in ("something else", "half of it", "octets after it")]
)
def test_exactly_one_certificate_to_bind_a_token_to(service: ObservedService, case: str) -> None:
    """Those that are left out are one text with one hash, which TLS never lets through."""
    sent = presented(MALFORMED[case], GRANT, basic("robot"))
    assert service.send(sent).error == (*REFUSED, "malformed_certificate")


def test_an_id_is_required_and_must_be_the_one_in_the_certificate(service: ObservedService) -> None:
    def answer(client_id: str) -> Any:
        return service.send(presented(certificate(), {**GRANT, "client_id": client_id}))

    assert service.send(presented(certificate(), GRANT)).error == (*REFUSED, "no_credentials")
    assert answer("nobody").error == (*REFUSED, "unknown_client")
    assert answer("other").error == (*REFUSED, "wrong_certificate")
    assert answer("BILLING").error == (*REFUSED, "unknown_client")
    assert answer("robot").error == (*REFUSED, "wrong_client_method")
    told = {answer(client_id).body["error_description"] for client_id in ("nobody", "other", "robot", "plain")}
    assert len(told) == 1, "which ids there are is told to nobody"
    twice = (
        "&".join(f"{name}={value}" for name, value in {**BY_ID, "scope": "orders:read"}.items()) + "&client_id=robot"
    )
    assert service.send(presented(certificate(), twice)).error == (400, "invalid_request", "repeated_parameter")


def test_with_a_secret_or_an_assertion_the_certificate_authenticates_nobody(service: ObservedService) -> None:
    """On a domain with mutual TLS every request has one."""
    sent = {**BY_ID, "client_secret": SECRET}
    assert service.send(presented(certificate(), sent)).error == (*REFUSED, "wrong_client_method")
    assert service.send(presented(certificate(), BY_ID, basic())).error == (*REFUSED, "wrong_client_method")
    assert (
        service.send(presented(certificate(), BY_ID, {"authorization": "Bearer x"})).reason == "malformed_authorization"
    )
    assert service.send(presented(certificate(), {**BY_ID, "client_assertion": "x"})).reason == "incomplete_assertion"
    assert service.send(presented(certificate("mallory"), GRANT, basic("robot"))).status == 200


def test_where_no_client_has_a_certificate_it_authenticates_nobody() -> None:
    service = ObservedService(document())
    assert service.send(presented(certificate())).error == (*REFUSED, "wrong_client_method")
    assert service.send(presented(certificate(), GRANT, basic())).status == 200


O, CN, OU, C, EMAIL = (  # noqa: E741 - as they are called
    NameOID.ORGANIZATION_NAME,
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.COUNTRY_NAME,
    NameOID.EMAIL_ADDRESS,
)
SAME = {
    "another order of a part with two attributes": ("O=Example+OU=b,C=CH", [[(C, "CH")], [(OU, "b"), (O, "Example")]]),
    "a comma": (r"CN=bil\,ling", [[(CN, "bil,ling")]]),
    "a comma as its octet": (r"CN=bil\2Cling", [[(CN, "bil,ling")]]),
    "a plus sign": (r"CN=a\+O=Example", [[(CN, "a+O=Example")]]),
    "quotation marks": (r"CN=\"billing\"", [[(CN, '"billing"')]]),
    "UTF-8": ("CN=Müller,O=株式会社", [[(O, "株式会社")], [(CN, "Müller")]]),
    "UTF-8 as octets": (r"CN=M\C3\BCller", [[(CN, "Müller")]]),
    "a number": (r"CN=\#1", [[(CN, "#1")]]),
    "an email address": ("emailAddress=a@example.com,CN=billing", [[(CN, "billing")], [(EMAIL, "a@example.com")]]),
    "an object identifier": ("2.5.4.3=billing", [[(CN, "billing")]]),
    "an attribute twice": ("CN=billing,CN=prod", [[(CN, "prod")], [(CN, "billing")]]),
}


@pytest.mark.parametrize("case", SAME)
def test_one_name_in_any_spelling(case: str) -> None:
    text, parts = SAME[case]
    assert service_for(subject_dn=text).send(presented(with_subject(*parts))).status == 200


OTHERS = {
    "another order": (DN, [[(CN, "billing")], [(O, "Example")], [(C, "CH")]]),
    "less": (DN, [[(O, "Example")], [(CN, "billing")]]),
    "more": (DN, [[(C, "CH")], [(O, "Example")], [(OU, "x")], [(CN, "billing")]]),
    "the same attribute once more": (DN, [[(C, "CH")], [(O, "Example")], [(CN, "billing")], [(CN, "billing")]]),
    "one part instead of two": (DN, [[(C, "CH")], [(O, "Example"), (CN, "billing")]]),
    "two parts instead of one": ("O=Example+CN=billing", [[(O, "Example")], [(CN, "billing")]]),
    "its text in one attribute": ("CN=billing,O=Example", [[(CN, "billing,O=Example")]]),
    "an attribute that its text would end": ("CN=billing,O=Example", [[(O, "Example,CN=billing")]]),
    "an escape as it is": (r"CN=bil\,ling", [[(CN, r"bil\,ling")]]),
    "another case": (DN, [[(C, "CH")], [(O, "Example")], [(CN, "Billing")]]),
    "white space": (DN, [[(C, "CH")], [(O, "Example")], [(CN, "billing ")]]),
    "white space within": ("CN=a b", [[(CN, "a  b")]]),
    "a NUL": (DN, [[(C, "CH")], [(O, "Example")], [(CN, "billing\0")]]),
    "a letter that looks like another": (DN, [[(C, "CH")], [(O, "Example")], [(CN, "b\u0131ll\u0131ng")]]),
    "another normal form": ("CN=Müller", [[(CN, "Mu\u0308ller")]]),
    "another attribute": ("CN=billing", [[(OU, "billing")]]),
    "a wildcard": ("CN=billing", [[(CN, "*")]]),
    "a wildcard that was registered": ("CN=*", [[(CN, "billing")]]),
    "no name": ("CN=billing", []),
}


@pytest.mark.parametrize("case", OTHERS)
def test_another_name_is_another_client(case: str) -> None:
    text, parts = OTHERS[case]
    assert service_for(subject_dn=text).send(presented(with_subject(*parts))).error == (*REFUSED, "wrong_certificate")


DNS, URI, EMAIL_NAME, IP = x509.DNSName, x509.UniformResourceIdentifier, x509.RFC822Name, x509.IPAddress
SPIFFE = "spiffe://example.com/billing"
V4, V6 = ip_address("192.0.2.1"), ip_address("2001:db8::1")


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        ("san_dns", "billing.example.com", [DNS("billing.example.com")]),
        ("san_dns", "billing.example.com", [DNS("BILLING.example.COM")]),
        ("san_dns", "Billing.Example.com", [DNS("billing.example.com")]),
        ("san_dns", "billing.example.com", [DNS("*.example.com"), URI(SPIFFE), DNS("billing.example.com")]),
        ("san_dns", "billing", [DNS("billing")]),
        ("san_uri", SPIFFE, [URI(SPIFFE)]),
        ("san_uri", "urn:example:billing", [URI("urn:example:billing")]),
        ("san_ip", "192.0.2.1", [IP(V4)]),
        ("san_ip", "2001:DB8:0::1", [IP(V6)]),
        ("san_email", "Billing@example.com", [EMAIL_NAME("Billing@EXAMPLE.com")]),
    ],
)
def test_an_alternative_name_is_the_client(kind: str, text: str, names: list[x509.GeneralName]) -> None:
    assert service_for(**{kind: text}).send(presented(with_names(*names))).status == 200


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        ("san_dns", "billing.example.com", []),
        ("san_dns", "billing", []),  # the common name is none
        ("san_dns", "billing.example.com", [DNS("*.example.com")]),
        ("san_dns", "billing.example.com", [DNS("*")]),
        ("san_dns", "billing.example.com", [DNS("billing.example.com.")]),
        ("san_dns", "billing.example.com", [DNS("billing.example.com.evil.example")]),
        ("san_dns", "billing.example.com", [DNS("evil.billing.example.com")]),
        ("san_dns", "billing.example.com", [DNS("billing.example.com\0.evil.example")]),
        ("san_dns", "billing.example.com", [URI("billing.example.com"), EMAIL_NAME("billing.example.com")]),
        ("san_dns", "192.0.2.1", [IP(V4)]),
        ("san_uri", SPIFFE, [DNS("billing"), URI("spiffe://example.com/billing/")]),
        ("san_uri", SPIFFE, [URI("spiffe://EXAMPLE.com/billing")]),
        ("san_uri", SPIFFE, [URI("spiffe://example.com/bill%69ng")]),
        ("san_ip", "192.0.2.1", [DNS("192.0.2.1"), URI("192.0.2.1")]),
        ("san_ip", "192.0.2.1", [IP(ip_address("::ffff:192.0.2.1"))]),
        ("san_ip", "192.0.2.1", [IP(ip_network("192.0.2.1/32"))]),
        ("san_email", "Billing@example.com", [EMAIL_NAME("billing@example.com")]),
        ("san_email", "billing@example.com", [EMAIL_NAME("billing@sub.example.com"), EMAIL_NAME("example.com")]),
    ],
)
def test_another_alternative_name_is_another_client(kind: str, text: str, names: list[x509.GeneralName]) -> None:
    assert service_for(**{kind: text}).send(presented(with_names(*names))).reason == "wrong_certificate"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"bxll", b"b\xeell"),  # Latin-1 is no host name
        (b"\x82\x13bxll", b"\xa3\x13bxll"),  # an X.400 address
        (b"\x55\x1d\x12", b"\x55\x1d\x11"),  # the extension twice
    ],
    ids=["Latin-1", "X.400", "twice"],
)
def test_names_that_cannot_be_read_are_nobodys(old: bytes, new: bytes) -> None:
    """From an authority that signs anything."""
    names = (DNS("billing.example.com"), DNS("bxlling.example.com"))
    issued = certificate_of(AUTHORITY.issue("billing", 2, names=names, more=[x509.IssuerAlternativeName(names[:1])]))
    der = base64.b64decode(_body(issued))
    service = service_for(san_dns="billing.example.com")

    assert service.send(presented(_armored(der))).status == 200
    assert der.count(old) == 1
    answer = service.send(presented(_armored(der.replace(old, new))))
    assert (answer.error, answer.record["client"]) == ((*REFUSED, "malformed_certificate"), "billing")


def test_bound_to_the_certificate_of_the_request(service: ObservedService) -> None:
    for pem in (certificate(), certificate("mallory")):
        issued = service.send(presented(pem, GRANT, basic("robot")))
        assert (issued.status, issued.body["token_type"]) == (200, "Bearer")
        assert claims(issued)["cnf"] == {"x5t#S256": thumbprint(pem)}
    issued = service.send(connected(asserted(assertion()), certificate()))
    assert claims(issued)["cnf"] == {"x5t#S256": thumbprint(certificate())}


def test_who_has_bound_tokens_gets_no_others(service: ObservedService) -> None:
    before = service.signatures
    refused = service.send(event(GRANT, basic("robot")))

    assert (refused.error, refused.record["client"]) == ((400, "invalid_request", "missing_certificate"), "robot")
    assert service.send(asserted(assertion())).reason == "missing_certificate"
    forged = {**GRANT, "cnf": '{"x5t#S256":"x"}', "client_cert": certificate()}
    assert service.send(event(forged, {**basic("robot"), "client-cert": certificate()})).reason == "missing_certificate"
    assert service.send(event(GRANT, basic("robot", "wrong"))).reason == "wrong_secret", "who asks is settled first"
    assert service.signatures == before, "KMS has not been asked"


def test_a_certificate_that_authenticates_may_bind_as_well() -> None:
    fields = {**known_by(subject_dn=DN), "certificate_bound_tokens": True}
    service = ObservedService(document(clients={"billing": fields}))
    assert claims(service.send(presented(certificate())))["cnf"] == {"x5t#S256": thumbprint(certificate())}


def test_no_line_of_the_log_has_a_certificate(service: ObservedService) -> None:
    for sent in (presented(certificate()), presented(certificate("mallory")), presented("x" + certificate())):
        output = service.send(sent).output
        assert len(output.splitlines()) == 1
        assert "CERTIFICATE" not in output
        assert BODY[:32] not in output
        assert "mallory" not in output
