"""What KmsSigner signs, and what it rejects before KMS is asked."""

import collections
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import jwt
import pytest

from issuer import IssuerError, KmsSigner
from issuer.errors import InvalidToken

from .local_kms import LocalKms


@pytest.fixture
def kms() -> Any:
    kms = LocalKms()
    kms.create("key")
    return kms


def _payload(kms: Any, claims: Any) -> dict[str, Any]:
    token = KmsSigner("key", kms).sign(claims)
    payload: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return payload


MOMENTS = [
    datetime(2027, 1, 15, 8, 0, 0, 999_999, UTC),
    datetime(2027, 1, 15, 9, 30, tzinfo=timezone(timedelta(hours=1, minutes=30))),
    datetime(2027, 1, 15, 8),  # without a zone: UTC, as in PyJWT
]


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_datetimes_become_what_pyjwt_makes_of_them(kms: Any, name: str, moment: datetime) -> None:
    pyjwt = jwt.encode({name: moment}, "secret" * 8, "HS256")

    assert _payload(kms, {name: moment}) == {name: 1_800_000_000}
    assert jwt.decode(pyjwt, options={"verify_signature": False}) == {name: 1_800_000_000}


class _Role(StrEnum):
    ADMIN = "admin"


def test_what_json_has_is_signed_as_it_is(kms: Any) -> None:
    claims: Mapping[str, object] = MappingProxyType(
        {"role": _Role.ADMIN, "list": (1, 2.5, None, True), "nested": collections.ChainMap({"a": {}}), "name": "Zoë 東"}
    )

    assert _payload(kms, claims) == {
        "role": "admin",
        "list": [1, 2.5, None, True],
        "nested": {"a": {}},
        "name": "Zoë 東",
    }


WITHIN_ITSELF: dict[str, object] = {}
WITHIN_ITSELF["self"] = WITHIN_ITSELF

REFUSED: list[tuple[object, str]] = [
    ([], "claims: must be a mapping, and is of type list"),
    ("{}", "claims: must be a mapping, and is of type str"),
    (None, "claims: must be a mapping, and is None"),
    ({"rate": math.nan}, "claims.rate: nan is not a JSON number: omit it, or write null (None in Python) or a string"),
    ({"exp": math.inf}, "claims.exp: inf is not a JSON number"),
    ({"a": [0, {"b-c": -math.inf}]}, "claims.a[1]['b-c']: -inf is not a JSON number"),
    (
        {"seen": MOMENTS[0]},
        "claims.seen: is a datetime, which is accepted only in exp, iat, nbf: write int(...timestamp())",
    ),
    ({"price": Decimal(1)}, "claims.price: is of type Decimal, which is not a JSON type"),
    ({"sub": b"alice"}, "claims.sub: is of type bytes, which is not a JSON type: write a string"),
    ({"roles": {"admin"}}, "claims.roles: is of type set, which is not a JSON type"),
    ({1: "a", "1": "b"}, "claims: has the name 1, but names in JSON must be strings: write '1'"),
    ({"a": {None: 1}}, "claims.a: has the name None, but names in JSON must be strings"),
    ({"sub": "\ud83d"}, "claims.sub: contains an unpaired surrogate, which is not a character"),
    ({"\ud83d": 1}, "claims: has a name with an unpaired surrogate"),
    (WITHIN_ITSELF, "claims: nested too deeply, or containing themselves"),
]


@pytest.mark.parametrize(("claims", "message"), REFUSED)
def test_what_is_no_jwt_is_refused_before_kms_is_asked(kms: Any, claims: Any, message: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        KmsSigner("key", kms).sign(claims)

    assert message in str(refused.value)
    assert not kms.calls
    assert isinstance(refused.value, IssuerError)
    assert isinstance(refused.value, ValueError)


def test_every_fault_is_told() -> None:
    with pytest.raises(InvalidToken) as refused:
        KmsSigner("key", LocalKms()).sign({"a": math.nan, "b": [b"", {"c": math.inf}]})  # type: ignore[arg-type]

    faults = str(refused.value).split("; ")
    assert [fault.partition(": ")[0] for fault in faults] == ["claims.a", "claims.b[0]", "claims.b[1].c"]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"x": math.nan}, "headers.x: nan is not a JSON number"),
        ({"x": {"y": MOMENTS[0]}}, "headers.x.y: is a datetime"),
        ({"exp": MOMENTS[0]}, "headers.exp: is a datetime"),
        (["typ"], "headers: must be a mapping"),
        ({"alg": "none", "kid": "k"}, "alg, kid: set by the signing key: omit them from headers"),
        (
            {"b64": False},
            "headers.b64: must be true or omitted: the payload of a JWT is base64url (RFC 7797 section 7)",
        ),
    ],
)
def test_headers_are_checked_likewise(kms: Any, headers: Any, message: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        KmsSigner("key", kms).sign({}, headers)

    assert message in str(refused.value)
    assert not kms.calls


def test_headers_of_every_json_type(kms: Any) -> None:
    headers = {"typ": "at+jwt", "x": [1, {"y": None}]}
    token = KmsSigner("key", kms).sign({}, MappingProxyType(headers))

    header = token.partition(".")[0]
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "key", **headers}
    assert json.loads(jwt.utils.base64url_decode(header)) == {"alg": "ES256", "kid": "key", **headers}
