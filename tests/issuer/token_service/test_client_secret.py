"""Authentication with a secret: Basic in both spellings, in the body, and what is refused (RFC 6749 section 2.3.1)."""

import base64
import hashlib
import hmac
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote, quote_plus, urlencode

import pytest

from issuer.token_service import client_secret
from testkit.signers import signer

from .service import GRANT, SECRET, ObservedService, basic, client, document, event, hashed

SECRETS = [
    SECRET,
    "SsPq+/abc+==",
    "a+b c%2Bd%zz%",
    "%41",
    "colon:colon:",
    ":",
    "söme ünïcode",
    "日本語 🔑",
    "&=;#?",
    '"\\',
    "Ã¶",  # in Latin-1 these are the octets of an ö in UTF-8
    "\x7f\t",
    "x" * 4096,
]
"""Of this system, and of any other."""


def _services(secret: str, client_id: str = "billing") -> ObservedService:
    return ObservedService(document(clients={client_id: client(secret_hashes=[hashed(secret)])}))


def _header(octets: bytes, scheme: str = "Basic ") -> dict[str, str]:
    return {"authorization": scheme + base64.b64encode(octets).decode()}


@pytest.mark.parametrize("secret", SECRETS)
def test_any_secret_in_any_spelling(secret: str) -> None:
    service = _services(secret)
    spellings = [
        basic("billing", secret),
        basic("billing", quote_plus(secret)),
        basic("billing", quote(secret, safe="")),
        basic("billing", "".join(f"%{octet:02x}" for octet in secret.encode())),
        basic("%62illing", quote_plus(secret)),
    ]

    assert [service.send(event(headers=headers)).status for headers in spellings] == [200] * len(spellings)
    for form in (urlencode, lambda form: "&".join(f"{name}={quote(value, safe='')}" for name, value in form.items())):
        body = form({**GRANT, "client_id": "billing", "client_secret": secret})
        assert service.send(event(body, {})).status == 200
    assert service.send(event(headers=basic("billing", secret + "x"))).reason == "wrong_secret"
    assert service.send(event({**GRANT, "client_id": "billing", "client_secret": secret + "x"}, {})).status == 401


def test_a_secret_in_latin_1_as_requests_sends_it() -> None:
    assert _services("söme").send(event(headers=_header("billing:söme".encode("latin-1")))).status == 200


def test_an_id_whose_every_character_is_encoded() -> None:
    """oauth4webapi encodes hyphens, underscores and full stops, too."""
    service = _services(SECRET, "bill-ing_2")
    encoded = SECRET.replace("-", "%2D").replace("_", "%5F")

    assert service.send(event(headers=basic("bill%2Ding%5F2", encoded))).body["scope"]


@pytest.mark.parametrize("scheme", ["Basic ", "basic ", "BASIC ", "bAsIc   "])
def test_the_scheme_is_case_insensitive(scheme: str) -> None:
    assert _services(SECRET).send(event(headers=_header(f"billing:{SECRET}".encode(), scheme))).status == 200


def test_header_names_are_case_insensitive() -> None:
    sent = event(headers={"AUTHORIZATION": basic()["authorization"]})
    sent["headers"]["Content-Type"] = sent["headers"].pop("content-type")

    assert _services(SECRET).send(sent).status == 200


@pytest.fixture(scope="module")
def service() -> ObservedService:
    """``billing``, and ``robot``, which has keys instead of a secret."""
    robot = client(secret_hashes=None, assertion={"keys": [dict(signer("ES256", "robot").jwk)]})
    return ObservedService(document(clients={"billing": client(), "robot": robot}))


@pytest.mark.parametrize(
    "form",
    [
        {**GRANT, "client_id": "billing"},
        {**GRANT, "client_id": "", "client_secret": ""},  # parameters without a value, as some libraries send
    ],
)
def test_basic_with_an_equal_client_id_in_the_body(service: ObservedService, form: dict[str, str]) -> None:
    assert service.send(event(form)).status == 200


