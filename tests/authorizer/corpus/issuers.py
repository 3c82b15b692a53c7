"""Attacks by, on and between other trusted issuers: each may say only what it was trusted to say, and only of itself."""

from collections.abc import Iterator, Mapping

from authorizer.denial import Reason
from testkit.signers import ALGORITHMS, Signer, signer
from testkit.tokens import ABSENT, AUDIENCE, ISSUER, NOW, header, token

from ..documents import document
from .case import MARKER, ROUTE, Case, Keys, case, claims, group

PARTNER, PARTNER_V1, TENANT = (
    "https://partner.example.com",
    "https://v1.partner.example.com/",
    "https://tenant.example.com",
)

ADMIN, PING = "DELETE /orders", "GET /ping"


def partner_key(alg: str) -> Signer:
    """The partner's own key for ``alg``."""
    return signer(alg, "partner")


def partner_shared(alg: str) -> Signer:
    """The partner's key with a ``kid`` that the tenant has, too."""
    return signer(alg, "partner, shared")


def tenant_shared(alg: str) -> Signer:
    """The tenant's key with that ``kid``."""
    return signer(alg, "tenant, shared")


def shared_kid(alg: str) -> str:
    """The ``kid`` of both."""
    return f"{alg}_0"


def issuer_configuration() -> dict[str, object]:
    """Own keys, and two other issuers with keys of every algorithm, of which half have the same ``kid`` at both."""
    partner: dict[str, object] = {
        "name": "partner",
        "issuers": [PARTNER, PARTNER_V1],
        "audiences": ["partner-orders"],
        "keys": [
            *(partner_key(alg).jwk for alg in ALGORITHMS),
            *({**partner_shared(alg).jwk, "kid": shared_kid(alg)} for alg in ALGORITHMS),
        ],
        "expected_claims": {"groups": ["staff"]},
        "client_ids": ["web", "cli"],
        "max_token_age_seconds": 7200,
        "max_token_lifetime_seconds": 7200,
        "scope_claims": [["scope"], ["scp"], ["access", "roles"]],
        "scopes": ["orders:read"],
    }
    tenant: dict[str, object] = {
        "name": "tenant",
        "issuers": [TENANT],
        "audiences": ["app"],
        "audience_claim": "client_id",
        "token_types": [""],
        "keys": [{**tenant_shared(alg).jwk, "kid": shared_kid(alg)} for alg in ALGORITHMS],
        "scope_claims": [["groups"]],
        "scope_mapping": {"admins": ["orders:admin"], "Order readers": ["orders:read"]},
    }
    return document(
        *(signer(alg) for alg in ALGORITHMS),
        required_claims=["sub"],
        max_token_age_seconds=600,
        routes={ROUTE: {"scopes": ["orders:read"]}, ADMIN: {"scopes": ["orders:admin"]}, PING: {}},
        context_claims=["sub", "scope", "scp", "note"],
        trusted_issuers=[partner, tenant],
    )


def by_partner(keys: Keys, **changes: object) -> str:
    """A token that the partner signed: good, but for ``changes``."""
    return token(partner_key(keys.alg), partner_claims(**changes), header(partner_key(keys.alg)))


def partner_claims(**changes: object) -> dict[str, object]:
    """The claims of the partner's good tokens, with ``changes``."""
    good = {
        "iss": PARTNER,
        "aud": "partner-orders",
        "scope": "orders:read",
        "groups": ["staff", "x"],
        "client_id": "web",
    }
    return claims(**{**good, **changes})


def tenant_claims(**changes: object) -> dict[str, object]:
    """The claims of the tenant's good tokens, with ``changes``."""
    good = {"iss": TENANT, "aud": ABSENT, "client_id": "app", "scope": ABSENT, "groups": ["Order readers"]}
    return claims(**{**good, **changes})


def by_tenant(keys: Keys, **changes: object) -> str:
    """A token that the tenant signed: good, but for ``changes``."""
    return shared(keys.alg, tenant_shared(keys.alg), tenant_claims(**changes))


def shared(alg: str, key: Signer, payload: Mapping[str, object] | bytes, /, **changes: object) -> str:
    """A token under the ``kid`` that two issuers have, without ``typ``."""
    return token(key, payload, {"alg": alg, "kid": shared_kid(alg), **changes})


