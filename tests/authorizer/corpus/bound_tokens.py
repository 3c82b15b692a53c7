"""Attacks with stolen tokens that are bound to a client certificate (RFC 8705 section 3), and on the binding itself."""

import ssl
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha1, sha256
from typing import Any

from authorizer.denial import Reason
from testkit.certificates import Authority, certificate_of, thumbprint
from testkit.signers import ALGORITHMS, signer
from testkit.tokens import token

from ..gateway_events import bearer, presented
from .case import MARKER, ROUTE, Case, Keys, claims, configuration, group

PARTNER, TENANT = "https://partner.example.com", "https://tenant.example.com"


def bound_configuration() -> dict[str, object]:
    """Own tokens must be bound, and a tenant's as well, since nothing else is said of them; a partner's need not be."""
    others: list[dict[str, object]] = [
        {
            "name": name,
            "issuers": [issuer],
            "audiences": ["orders"],
            "keys": [signer(alg, name).jwk for alg in ALGORITHMS],
            "scopes": ["orders:read"],
            **more,
        }
        for name, issuer, more in (("partner", PARTNER, {"bound_tokens": "accepted"}), ("tenant", TENANT, {}))
    ]
    return {**configuration(), "bound_tokens": "required", "trusted_issuers": others}


@cache
def certificates() -> tuple[str, str]:
    """The client's certificate, and the one that it gets when that is renewed: by the same authority, for the same name."""
    authority = Authority("Example CA")
    client, renewed = (certificate_of(authority.issue("client", serial_number)) for serial_number in (1, 2))
    return client, renewed


def of(keys: Keys, name: str, **changes: object) -> str:
    """A token of the issuer ``name``, good but for ``changes``."""
    key, issuer = (keys.key, None) if name == "own" else (signer(keys.alg, name), f"https://{name}.example.com")
    return token(key, claims(**({"iss": issuer} if issuer else {}), **changes))


def bound(keys: Keys, name: str = "own") -> str:
    """A token that is bound to the client's certificate."""
    return of(keys, name, cnf={"x5t#S256": thumbprint(certificates()[0])})


def sent(name: str, expected: Reason | None, event: Any) -> Case:
    """A case that is about more than its token."""
    return Case(name, expected, event, None)


@group("bound tokens: let in", at_least=8)
def let_in(keys: Keys) -> Iterator[Case]:
    """With the certificate that it names, however its lines are broken."""
    client = certificates()[0]
    lines = client.splitlines()
    for name in ("own", "partner", "tenant"):
        yield sent(name, None, presented(bound(keys, name), client))
    for name, pem in (
        ("without the last line break", client.strip()),
        ("with CRLF", "\r\n".join(lines)),
        ("on three lines", "\n".join([lines[0], "".join(lines[1:-1]), lines[-1]])),
    ):
        yield sent(name, None, presented(bound(keys), pem))
    yield sent("a bearer token that may be one", None, presented(of(keys, "partner"), client))
    yield sent("a bearer token without certificate", None, bearer(of(keys, "partner")))


@group("bound tokens: stolen", at_least=30)
def stolen(keys: Keys) -> Iterator[Case]:
    """The token of another: with the thief's own certificate, with none, with one that nobody has verified."""
    client, other = certificates()
    for name in ("own", "partner", "tenant"):
        yield sent(f"{name}, other certificate", Reason.WRONG_CERTIFICATE, presented(bound(keys, name), other))
        yield sent(f"{name}, no certificate", Reason.MISSING_CERTIFICATE, bearer(bound(keys, name)))
    elsewhere: tuple[object, ...] = (
        None,
        {},
        {"clientCert": None},
        {"clientCert": {}},
        {"clientCert": client},
        [client],
        client,
    )
    for authentication in elsewhere:
        event = bearer(bound(keys))
        event["requestContext"]["authentication"] = authentication
        yield sent(f"authentication {str(authentication)[:30]}", Reason.MISSING_CERTIFICATE, event)
    body = "".join(client.splitlines()[1:-1])
    der = ssl.PEM_cert_to_DER_cert(client)
    for name, pem in {
        "null": None,
        "a list": [client],
        "empty": "",
        "both, own first": client + other,
        "both, own last": other + client,
        "twice": client * 2,
        "no armor": body,
        "no begin": client.replace("-----BEGIN CERTIFICATE-----", ""),
        "no end": client.replace("-----END CERTIFICATE-----", ""),
        "other armor": client.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
        "lower case": client.replace("CERTIFICATE", "certificate"),
        "text before": f"subject=CN = client\n{client}",
        "text after": f"{client}x",
        "spaces": client.replace("\n", " "),
        "a space": f" {client}",
        "URL-encoded": client.replace("\n", "%0A").replace("+", "%2B"),
        "padding inside": client.replace(body[:64], f"{body[:63]}="),
        "alphabet": client.replace(body[:64], f"{body[:62]}-_"),
        "not ASCII": client.replace(body[:64], f"{body[:63]}\u00e9"),
        "nothing in it": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "armor that overlaps": "-----BEGIN CERTIFICATE-----END CERTIFICATE-----",
        "DER": der.decode("latin-1"),
    }.items():
        yield sent(name, Reason.MISSING_CERTIFICATE, presented(bound(keys), pem))
    for field in ("x-client-cert", "x-amzn-mtls-clientcert", "client-cert"):
        event = bearer(bound(keys))
        event["headers"][field] = client.replace("\n", " ")
        yield sent(f"in the header {field}", Reason.MISSING_CERTIFICATE, event)
    event = bearer(bound(keys))
    event["requestContext"]["identity"] = {"clientCert": {"clientCertPem": client}}
    yield sent("where payload format 1.0 has it", Reason.MISSING_CERTIFICATE, event)


