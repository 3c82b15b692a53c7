"""The rules for the tokens of one issuer, and reading them from ``config.json``."""

from collections.abc import Mapping

from .claims import ClaimRules
from .config_fields import Fields
from .jws import media_type
from .keys import Key
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .certificate_binding import CertificateBinding
    from .issuer_scopes import IssuerScopes

DEFAULT_TOKEN_TYPES = ("JWT", "at+jwt")

OWN_NAME = "own"
"""The name of the configuration's own issuer in logs and metrics, where there are others."""


class TokenRules(Record):
    """The rules for the tokens of one issuer."""

    __slots__ = ("claims", "name", "scopes", "token_types")

    def __init__(
        self,
        token_types: frozenset[str],
        claims: ClaimRules,
        name: str | None = None,
        scopes: "IssuerScopes | None" = None,
    ) -> None:
        self.token_types = token_types
        """Accepted values of ``typ``, normalised by ``jws.media_type``."""
        self.claims = claims
        self.name = name
        """The issuer's name in the configuration, for logs, metrics and the backend. ``None`` if no other issuer is trusted."""
        self.scopes = scopes
        """Which scopes the issuer may give. ``None``: any, as the own issuer may, in ``scope`` and ``scp``."""


class TrustedKey(Record):
    """A key, and the rules for the tokens that it has signed."""

    __slots__ = ("key", "rules")

    def __init__(self, key: Key, rules: TokenRules) -> None:
        self.key = key
        self.rules = rules


class TrustedKeys(Record):
    """The keys of all trusted issuers."""

    __slots__ = ("keys", "shared")

    def __init__(self, keys: dict[str, TrustedKey], shared: dict[str, Mapping[str, TrustedKey]]) -> None:
        self.keys = keys
        """By ``kid``: the keys that only one of them has."""
        self.shared = shared
        """``kid`` -> ``iss`` -> key, for each ``kid`` that several of them have."""


def read_rules(fields: Fields, inherited: TokenRules | None = None) -> TokenRules:
    """The rules in ``fields``. What they do not say is ``inherited``, except the maximum age: it fits the lifetime of the own
    tokens, and other issuers' tokens live longer."""
    document = fields.document
    base = inherited.claims if inherited else None
    claims = ClaimRules(
        issuers=frozenset(fields.names("issuers", at_least=1)),
        audiences=frozenset(fields.names("audiences", at_least=1)),
        required_claims=fields.names("required_claims", default=base.required_claims if base else ()),
        expected_claims=_expected_claims(fields.object("expected_claims"))
        if base is None or "expected_claims" in document
        else base.expected_claims,
        leeway_seconds=fields.integer("leeway_seconds", 0, 0, 300, "seconds")
        if "leeway_seconds" in document
        else (base.leeway_seconds if base else None),
        max_token_age_seconds=fields.seconds("max_token_age_seconds"),
        max_token_lifetime_seconds=fields.seconds("max_token_lifetime_seconds")
        if base is None or "max_token_lifetime_seconds" in document
        else base.max_token_lifetime_seconds,
        binding=_binding(fields) if "bound_tokens" in document else (base.binding if base else None),
    )
    if inherited and "token_types" not in document:
        return TokenRules(inherited.token_types, claims)
    return TokenRules(_token_types(fields), claims)


def _binding(fields: Fields) -> "CertificateBinding":
    from .certificate_binding import read_binding  # only where it is configured

    return read_binding(fields)


def _token_types(fields: Fields) -> frozenset[str]:
    types = fields.values("token_types", 1, DEFAULT_TOKEN_TYPES)
    for index, typ in enumerate(types):
        if not isinstance(typ, str) or typ != typ.strip():
            fields.fault(f"must be a media type, such as at+jwt, and is {typ!r}", "token_types", index)
    return frozenset(media_type(typ) for typ in types if isinstance(typ, str))


def _expected_claims(claims: Fields) -> Mapping[str, tuple[object, ...]]:
    expected = {}
    for name in claims.document:
        values = claims.values(name, 1)
        for index, value in enumerate(values):
            if not isinstance(value, str | int | bool):
                claims.fault(f"must be a string, an integer or a boolean, and is {value!r}", name, index)
        expected[name] = tuple(values)
    return expected
