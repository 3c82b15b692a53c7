"""Explaining what a denylist says of a token."""

from .claim_details import Detail
from .explanation import Check
from .packages.authorizer import CLIENT_CLAIMS, Authenticated, Denylist, Reason, Verifier, bearer_token

_NAME = "denylist"


def with_denylist(checks: list[Check], denylist: Denylist, verifier: Verifier, authorization: str) -> list[Check]:
    """``checks``, all those of a request without a denylist, with that of ``denylist``, which comes before the context."""
    *before, context = checks
    if not all(check.passed for check in before):
        return [*before, Check(_NAME, None), context]
    token = bearer_token({"version": "2.0", "headers": {"authorization": authorization}})
    check = _check(denylist, verifier.authenticate(token))
    return [*before, check, context if check.passed else Check(context.name, None)]


def _check(denylist: Denylist, authenticated: Authenticated) -> Check:
    kid, claims, rules = authenticated.kid, authenticated.claims, authenticated.rules
    entries = sum(len(named) for issuer in rules.claims.issuers for named in denylist.issuers.get(issuer, ()))
    found = [f"{name} is {claims[name]!r}" for name in ("sub", *CLIENT_CLAIMS, "jti", "iat") if name in claims]
    detail = Detail(
        f"kid is {kid!r}; {'; '.join(found)}", f"of this issuer it has {entries} entries, and {len(denylist.kids)} keys"
    )
    if denylist.revokes(kid, rules.claims.issuers, claims):
        return Check(_NAME, False, detail, Reason.REVOKED_TOKEN)
    return Check(_NAME, True, detail)
