"""The scopes of another issuer's tokens: from where it writes them, as they are mapped, and never above the ceiling."""

from typing import Any

import pytest

from authorizer.denial import Denied, Reason
from authorizer.issuer_scopes import DEFAULT_CLAIMS, IssuerScopes

SCALARS_AND_LISTS: tuple[object, ...] = (None, 1, True, {}, [1], [None], [["x"]], ["x", {}])

READ, WRITE, ADMIN = "orders:read", "orders:write", "orders:admin"


def rules(
    *claims: tuple[str, ...], mapping: dict[str, set[str]] | None = None, ceiling: tuple[str, ...] = (READ, WRITE)
) -> IssuerScopes:
    frozen = None if mapping is None else {value: frozenset(scopes) for value, scopes in mapping.items()}
    return IssuerScopes(claims or DEFAULT_CLAIMS, frozen, frozenset(ceiling))


@pytest.mark.parametrize(
    ("paths", "claims"),
    [
        ([], {"scope": f"{READ} {WRITE}"}),
        ([], {"scope": [READ, WRITE]}),
        ([], {"scp": [READ, WRITE]}),
        ([], {"scope": READ, "scp": WRITE}),
        ([("permissions",)], {"permissions": [READ, WRITE], "scope": ADMIN}),
        ([("https://api.example.com/roles",)], {"https://api.example.com/roles": [READ, WRITE]}),
        ([("cognito:groups",)], {"cognito:groups": [WRITE, READ, READ]}),
        ([("realm_access", "roles")], {"realm_access": {"roles": [READ, WRITE]}}),
        ([("a.b", "c/d", "e")], {"a.b": {"c/d": {"e": f"{READ}  {WRITE} "}}}),
        ([("a",), ("b", "c")], {"a": READ, "b": {"c": WRITE}}),
    ],
)
def test_where_they_are(paths: list[tuple[str, ...]], claims: dict[str, Any]) -> None:
    granted = rules(*paths).granted(claims)

    assert granted["scope"] == f"{READ} {WRITE}"


@pytest.mark.parametrize("claims", [{}, {"scope": ""}, {"scp": []}, {"a": {}}, {"scope": "openid", "scp": [ADMIN]}])
def test_none(claims: dict[str, object]) -> None:
    granted = rules(("scope",), ("scp",), ("a", "b")).granted(claims)

    assert "scope" not in granted


def test_nothing_above_the_ceiling_reaches_anybody() -> None:
    claims = {"sub": "x", "scope": f"openid {READ} {ADMIN}", "scp": [ADMIN, WRITE], "roles": [ADMIN]}

    granted = rules().granted(claims)

    assert granted == {"sub": "x", "scope": f"{READ} {WRITE}", "scp": [WRITE], "roles": [ADMIN]}
    assert rules(ceiling=()).granted(claims) == {"sub": "x", "scp": [], "roles": [ADMIN]}


def test_a_claim_that_contains_no_scopes_is_none() -> None:
    """``scope`` and ``scp`` mean scopes to whoever reads them."""
    claims = {"scope": ADMIN, "scp": [ADMIN], "roles": [READ, ADMIN]}

    assert rules(("roles",)).granted(claims) == {"scope": READ, "roles": [READ]}


def test_only_mapped_values_count() -> None:
    mapping = {"Readers": {READ}, "Order admins": {READ, WRITE, ADMIN}, ADMIN: {ADMIN}}
    of = rules(("groups",), mapping=mapping, ceiling=(READ, WRITE, ADMIN))

    assert of.granted({"groups": ["Readers", READ, WRITE]})["scope"] == READ
    assert of.granted({"groups": ["Order admins"]})["scope"] == f"{ADMIN} {READ} {WRITE}"
    assert of.granted({"groups": "Order admins"})["scope"] == f"{ADMIN} {READ} {WRITE}"
    assert "scope" not in of.granted({"groups": "x Readers"})  # one value, whoever has named it
    assert rules(("scope",), mapping={"Readers": {READ}}).granted({"scope": "x Readers"})["scope"] == READ


def test_what_is_mapped_is_kept_as_it_is() -> None:
    """It may be the user: with AWS STS the role in ``sub``."""
    of = rules(("sub",), ("groups",), mapping={"arn:role/reader": {READ}})

    claims = {"sub": "arn:role/reader", "groups": ["x"]}
    assert of.granted(claims) == {**claims, "scope": READ}
    assert of.granted({"sub": "arn:role/other", "scope": ADMIN}) == {"sub": "arn:role/other"}


def test_a_value_that_is_mapped_is_not_itself_a_scope() -> None:
    """``scp`` would be read as scopes, so its own values do not go on."""
    of = rules(("scp",), mapping={ADMIN: {READ}}, ceiling=(READ,))

    assert of.granted({"scp": [ADMIN]}) == {"scope": READ}


@pytest.mark.parametrize(
    "claims",
    [
        *({"scope": value} for value in SCALARS_AND_LISTS),
        *({"a": value} for value in (None, READ, [], ["b"], 1, True)),
        *({"a": {"b": value}} for value in SCALARS_AND_LISTS),
    ],
)
def test_other_types_are_malformed(claims: dict[str, object]) -> None:
    (name,) = claims
    with pytest.raises(Denied) as denied:
        rules(("scope",), ("a", "b")).granted(claims)
    assert (denied.value.reason, denied.value.claim) == (Reason.MALFORMED_CLAIM, name)


def test_the_claims_themselves_are_not_changed() -> None:
    claims = {"scope": f"{READ} {ADMIN}", "scp": [ADMIN]}

    rules().granted(claims)

    assert claims == {"scope": f"{READ} {ADMIN}", "scp": [ADMIN]}
