"""Explaining a decision: the checks of a token, in order, and the one that denies it.

For users at a terminal, who have the token anyway: the details quote it. Every check is the verifier's own; only the
description of its result is created here.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from json import dumps
from typing import NamedTuple

from .claim_details import Detail, binding_detail, claim_details, listed, shown
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
    result: Detail = Detail("")
    """What was found, and what is accepted."""
    reason: Reason | None = None
    """The reason of the denial, if this check denied the token."""
    claim: str | None = None
    """The claim that violates the rule, if the check covers more than one."""

    @property
    def detail(self) -> str:
        """The claim that violates the rule, what was found, and what is accepted."""
        return f"{f'because of {self.claim}: ' if self.claim else ''}{self.result}"


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

_BINDING = "binding"
"""The check between those of the claims and of the route, for issuers whose tokens may be bound to a certificate."""


def explain(
    verifier: Verifier, authorization: str, route_key: str | None, now: float, certificate: str | None = None
) -> list[Check]:
    """All checks of a request with this ``Authorization`` header; ``now`` is in seconds since the epoch. ``certificate`` is the
    client certificate, in PEM format; it is a check of its own where tokens may be bound to it.

    The first one that failed, if any, denies the request.
    """
    try:
        token = bearer_token({"version": "2.0", "headers": {"authorization": authorization}})
    except Denied as denied:
        return _completed(
            [Check("header", False, Detail("", "write the token alone or as `Bearer <token>`"), denied.reason)]
        )
    done = [Check("header", True, Detail("a bearer token"))]
    details = _details(token, verifier)
    try:
        authenticated = verifier.authenticate(token)
    except Denied as denied:
        failed = _failed(denied)
        passed = _NAMES[1 : _NAMES.index(failed)]
        done += [Check(name, True, details[name]) for name in passed]
        return _completed([*done, Check(failed, False, details[failed], denied.reason)])
    done += [Check(name, True, details[name]) for name in (*_UP_TO_THE_SIGNATURE, "payload")]
    found, rules = authenticated.claims, authenticated.rules
    for name, detail, check in _claim_checks(authenticated, now, certificate):
        try:
            check()
        except Denied as denied:
            failed_check = Check(name, False, detail, denied.reason, _claim(denied.claim, name))
            return _completed([*done, failed_check], bound=rules.claims.binding is not None)
        done.append(Check(name, True, detail))
    try:
        if rules.scopes is not None:
            found = rules.scopes.granted(found)
        check_route(found, verifier.config.routes, route_key)
    except Denied as denied:
        detail = _route(found, verifier.config, route_key, rules)
        return [*done, Check("route", False, detail, denied.reason, denied.claim), Check("context", None)]
    done.append(Check("route", True, _route(found, verifier.config, route_key, rules)))
    return [*done, _context(found, verifier.config.context_claims, rules.name)]


def _completed(done: list[Check], *, bound: bool = False) -> list[Check]:
    names = (*_NAMES[:-2], _BINDING, *_NAMES[-2:]) if bound else _NAMES
    return [*done, *(Check(name, None) for name in names[len(done) :])]


def _failed(denied: Denied) -> str:
    """The check of ``Verifier.authenticate`` that denied the token. A malformed token with a known key has a bad payload."""
    if denied.reason is Reason.MALFORMED_TOKEN and denied.kid is not None:
        return "payload"
    return next(name for name, reasons in _UP_TO_THE_SIGNATURE.items() if denied.reason in reasons)


def _details(token: str, verifier: Verifier) -> dict[str, Detail]:
    header, config = _header(token), verifier.config
    kid = str(header.get("kid", ""))
    try:
        payload = base64url.decode(token.split(".")[1].encode())
        trusted = verifier.trusted_key(kid, payload)
    except (Denied, IndexError, ValueError):
        alg, types, named = "unknown", "unknown", ""
    else:
        rules = trusted.rules
        alg, types = trusted.key.alg, listed(rules.token_types)
        named = f", of the issuer {rules.name!r}" if rules.name else ""
    shared = "; the iss says whose key it is" if kid in config.shared_keys else ""
    return {
        "size": Detail(f"{len(token)} bytes", f"accepted: at most {config.max_token_bytes}"),
        "form": Detail(
            "", "accepted: three parts in canonical base64url, a header of strict JSON that contains no key"
        ),
        "key": Detail(
            f"kid is {shown(header, 'kid')}{named}", f"trusted: {listed((*config.keys, *config.shared_keys))}{shared}"
        ),
        "type": Detail(f"typ is {shown(header, 'typ')}", f"accepted: {types}"),
        "algorithm": Detail(f"alg is {shown(header, 'alg')}", f"the key's own: {alg}"),
        "signature": Detail("", "accepted: a signature by this key over this header and payload"),
        "payload": Detail("", "accepted: an object of strict JSON"),
    }


def _header(token: str) -> dict[str, object]:
    """The header, or an empty one if it cannot be decoded."""
    try:
        return strict_json.loads(base64url.decode(token.partition(".")[0].encode()))
    except ValueError:
        return {}


def _claim_checks(
    authenticated: Authenticated, now: float, certificate: str | None
) -> Iterator[tuple[str, Detail, Callable[[], object]]]:
    """The checks of the claims: name, detail, and the check itself."""
    found, rules = authenticated.claims, authenticated.rules.claims
    details = claim_details(found, rules, now)
    for name, check in claims.CHECKS:
        yield name, details[name], partial(check, found, rules, now)
    if rules.binding is not None:
        yield (
            _BINDING,
            binding_detail(found, rules.binding, certificate),
            partial(rules.binding.check, found, certificate),
        )


def _claim(claim: str | None, check: str) -> str | None:
    """The claim that violates the rule, if the check covers more than one."""
    return None if check in ("issuer", "audience", _BINDING) else claim


def _context(found: claims.Claims, names: Iterable[str], issuer: str | None) -> Check:
    """The claims as they are passed to the backend, and the name of the ``issuer`` if there are several."""
    try:
        context = backend_context(found, names)
    except Denied as denied:
        size = f"together more than {MAX_CONTEXT_CHARACTERS} characters"
        fault = f"because of {denied.claim}, which is {shown(found, denied.claim)}" if denied.claim else size
        passed = listed(name for name in names if name in found)
        return Check("context", False, Detail(fault, f"passed to the backend: {passed}"), denied.reason)
    if issuer is not None:
        context["issuer"] = issuer
    # It contains no control characters, which would have been denied.
    return Check("context", True, Detail(f"passed to the backend: {dumps(context, ensure_ascii=False)}"))


def _route(found: claims.Claims, config: Config, route_key: str | None, rules: TokenRules) -> Detail:
    if config.routes is None:
        return Detail("any route")
    if route_key is None or route_key not in config.routes:
        return Detail(f"{route_key} is not one of the routes: {listed(config.routes)}")
    route = config.routes[route_key]
    required = f"{'one' if route.match_any else 'all'} of {listed(route.scopes)}" if route.scopes else "no scope"
    if rules.scopes is None:
        return Detail(
            f"scope is {shown(found, 'scope')}, scp is {shown(found, 'scp')}", f"{route_key} requires {required}"
        )
    read = ", ".join(".".join(path) for path in rules.scopes.claims)
    return Detail(
        f"given by {read}: {shown(found, 'scope')}",
        f"{route_key} requires {required}; scopes that the issuer may give: {listed(rules.scopes.ceiling)}",
    )
