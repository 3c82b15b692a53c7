"""The published keys, against those of KMS, and what the API says of them."""

from collections.abc import Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from ..json_input import Jwk, keys_of, parse_json
from ..packages.authorizer import public_members
from ..packages.issuer import (
    IssuerError,
    KeyNotFound,
    KeyUnusable,
    public_jwk,
    read_public_key,
    resolve_signing_key,
)
from .account import Account
from .answers import shown
from .deployed import Read
from .promises import Promises
from .routes import JWKS, OPENID_CONFIGURATION
from .row import Broken, Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender

EXPECTED = "those that KMS has enabled"


def published_rows(promises: Promises, deployed: Read, kid: str, account: Account, sender: Sender) -> Iterator[Row]:
    """``kid`` is the signing key's, which must be published."""

    def of_the_stack() -> Finding:
        if promises.jwks is None:
            raise NotApplicable("no output jwks")
        return _compared(promises.jwks, kid, account)

    def of_the_api() -> Finding:
        document = _document(JWKS, deployed, sender)
        try:
            return _compared(keys_of(document), kid, account)
        except ValueError:
            return Finding(False, "not a key set")

    yield judged("keys in the stack's output jwks", EXPECTED, of_the_stack)
    yield judged("keys at /.well-known/jwks.json", EXPECTED, of_the_api)
    yield judged(
        "/.well-known/openid-configuration",
        "our issuer, the API's keys",
        lambda: _openid_configuration(_document(OPENID_CONFIGURATION, deployed, sender), promises, deployed),
    )


def _document(route_key: str, deployed: Read, sender: Sender) -> Any:
    """What the API publishes there, as JSON."""
    fetch = partial(sender.send, "GET", route_key.removeprefix("GET "))
    try:
        known = deployed()
    except NotChecked as reason:
        answer = fetch()
        if answer.status != HTTPStatus.OK:
            raise NotChecked(f"{shown(answer)}, and whether the API publishes it is not known: {reason}") from None
    else:
        if route_key not in known.routes:
            raise NotApplicable("not published by the API")
        answer = fetch()
    if answer.status != HTTPStatus.OK:
        raise Broken(shown(answer))
    try:
        return parse_json(answer.body.decode())
    except ValueError:
        raise Broken("not JSON") from None


def _openid_configuration(document: Any, promises: Promises, deployed: Read) -> Finding:
    """OpenID Connect Discovery 1.0, section 3."""
    issuer = document.get("issuer") if isinstance(document, dict) else None
    if issuer != promises.issuer:
        return Finding(False, f"another issuer: {issuer}" if isinstance(issuer, str) else "no issuer")
    jwks_uri, path = str(document.get("jwks_uri")), JWKS.removeprefix("GET ")
    endpoints = {promises.endpoint, str(deployed().api.get("ApiEndpoint"))}
    if jwks_uri not in {f"{endpoint}{path}" for endpoint in endpoints}:
        return Finding(False, f"keys elsewhere: {jwks_uri}")
    return Finding(True, "our issuer, the API's keys")


def _compared(keys: Sequence[Jwk], kid: str, account: Account) -> Finding:
    faults = [fault for key in keys if (fault := key_fault(key, account))]
    if kid not in [key.get("kid") for key in keys]:
        faults.append(f"{kid}, which signs, is not among them")
    if private := [str(key.get("kid")) for key in keys if set(key) - set(public_members(key)) - {"use", "key_ops"}]:
        faults.append(f"{', '.join(private)}: more than public members")
    return Finding(not faults, "; ".join(faults) or f"{len(keys)} key{'s' if len(keys) != 1 else ''}, as in KMS")


def key_fault(published: Jwk, account: Account) -> str | None:
    """What is wrong with a published key, by KMS; ``None`` if nothing is."""
    kid, alg = str(published.get("kid")), published.get("alg")
    try:
        key = resolve_signing_key(account.kms, kid, alg if isinstance(alg, str) else None)
        own = public_jwk(read_public_key(account.kms, key.arn), key)
    except KeyNotFound:
        return f"{kid} is no key of KMS"
    except KeyUnusable as fault:
        return ": ".join(str(fault).split(": ")[:2])  # without what to do about it to sign
    except IssuerError as fault:
        raise NotChecked(str(fault)) from None
    return None if _material(own) == _material(published) else f"{kid} is another key in KMS"


def _material(key: Jwk) -> Jwk:
    return {name: value for name, value in key.items() if name in ("kty", "crv", "x", "y", "n", "e", "pub", "alg")}
