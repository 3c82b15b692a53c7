"""The published keys, against those of KMS."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

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
from .deployed import Deployed
from .promises import Promises
from .routes import WELL_KNOWN
from .row import Finding, NotApplicable, NotChecked, Row, judged
from .sender import Sender

EXPECTED = "those that KMS has enabled"


def published_rows(
    promises: Promises, deployed: Deployed | None, kid: str, account: Account, sender: Sender
) -> Iterator[Row]:
    """``kid`` is the signing key's, which must be published."""

    def of_the_stack() -> Finding:
        if promises.jwks is None:
            raise NotApplicable("no output jwks")
        return _compared(promises.jwks, kid, account)

    def of_the_api() -> Finding:
        known = deployed is not None and WELL_KNOWN[0] in deployed.routes
        answer = sender.send("GET", WELL_KNOWN[0].removeprefix("GET ")) if known or deployed is None else None
        if answer is None or not (known or answer.status == HTTPStatus.OK):
            raise NotApplicable("not published by the API")
        try:
            keys = keys_of(parse_json(answer.body.decode()) if answer.status == HTTPStatus.OK else None)
        except ValueError:
            return Finding(False, f"{answer.status}, not a key set")
        return _compared(keys, kid, account)

    yield judged("keys in the stack's output jwks", EXPECTED, of_the_stack)
    yield judged("keys at /.well-known/jwks.json", EXPECTED, of_the_api)


def _compared(keys: Sequence[Jwk], kid: str, account: Account) -> Finding:
    faults = [fault for key in keys if (fault := _fault(key, account))]
    if kid not in [key.get("kid") for key in keys]:
        faults.append(f"{kid}, which signs, is not among them")
    if private := [str(key.get("kid")) for key in keys if set(key) - set(public_members(key)) - {"use", "key_ops"}]:
        faults.append(f"{', '.join(private)}: more than public members")
    return Finding(not faults, "; ".join(faults) or f"{len(keys)} key{'s' if len(keys) != 1 else ''}, as in KMS")


def _fault(published: Jwk, account: Account) -> str | None:
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
