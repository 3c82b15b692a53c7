"""Explaining a decision: the checks of a token, in order, and the one that denies it.

For users at a terminal, who have the token anyway: the details quote it. Every check is the verifier's own; only the
description of its result is created here.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from json import dumps
from typing import NamedTuple

from .packages.authorizer import (
    MAX_CONTEXT_CHARACTERS,
    Authenticated,
    Config,
    Denied,
    Reason,
    TokenRules,
    Verifier,
    backend_context,
    base64url,
    bearer_token,
    check_route,
    claims,
    strict_json,
)


class Check(NamedTuple):
    """One check and its result."""

    name: str
    passed: bool | None
    """``None``: not reached, since an earlier check denied the token."""
    detail: str
    """What was found, and what is accepted; the claim that violates the rule comes first."""
    reason: Reason | None = None
    """The reason of the denial, if this check denied the token."""


_UP_TO_THE_SIGNATURE = {
    "size": (Reason.TOKEN_TOO_LARGE,),
    "form": (Reason.MALFORMED_TOKEN, Reason.FORBIDDEN_HEADER),
    "key": (Reason.UNKNOWN_KEY,),
    "type": (Reason.UNEXPECTED_TYPE,),
    "algorithm": (Reason.WRONG_ALGORITHM,),
    "signature": (Reason.BAD_SIGNATURE,),
}
"""The checks of ``Verifier.authenticate``, in order, each with its reasons for denying a token."""

_NAMES = (
    "header",
    *_UP_TO_THE_SIGNATURE,
    "payload",
    *(name for name, _ in claims.CHECKS),
    "route",
    "context",
)


def explain(verifier: Verifier, authorization: str, route_key: str | None, now: float) -> list[Check]:
    """All checks of a request with this ``Authorization`` header; ``now`` is in seconds since the epoch.

    The first one that failed, if any, denies the request.
    """
    try:
        token = bearer_token({"version": "2.0", "headers": {"authorization": authorization}})
    except Denied as denied:
        return _completed([Check("header", False, "write the token alone or as `Bearer <token>`", denied.reason)])
    done = [Check("header", True, "a bearer token")]
    details = _details(token, verifier)
    try:
        authenticated = verifier.authenticate(token)
    except Denied as denied:
        failed = _failed(denied)
        passed = _NAMES[1 : _NAMES.index(failed)]
        done += [Check(name, True, details[name]) for name in passed]
        return _completed([*done, Check(failed, False, details[failed], denied.reason)])
    done += [Check(name, True, details[name]) for name in (*_UP_TO_THE_SIGNATURE, "payload")]
    for name, detail, check in _claim_checks(authenticated, now):
        try:
            check()
        except Denied as denied:
            return _completed([*done, Check(name, False, _because(denied.claim, name) + detail, denied.reason)])
        done.append(Check(name, True, detail))
    found, rules = authenticated.claims, authenticated.rules
    try:
        if rules.scopes is not None:
            found = rules.scopes.granted(found)
        check_route(found, verifier.config.routes, route_key)
    except Denied as denied:
        detail = _because(denied.claim, "route") + _route(found, verifier.config, route_key, rules)
        return _completed([*done, Check("route", False, detail, denied.reason)])
    done.append(Check("route", True, _route(found, verifier.config, route_key, rules)))
    return [*done, _context(found, verifier.config.context_claims, rules.name)]


def _completed(done: list[Check]) -> list[Check]:
    return [*done, *(Check(name, None, "") for name in _NAMES[len(done) :])]


def _failed(denied: Denied) -> str:
    """The check of ``Verifier.authenticate`` that denied the token. A malformed token with a known key has a bad payload."""
    if denied.reason is Reason.MALFORMED_TOKEN and denied.kid is not None:
        return "payload"
    return next(name for name, reasons in _UP_TO_THE_SIGNATURE.items() if denied.reason in reasons)


def _details(token: str, verifier: Verifier) -> dict[str, str]:
    header, config = _header(token), verifier.config
    kid = str(header.get("kid", ""))
    try:
        payload = base64url.decode(token.split(".")[1].encode())
        key, rules = verifier.trusted_key(kid, payload)
    except (Denied, IndexError, ValueError):
        alg, types, named = "unknown", "unknown", ""
    else:
        alg, types, named = key.alg, _listed(rules.token_types), f", of the issuer {rules.name!r}" if rules.name else ""
    shared = "; the iss says whose key it is" if kid in config.shared_keys else ""
    return {
        "size": f"{len(token)} bytes; accepted: at most {config.max_token_bytes}",
        "form": "accepted: three parts in canonical base64url, a header of strict JSON that contains no key",
        "key": f"kid is {_shown(header, 'kid')}{named}; trusted: {_listed((*config.keys, *config.shared_keys))}{shared}",
        "type": f"typ is {_shown(header, 'typ')}; accepted: {types}",
        "algorithm": f"alg is {_shown(header, 'alg')}; the key's own: {alg}",
        "signature": "accepted: a signature by this key over this header and payload",
        "payload": "accepted: an object of strict JSON",
    }


def _header(token: str) -> dict[str, object]:
    """The header, or an empty one if it cannot be decoded."""
    try:
        return strict_json.loads(base64url.decode(token.partition(".")[0].encode()))
    except ValueError:
        return {}


def _claim_checks(authenticated: Authenticated, now: float) -> list[tuple[str, str, Callable[[], object]]]:
    """The checks of the claims: name, detail, and the check itself."""
    found, rules = authenticated.claims, authenticated.rules.claims
    details = _claim_details(found, rules, now)
    return [(name, details[name], partial(check, found, rules, now)) for name, check in claims.CHECKS]


def _claim_details(found: claims.Claims, rules: claims.ClaimRules, now: float) -> dict[str, str]:
    audience = rules.audience_claim
    dates = ", ".join(f"{name} is {_moment(found[name])}" for name in ("iat", "nbf", "exp") if name in found)
    return {
        "issuer": f"iss is {_shown(found, 'iss')}; trusted with this key: {_listed(rules.issuers)}",
        "audience": f"{audience} is {_shown(found, audience)}; accepted: {_listed(rules.audiences)}",
        "times": f"now is {_moment(now)}; {dates or 'no times'}{_limits(rules)}",
        "claims": _others(found, rules),
    }


def _because(claim: str | None, check: str) -> str:
    """Which claim violates the rule, if the check covers more than one."""
    return f"because of {claim}: " if claim and check not in ("issuer", "audience") else ""


def _context(found: claims.Claims, names: Iterable[str], issuer: str | None) -> Check:
    """The claims as they are passed to the backend, and the name of the ``issuer`` if there are several."""
    try:
        context = backend_context(found, names)
    except Denied as denied:
        size = f"together more than {MAX_CONTEXT_CHARACTERS} characters"
        fault = f"because of {denied.claim}, which is {_shown(found, denied.claim)}" if denied.claim else size
        passed = _listed(name for name in names if name in found)
        return Check("context", False, f"{fault}; passed to the backend: {passed}", denied.reason)
    if issuer is not None:
        context["issuer"] = issuer
    # It contains no control characters, which would have been denied.
    return Check("context", True, f"passed to the backend: {dumps(context, ensure_ascii=False)}")


def _limits(rules: claims.ClaimRules) -> str:
    limits = {
        "leeway": rules.leeway_seconds or None,
        "iat and nbf in the future by at most": claims.CLOCK_TOLERANCE_SECONDS
        if rules.leeway_seconds is None
        else None,
        "maximum age (from iat)": rules.max_token_age_seconds,
        "maximum lifetime (from iat to exp)": rules.max_token_lifetime_seconds,
    }
    return "".join(f"; {name}: {seconds} s" for name, seconds in limits.items() if seconds is not None)


def _others(found: claims.Claims, rules: claims.ClaimRules) -> str:
    """The claims that are required or expected, and those that are checked if they are present."""
    optional = ("sub", "jti", "cnf", *(claims.CLIENT_CLAIMS if rules.client_ids is not None else ()))
    checked = dict.fromkeys((*rules.required_claims, *rules.expected_claims, *(n for n in optional if n in found)))
    expected = {name: f", accepted: {', '.join(map(repr, values))}" for name, values in rules.expected_claims.items()}
    if rules.client_ids is not None:
        clients = dict.fromkeys(claims.CLIENT_CLAIMS, f", accepted: {_listed(rules.client_ids)}")
        expected = {**clients, **expected}
    return "; ".join(f"{name} is {_shown(found, name)}{expected.get(name, '')}" for name in checked)


def _route(found: claims.Claims, config: Config, route_key: str | None, rules: TokenRules) -> str:
    if config.routes is None:
        return "any route"
    if route_key is None or route_key not in config.routes:
        return f"{route_key} is not one of the routes: {_listed(config.routes)}"
    route = config.routes[route_key]
    required = f"{'one' if route.match_any else 'all'} of {_listed(route.scopes)}" if route.scopes else "no scope"
    if rules.scopes is None:
        return f"{route_key} requires {required}; scope is {_shown(found, 'scope')}, scp is {_shown(found, 'scp')}"
    read = ", ".join(".".join(path) for path in rules.scopes.claims)
    return (
        f"{route_key} requires {required}; given by {read}: {_shown(found, 'scope')}; "
        f"scopes that the issuer may give: {_listed(rules.scopes.ceiling)}"
    )


def _shown(members: claims.Claims, name: str) -> str:
    """The claim's ``repr``, so that nothing in it can control the terminal."""
    return repr(members[name]) if name in members else "missing"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(map(repr, values))) or "none"


def _moment(value: object) -> str:
    if isinstance(value, int | float) and 0 <= value < 253402300800:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return repr(value)
