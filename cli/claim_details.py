"""What the checks of claims have found, and what is accepted, in words.

Values are shown as their ``repr``, so that nothing in a token can control the terminal.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from .packages.authorizer import CONFIRMATION_METHOD, CertificateBinding, certificate_thumbprint, claims


class Detail(NamedTuple):
    """What a check has found, and what it wants."""

    found: str
    wanted: str = ""

    def __str__(self) -> str:
        return "; ".join(filter(None, self))


def claim_details(found: claims.Claims, rules: claims.ClaimRules, now: float) -> dict[str, Detail]:
    """By the names of ``claims.CHECKS``."""
    audience = rules.audience_claim
    dates = ", ".join(f"{name} is {_moment(found[name])}" for name in ("iat", "nbf", "exp") if name in found)
    return {
        "issuer": Detail(f"iss is {shown(found, 'iss')}", f"trusted with this key: {listed(rules.issuers)}"),
        "audience": Detail(f"{audience} is {shown(found, audience)}", f"accepted: {listed(rules.audiences)}"),
        "times": Detail(f"now is {_moment(now)}; {dates or 'no times'}", _limits(rules)),
        "claims": Detail(_others(found, rules)),
    }


def _limits(rules: claims.ClaimRules) -> str:
    limits = {
        "leeway": rules.leeway_seconds or None,
        "iat and nbf in the future by at most": claims.CLOCK_TOLERANCE_SECONDS
        if rules.leeway_seconds is None
        else None,
        "maximum age (from iat)": rules.max_token_age_seconds,
        "maximum lifetime (from iat to exp)": rules.max_token_lifetime_seconds,
    }
    return "; ".join(f"{name}: {seconds} s" for name, seconds in limits.items() if seconds is not None)


def _others(found: claims.Claims, rules: claims.ClaimRules) -> str:
    """The claims that are required or expected, and those that are checked if they are present."""
    optional = ("sub", "jti", "cnf", *(claims.CLIENT_CLAIMS if rules.client_ids is not None else ()))
    checked = dict.fromkeys((*rules.required_claims, *rules.expected_claims, *(n for n in optional if n in found)))
    expected = {name: f", accepted: {', '.join(map(repr, values))}" for name, values in rules.expected_claims.items()}
    if rules.client_ids is not None:
        clients = dict.fromkeys(claims.CLIENT_CLAIMS, f", accepted: {listed(rules.client_ids)}")
        expected = {**clients, **expected}
    return "; ".join(f"{name} is {shown(found, name)}{expected.get(name, '')}" for name in checked)


def shown(members: claims.Claims, name: str) -> str:
    """The claim's ``repr``, so that nothing in it can control the terminal."""
    return repr(members[name]) if name in members else "missing"


def listed(values: Iterable[str]) -> str:
    """The ``repr`` of each, sorted."""
    return ", ".join(sorted(map(repr, values))) or "none"


def _moment(value: object) -> str:
    if isinstance(value, int | float) and 0 <= value < 253402300800:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return repr(value)


def binding_detail(found: claims.Claims, binding: CertificateBinding, certificate: str | None) -> Detail:
    """``cnf``, and the thumbprint of the ``certificate`` (PEM), if there is one."""
    try:
        presented = f"that of the certificate is {certificate_thumbprint(certificate)!r}"
    except ValueError:
        presented = "there is no certificate (--client-certificate)"
    others = "tokens without cnf are denied" if binding.required else "tokens without cnf are accepted, too"
    accepted = f"accepted: {CONFIRMATION_METHOD} and nothing else; {presented}; {others}"
    return Detail(f"cnf is {shown(found, 'cnf')}", accepted)