POST = {**GRANT, "client_id": "billing", "client_secret": SECRET}


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({**GRANT, "client_id": "other"}, basic(), (400, "invalid_request", "different_client_id")),
        ({**GRANT, "client_id": "robot"}, basic(), (400, "invalid_request", "different_client_id")),
        (POST, basic(), (400, "invalid_request", "several_methods")),
        ({**GRANT, "client_secret": "x"}, basic(), (400, "invalid_request", "several_methods")),
        (POST, basic("billing", "x"), (400, "invalid_request", "several_methods")),
        ({**POST, "client_assertion": "x"}, {}, (400, "invalid_request", "several_methods")),
        ({**GRANT, "client_assertion_type": "x"}, basic(), (400, "invalid_request", "several_methods")),
        (GRANT, {}, (401, "invalid_client", "no_credentials")),
        ({**GRANT, "client_id": "billing"}, {}, (401, "invalid_client", "no_credentials")),
        ({**POST, "client_secret": ""}, {}, (401, "invalid_client", "no_credentials")),
        ({**GRANT, "client_secret": SECRET}, {}, (401, "invalid_client", "unknown_client")),
        ({**POST, "client_secret": "x"}, {}, (401, "invalid_client", "wrong_secret")),
        ({**POST, "client_id": "Billing"}, {}, (401, "invalid_client", "unknown_client")),
        ({**POST, "client_id": "billing\0"}, {}, (401, "invalid_client", "unknown_client")),
        ({**POST, "client_id": "robot"}, {}, (401, "invalid_client", "wrong_client_method")),
        ({**GRANT, "client_assertion": "x"}, {}, (400, "invalid_request", "incomplete_assertion")),
        (GRANT, basic("billing", "wrong"), (401, "invalid_client", "wrong_secret")),
        (GRANT, basic("nobody"), (401, "invalid_client", "unknown_client")),
        (GRANT, basic("robot"), (401, "invalid_client", "wrong_client_method")),
        (GRANT, basic("", SECRET), (401, "invalid_client", "unknown_client")),
        (GRANT, basic("billing", ""), (401, "invalid_client", "malformed_authorization")),
        (GRANT, _header(b"billing"), (401, "invalid_client", "malformed_authorization")),
        (GRANT, _header(b"\xff\xfe:\xff"), (401, "invalid_client", "unknown_client")),
        (GRANT, _header(b"billing:" + SECRET.encode(), "Basic"), (401, "invalid_client", "malformed_authorization")),
        (GRANT, _header(b"billing:" + SECRET.encode(), "Bearer "), (401, "invalid_client", "malformed_authorization")),
        *(
            (GRANT, {"authorization": value}, (401, "invalid_client", "malformed_authorization"))
            for value in (
                *(
                    "",
                    "Basic",
                    "Basic ",
                    "Basic !",
                    "Basic \ud800",
                    "Bearer abc",
                    "Digest username=billing",
                    "Basic Zm9v,Zm9v",
                ),
                f"{basic()['authorization']},{basic()['authorization']}",  # sent twice, and joined by API Gateway
                basic()["authorization"].rstrip("=")[:-1],
                " " + basic()["authorization"],
                basic()["authorization"][:20] + "*" + basic()["authorization"][20:],
            )
        ),
    ],
)
def test_what_is_refused(
    service: ObservedService, form: dict[str, str], headers: dict[str, str], error: tuple[int, str, str]
) -> None:
    before = service.signatures
    observed = service.send(event(form, headers))

    assert observed.error == error
    assert ("www-authenticate" in observed.headers) == (observed.status == 401)
    if observed.status == 401:
        assert observed.headers["www-authenticate"] == 'Basic realm="token", charset="UTF-8"'
    assert service.signatures == before


def test_nothing_tells_which_ids_exist(service: ObservedService) -> None:
    refused = [service.send(event(headers=basic(name, "wrong"))) for name in ("billing", "robot", "nobody")]

    assert refused[0].response == refused[1].response == refused[2].response
    assert [observed.record["client"] for observed in refused] == ["billing", "robot", None]


@pytest.mark.parametrize("client_id", ["billing", "robot", "nobody", "", "x" * 5000])
def test_every_id_costs_as_many_hashes_and_comparisons(
    service: ObservedService, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_, compare = Mock(wraps=hashlib.sha256), Mock(wraps=hmac.compare_digest)
    monkeypatch.setattr(client_secret, "sha256", hash_)
    monkeypatch.setattr(client_secret, "compare_digest", compare)

    service.send(event(headers=basic(client_id, "wrong")))
    service.send(event({**POST, "client_id": client_id or "-", "client_secret": "wrong"}, {}))
    assert (hash_.call_count, compare.call_count) == (4, 8)
    assert all(len(value) == 32 for call in compare.call_args_list for value in call.args)


def test_two_secrets_during_a_rotation() -> None:
    def sent(*hashes: str) -> list[int]:
        service = ObservedService(document(clients={"billing": client(secret_hashes=list(hashes))}))
        return [service.send(event(headers=basic("billing", secret))).status for secret in ("old", "new")]

    assert sent(hashed("old")) == [200, 401]
    assert sent(hashed("old"), hashed("new")) == [200, 200]
    assert sent(hashed("new")) == [401, 200]


def test_the_hash_is_not_the_secret(service: ObservedService) -> None:
    sent: Any = [hashed(SECRET), bytes.fromhex(hashed(SECRET)).decode("latin-1"), "\0" * 32]

    assert {service.send(event(headers=basic("billing", secret))).reason for secret in sent} == {"wrong_secret"}
