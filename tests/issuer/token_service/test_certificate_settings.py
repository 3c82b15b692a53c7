"""Reading ``tls_client_auth`` and ``certificate_bound_tokens`` of clients: each error with its path."""

import pytest

from issuer.token_service.config import ConfigError, parse_config
from testkit.signers import signer

from .service import client, document

WRITE_DN = "must be a distinguished name in the form of RFC 4514, such as CN=billing,O=Example,C=CH, which openssl x509"


def faults(**fields: object) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(document(clients={"billing": client(**fields)}))
    return str(caught.value)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, ": must have exactly one of subject_dn, san_dns, san_uri, san_ip, san_email, and has none"),
        (
            {"subject_dn": "CN=a", "san_dns": "a"},
            ": must have exactly one of subject_dn, san_dns, san_uri, san_ip, san_email",
        ),
        ("CN=a", ": must be an object, and is a str"),
        ({"dn": "CN=a"}, ".dn: unknown field; the fields are san_dns, san_email, san_ip, san_uri, subject_dn"),
        ({"subject_dn": ""}, ".subject_dn: must be a string that is not empty, and is ''"),
        ({"subject_dn": ["CN=a"]}, ".subject_dn: must be a string that is not empty, and is ['CN=a']"),
        ({"subject_dn": "CN=a\n"}, ".subject_dn: must not have leading or trailing white space"),
        *(
            ({"subject_dn": text}, f".subject_dn: {WRITE_DN}")
            for text in (
                *("billing", "CN", "CN=a,", ",CN=a", "CN=a, O=b", "CN=a;O=b", "/C=CH/CN=a", "cn=a", "X=a", "CN=a,,O=b"),
                *("CN = a", 'CN="a"', r"CN=\zz", r"CN=\C3", "CN=#0C0161", "2.5.4.3=#0C0161", "CN=a+", "C=Switzerland"),
                *("CN=a+CN=a", "CN=a<b", "CN=" + "a" * 65, "CN="),
            )
        ),
        *(
            (
                {"san_dns": text},
                f".san_dns: must be a host name without wildcards, such as billing.example.com, and is {text!r}",
            )
            for text in (
                *(
                    "*.example.com",
                    "*",
                    "a_b.example.com",
                    "a..b",
                    ".a",
                    "a.",
                    "-a",
                    "a-",
                    "a b",
                    "ä.example.com",
                    "a,b",
                ),
                *("https://a", "a:443", "a" * 64, "a." * 127 + "a"),
            )
        ),
        *(
            ({"san_uri": text}, ".san_uri: must be an absolute URI, such as spiffe://example.com/billing, and is")
            for text in ("billing", "/billing", "spiffe:", "spiffe://a b", "://a", "spiffe://é")
        ),
        *(
            ({"san_ip": text}, ".san_ip: must be an IP address, such as 192.0.2.1 or 2001:db8::1, and is")
            for text in (
                "billing",
                "192.0.2.0/24",
                "192.0.2",
                "192.0.2.01",
                "fe80::1%eth0",
                "[2001:db8::1]",
                "3221225985",
            )
        ),
        *(
            ({"san_email": text}, ".san_email: must be an email address, such as billing@example.com, and is")
            for text in ("billing", "@example.com", "a@", "a@b@c", "a b@c", "ä@c", "A <a@c>", "*@")
        ),
    ],
)
def test_the_name_of_a_client(fields: object, fault: str) -> None:
    assert faults(secret_hashes=None, tls_client_auth=fields).startswith(f"clients.billing.tls_client_auth{fault}")


@pytest.mark.parametrize(
    "name",
    [
        {"subject_dn": r"CN=a\,b+OU=c,O=Müller \#1,L=x,ST=y,DC=d,UID=u,emailAddress=a@b,serialNumber=1,GN=g,SN=s,C=CH"},
        {"san_dns": "a"},
        {"san_dns": "xn--mller-kva.Example.com"},
        {"san_uri": "urn:example:billing"},
        {"san_ip": "::1"},
        {"san_email": "billing+x@example.com"},
    ],
)
def test_names(name: dict[str, str]) -> None:
    config = parse_config(document(clients={"billing": client(secret_hashes=None, tls_client_auth=name)}))

    found = config.clients["billing"].certificate_name
    assert found is not None
    assert found.kind == next(iter(name))


def test_a_name_is_one_client() -> None:
    def named(**name: str) -> dict[str, object]:
        return client(secret_hashes=None, tls_client_auth=name)

    clients = {
        "a": named(subject_dn="CN=x+OU=y"),
        "b": named(subject_dn="OU=y+CN=x"),
        "c": named(san_dns="x.example.com"),
        "d": named(san_dns="X.EXAMPLE.com"),
        "e": named(san_uri="x.example.com:x"),
        "f": named(san_dns="y.example.com"),
    }
    with pytest.raises(ConfigError) as caught:
        parse_config(document(clients=clients))
    assert str(caught.value).splitlines() == [
        "clients.b.tls_client_auth.subject_dn: is already a: a name is one client",
        "clients.d.tls_client_auth.san_dns: is already c: a name is one client",
    ]


def test_beside_another_method() -> None:
    both = faults(tls_client_auth={"san_dns": "a"})
    assert both.endswith("tls_client_auth, and has secret_hashes and tls_client_auth")


@pytest.mark.parametrize("value", ["true", 1, None, [], "required"])
def test_certificate_bound_tokens(value: object) -> None:
    fields = {**client(), "certificate_bound_tokens": value}
    with pytest.raises(
        ConfigError, match=r"^clients.billing.certificate_bound_tokens: must be true or false, and is a "
    ):
        parse_config(document(clients={"billing": fields}))


def test_every_method_may_have_bound_tokens() -> None:
    methods = [
        client(),
        client(secret_hashes=None, assertion={"keys": [dict(signer("ES256").jwk)]}),
        client(secret_hashes=None, tls_client_auth={"san_dns": "a"}),
    ]
    for fields in methods:
        for value in (True, False):
            config = parse_config(document(clients={"billing": {**fields, "certificate_bound_tokens": value}}))
            assert config.clients["billing"].certificate_bound_tokens is value
        assert not parse_config(document(clients={"billing": fields})).clients["billing"].certificate_bound_tokens


def test_the_binding_counts_in_the_size_of_a_token() -> None:
    def fits(letters: int, bound: bool = False) -> bool:
        fields = client(scopes=["x" * letters], audiences=["orders"], certificate_bound_tokens=bound)
        try:
            return bool(parse_config(document(clients={"billing": fields})))
        except ConfigError:
            return False

    letters = next(letters for letters in range(2600, 3000) if not fits(letters)) - 1
    assert (fits(letters), fits(letters, bound=True)) == (True, False)
    assert fits(letters - 75, bound=True)