@group("bound tokens: cnf", at_least=30)
def confirmations(keys: Keys) -> Iterator[Case]:
    """One thumbprint, in its one encoding, and nothing else."""
    client, other = certificates()
    right, der = thumbprint(client), ssl.PEM_cert_to_DER_cert(client)
    digest = sha256(der).digest()
    for name, text in {
        "padded": f"{right}=",
        "standard alphabet, padded": b64encode(digest).decode(),
        "hex": digest.hex(),
        "with colons": digest.hex(":"),
        "a space": f"{right} ",
        "a line break": f"{right}\n",
        "cut": right[:-1],
        "longer": f"{right}A",
        "other case": right.swapcase(),
        "empty": "",
        "not ASCII": f"{right[:-1]}\u00e9",
        "NUL": f"{right}\0",
        "SHA-1": urlsafe_b64encode(sha1(der, usedforsecurity=False).digest()).rstrip(b"=").decode(),
        "of the PEM": urlsafe_b64encode(sha256(client.encode()).digest()).rstrip(b"=").decode(),
        "of another": thumbprint(other),
        "of nothing": urlsafe_b64encode(sha256(b"").digest()).rstrip(b"=").decode(),
        "the certificate itself": b64encode(der).decode(),
        MARKER: MARKER,
    }.items():
        wrong = of(keys, "own", cnf={"x5t#S256": text})
        yield sent(f"thumbprint {name}", Reason.WRONG_CERTIFICATE, presented(wrong, client))
    values: tuple[object, ...] = (
        *(None, "", right, [], [right], [{"x5t#S256": right}], {}, True, 0),
        *({"x5t#S256": value} for value in (None, 0, True, [], [right], {"x5t#S256": right})),
        *({name: right} for name in ("x5t", "x5t#s256", "X5T#S256", "x5t#S256 ", "x5t#S512", "x5c", "jkt", "kid")),
        *({"x5t#S256": right, name: right} for name in ("jkt", "jwk", "kid", "jwe", "x5t", MARKER)),
    )
    for value in values:
        for issuer in ("own", "partner"):
            event = presented(of(keys, issuer, cnf=value), client)
            yield sent(f"{issuer} {str(value).replace(right, '...')}", Reason.UNCHECKED_CONFIRMATION, event)


@group("bound tokens: not bound", at_least=8)
def not_bound(keys: Keys) -> Iterator[Case]:
    """A token that must be bound, and says so nowhere, or elsewhere."""
    client = certificates()[0]
    right = thumbprint(client)
    for issuer in ("own", "tenant"):
        yield sent(f"{issuer}, with certificate", Reason.UNBOUND_TOKEN, presented(of(keys, issuer), client))
        yield sent(f"{issuer}, without", Reason.UNBOUND_TOKEN, bearer(of(keys, issuer)))
    for name in ("x5t#S256", "Cnf", "cnf ", "act"):
        said = {name: right if name.startswith("x") else {"x5t#S256": right}}
        yield sent(f"in {name!r}", Reason.UNBOUND_TOKEN, presented(of(keys, "own", **said), client))
    yield sent(
        "the scopes are judged last", Reason.UNBOUND_TOKEN, presented(of(keys, "own", scope="none"), client, ROUTE)
    )


GROUPS = (let_in, stolen, confirmations, not_bound)
