"""Which scopes the tokens of another issuer give: where it writes them, what they mean here, and which it may give at all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .claims import Claims
from .denial import Denied, Reason

Path = tuple[str, ...]
"""The name of a claim, and those of the members below it, outermost first."""

DEFAULT_CLAIMS: tuple[Path, ...] = (("scope",), ("scp",))
"""``scope`` (RFC 8693 section 4.2), and ``scp`` of Okta and Microsoft Entra ID."""


DELIMITED = ("scope", "scp")
"""Members whose string contains several values, also where they are mapped (RFC 8693 section 4.2). Any other string that is
mapped is one value: whoever may name an environment ``x production`` must not have the scopes of ``production``."""


class IssuerScopes(NamedTuple):
    """The rules for the scopes in an issuer's tokens."""

    claims: Sequence[Path]
    """Where they are. Each is a list of strings, or a string: delimited by spaces, but see ``DELIMITED``."""
    mapping: Mapping[str, frozenset[str]] | None
    """Value in the token -> scopes; other values give none. ``None``: each value is itself a scope."""
    ceiling: frozenset[str]
    """The scopes that the issuer may give; others are ignored."""

    def granted(self, claims: Claims) -> Claims:
        """A copy of ``claims`` with the scopes that they give, and no others.

        ``scope`` contains exactly these scopes, sorted. Without a mapping, top-level claims that scopes are read from keep only
        these, too. With one their values mean something else, such as a group, and are kept; but ``scp``, which everybody
        reads as scopes, is removed wherever it does not contain them. Raises ``Denied`` with MALFORMED_CLAIM for other types.
        """
        kept = {name: value for name, value in claims.items() if name not in ("scope", "scp")}
        scopes: set[str] = set()
        for path in self.claims:
            value = _member(claims, path)
            if value is None:
                continue
            values = value
            if isinstance(value, str):
                values = value.split(" ") if self.mapping is None or path[-1] in DELIMITED else [value]
            if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
                raise Denied(Reason.MALFORMED_CLAIM, claim=path[0])
            scopes.update(*map(self._given, values))
            if len(path) == 1 and self.mapping is None:
                giving = [item for item in values if item in self.ceiling]
                kept[path[0]] = " ".join(giving) if isinstance(value, str) else giving
        if scopes:
            kept["scope"] = " ".join(sorted(scopes))
        else:
            kept.pop("scope", None)
        return kept

    def _given(self, value: str) -> frozenset[str]:
        scopes = frozenset({value}) if self.mapping is None else self.mapping.get(value, frozenset())
        return scopes & self.ceiling


def _member(claims: Claims, path: Path) -> object:
    """The value at ``path``, or ``None`` if it is absent. Null, and anything but an object on the way, is malformed."""
    value: object = claims
    for name in path:
        if not isinstance(value, dict):
            raise Denied(Reason.MALFORMED_CLAIM, claim=path[0])
        if name not in value:
            return None
        value = value[name]
    if value is None:
        raise Denied(Reason.MALFORMED_CLAIM, claim=path[0])
    return value