@group("issuers: let in", at_least=8)
def let_in(keys: Keys) -> Iterator[Case]:
    """What must work, so that the rest means something."""
    yield case("the partner", None, by_partner(keys))
    yield case("its other spelling", None, by_partner(keys, iss=PARTNER_V1))
    yield case("its shared kid", None, shared(keys.alg, partner_shared(keys.alg), partner_claims(), typ="JWT"))
    yield case("its older token", None, by_partner(keys, iat=NOW - 3600))
    yield case("scopes in scp", None, by_partner(keys, scope=ABSENT, scp=["orders:read"]))
    yield case("scopes below", None, by_partner(keys, scope=ABSENT, access={"roles": ["orders:read"]}))
    yield case("the tenant", None, by_tenant(keys))
    yield case("the tenant's admin", None, by_tenant(keys, groups=["x", "admins"]), ADMIN)
    yield case("no scope where none is asked for", None, by_partner(keys, scope=ABSENT), PING)


@group("issuers: for another", at_least=9)
def impersonation(keys: Keys) -> Iterator[Case]:
    """A key speaks for its own issuer, to the audience that was agreed with it."""
    alg = keys.alg
    yield case("we as the partner", Reason.WRONG_ISSUER, token(keys.key, partner_claims()))
    yield case("the partner as us", Reason.WRONG_ISSUER, by_partner(keys, iss=ISSUER, aud=AUDIENCE))
    yield case("the partner as the tenant", Reason.WRONG_ISSUER, by_partner(keys, iss=TENANT))
    for near in (PARTNER.upper(), f"{PARTNER}/", f"{PARTNER} ", "https://partner.example.com.evil.example"):
        yield case(f"near: {near}", Reason.WRONG_ISSUER, by_partner(keys, iss=near))
    yield case("with our audience", Reason.WRONG_AUDIENCE, by_partner(keys, aud=AUDIENCE))
    yield case("with the tenant's audience", Reason.WRONG_AUDIENCE, by_partner(keys, aud="app"))
    yield case("the tenant's client", Reason.WRONG_AUDIENCE, by_tenant(keys, client_id="web", aud="app"))
    yield case("under a name of ours", Reason.BAD_SIGNATURE, token(partner_key(alg), claims(), header(keys.key)))


@group("issuers: the same kid at two", at_least=14)
def same_kid(keys: Keys) -> Iterator[Case]:
    """The unverified ``iss`` says whose key it is, and nothing more."""
    alg, partner, tenant = keys.alg, partner_shared(keys.alg), tenant_shared(keys.alg)
    yield case("the tenant as the partner", Reason.BAD_SIGNATURE, shared(alg, tenant, partner_claims(), typ="JWT"))
    yield case("the partner as the tenant", Reason.BAD_SIGNATURE, shared(alg, partner, tenant_claims()))
    yield case("a stranger", Reason.BAD_SIGNATURE, shared(alg, keys.stranger, tenant_claims()))
    yield case(
        "the tenant with the partner's typ", Reason.UNEXPECTED_TYPE, shared(alg, tenant, tenant_claims(), typ="JWT")
    )
    yield case("the partner with the tenant's typ", Reason.UNEXPECTED_TYPE, shared(alg, partner, partner_claims()))
    other = "ES256" if alg != "ES256" else "ES512"
    yield case("another alg", Reason.WRONG_ALGORITHM, shared(alg, tenant, tenant_claims(), alg=other))
    for iss in (ISSUER, MARKER, "", None, 1, [TENANT], {"": TENANT}, f"{TENANT}/"):
        yield case(f"iss {iss!r}", Reason.UNKNOWN_KEY, shared(alg, tenant, tenant_claims(iss=iss)))
    yield case("no iss", Reason.UNKNOWN_KEY, shared(alg, tenant, tenant_claims(iss=ABSENT)))
    twice = f'{{"iss":"{PARTNER}","iss":"{TENANT}"}}'.encode()
    for payload in (b"", b"[]", b"\xff", twice, b'{"iss":' + b"[" * 100):
        yield case(f"payload {payload[:20]!r}", Reason.UNKNOWN_KEY, shared(alg, tenant, payload))


@group("issuers: clients", at_least=12)
def clients(keys: Keys) -> Iterator[Case]:
    """Every claim that names the client counts."""
    yield case("no client", Reason.MISSING_CLAIM, by_partner(keys, client_id=ABSENT))
    for name in ("azp", "client_id", "cid", "appid"):
        alone = {"client_id": ABSENT, name: "cli"}
        yield case(f"{name} alone", None, by_partner(keys, **alone))
        yield case(f"{name}: another", Reason.WRONG_CLIENT, by_partner(keys, **{**alone, name: MARKER}))
        yield case(f"{name}: a list", Reason.MALFORMED_CLAIM, by_partner(keys, **{**alone, name: ["cli"]}))
        yield case(f"{name}: null", Reason.MALFORMED_CLAIM, by_partner(keys, **{**alone, name: None}))
    for name in ("azp", "cid", "appid"):
        yield case(f"{name} beside a good client_id", Reason.WRONG_CLIENT, by_partner(keys, **{name: "Web"}))


@group("issuers: scopes", at_least=25)
def scopes(keys: Keys) -> Iterator[Case]:
    """The ceiling holds wherever the scope is written, and only what the configuration names is a scope."""
    wide = "orders:read orders:admin"
    for changes in (
        {"scope": wide},
        {"scope": wide.split()},
        {"scp": wide},
        {"scp": wide.split()},
        {"access": {"roles": wide.split()}},
        {"permissions": wide.split()},
        {"scopes": wide.split()},
        {"Scope": wide},
    ):
        yield case(f"too wide: {changes}", Reason.INSUFFICIENT_SCOPE, by_partner(keys, **changes), ADMIN)
    for text in (
        "orders:read,orders:admin",
        "ORDERS:READ",
        "orders:reader",
        "orders:*",
        "*",
        "orders:read\torders:admin",
    ):
        yield case(f"near: {text!r}", Reason.INSUFFICIENT_SCOPE, by_partner(keys, scope=text))
    for groups in (
        ["orders:admin"],
        ["orders:read"],
        "order readers",
        "x Order readers",
        "Order readers x",
        ["order readers"],
        ["Order readers "],
        [""],
        [],
        "",
    ):
        yield case(f"not mapped: {groups!r}", Reason.INSUFFICIENT_SCOPE, by_tenant(keys, groups=groups))
    yield case("the scope of a mapped issuer", Reason.INSUFFICIENT_SCOPE, by_tenant(keys, scope=wide, scp=wide), ADMIN)
    wrong: tuple[object, ...] = (None, 1, True, {}, {"orders:read": 1}, [1], ["orders:read", None], [["orders:read"]])
    for value in wrong:
        for name in ("scope", "scp"):
            yield case(f"{name} {value!r}", Reason.MALFORMED_CLAIM, by_partner(keys, **{name: value}), PING)
        yield case(f"below {value!r}", Reason.MALFORMED_CLAIM, by_partner(keys, access={"roles": value}), PING)
    for value in (None, "orders:read", ["roles"], 1):
        yield case(f"above {value!r}", Reason.MALFORMED_CLAIM, by_partner(keys, access=value))


@group("issuers: their own rules", at_least=8)
def own_rules(keys: Keys) -> Iterator[Case]:
    """An issuer's rules hold for its tokens, and ours for ours."""
    yield case("ours is older", Reason.TOO_OLD, token(keys.key, claims(iat=NOW - 3600)))
    yield case("too old", Reason.TOO_OLD, by_partner(keys, iat=NOW - 7201))
    yield case("too long", Reason.LIFETIME_TOO_LONG, by_partner(keys, exp=NOW + 7200))
    yield case("expired", Reason.EXPIRED, by_partner(keys, exp=NOW))
    yield case("no sub", Reason.MISSING_CLAIM, by_partner(keys, sub=ABSENT))
    for groups in (["Staff"], "other", [["staff"]], [], {"staff": True}, None):
        yield case(f"groups {groups!r}", Reason.UNEXPECTED_VALUE, by_partner(keys, groups=groups))
    yield case("no groups", Reason.MISSING_CLAIM, by_partner(keys, groups=ABSENT))
    yield case("bound to a key", Reason.UNCHECKED_CONFIRMATION, by_partner(keys, cnf={"jkt": MARKER}))


GROUPS = (let_in, impersonation, same_kid, clients, scopes, own_rules)
