"""Reading ``trusted_issuers`` of ``config.json``. Imported only if there are any."""

from collections.abc import Mapping
from itertools import chain

from .config_fields import Fields
from .issuer_scopes import DEFAULT_CLAIMS, IssuerScopes, Path
from .keys import KeySet
from .scopes import Routes, scope_names
from .token_rules import OWN_NAME, TokenRules, TrustedKey, TrustedKeys, read_rules

FIELDS = frozenset(
    {
        "name",
        "issuers",
        "audiences",
        "audience_claim",
        "keys",
        "jwks_url",
        "token_types",
        "required_claims",
        "expected_claims",
        "leeway_seconds",
        "max_token_age_seconds",
        "max_token_lifetime_seconds",
        "client_ids",
        "scope_claims",
        "scope_mapping",
        "scopes",
        "bound_tokens",
    }
)
"""The fields of an entry."""

MAX_NAME_LENGTH = 64


def is_name(text: str) -> bool:
    """Whether ``text`` can be the name of an issuer: 1 to 64 ASCII letters, digits and ``-_.``, but not ``own``.

    It is written into access logs, which are not escaped.
    """
    plain = text.replace("-", "a").replace("_", "a").replace(".", "a")
    return 0 < len(text) <= MAX_NAME_LENGTH and text.isascii() and plain.isalnum() and text != OWN_NAME


def trust_issuers(fields: Fields, own_keys: KeySet, own_rules: TokenRules, routes: Routes | None) -> TrustedKeys:
    """The keys of all trusted issuers, each with the rules of its issuer; errors are recorded in ``fields``."""
    by_kid: dict[str, list[TrustedKey]] = {}
    names: set[str] = set()
    issuers = set(own_rules.claims.issuers)
    with_url = 0
    for _, entry in fields.objects("trusted_issuers"):
        entry.only(FIELDS)
        rules = _rules(entry, own_rules, routes)
        if rules.name in names:
            entry.fault(f"{rules.name!r} is used twice: each issuer has its own name", "name")
        names.add(str(rules.name))
        for issuer in sorted(rules.claims.issuers & issuers):
            index = entry.values("issuers").index(issuer)
            entry.fault(f"{issuer!r} is already trusted: each issuer has one entry", "issuers", index)
        issuers |= rules.claims.issuers
        if "jwks_url" in entry.document:
            with_url += 1
            _check_url(entry, with_url)
        key_set = KeySet(own_keys)
        key_set.load(entry)
        for kid, key in key_set.keys.items():
            by_kid.setdefault(kid, []).append(TrustedKey(key, rules))
    return TrustedKeys(
        {kid: having[0] for kid, having in by_kid.items() if len(having) == 1},
        {
            kid: {issuer: key for key in having for issuer in key.rules.claims.issuers}
            for kid, having in by_kid.items()
            if len(having) > 1
        },
    )


def _check_url(entry: Fields, number: int) -> None:
    """Record errors in the field ``jwks_url`` of ``entry``, the ``number``-th that has one."""
    from .runtime_keys.settings import MAX_ISSUERS, read_jwks_url  # only where there is a URL

    read_jwks_url(entry)
    if number > MAX_ISSUERS:
        entry.fault(f"is the {number}th: at most {MAX_ISSUERS} issuers may have one", "jwks_url")


def _rules(entry: Fields, own_rules: TokenRules, routes: Routes | None) -> TokenRules:
    name = entry.name("name")
    if name and not is_name(name):
        entry.fault(
            f"must be 1 to {MAX_NAME_LENGTH} letters, digits and -_. and not {OWN_NAME!r}, and is {name!r}", "name"
        )
    rules = read_rules(entry, own_rules)
    client_ids = frozenset(entry.names("client_ids", at_least=1)) if "client_ids" in entry.document else None
    claims = rules.claims.replaced(audience_claim=entry.name("audience_claim", "aud"), client_ids=client_ids)
    return rules.replaced(name=name, claims=claims, scopes=_scopes(entry, routes))


def _scopes(entry: Fields, routes: Routes | None) -> IssuerScopes:
    claims = _paths(entry) if "scope_claims" in entry.document else DEFAULT_CLAIMS
    mapping = _mapping(entry.object("scope_mapping")) if "scope_mapping" in entry.document else None
    mapped = frozenset(chain(*mapping.values())) if mapping is not None else frozenset()
    if "scopes" not in entry.document:
        asked = frozenset(chain(*(route.scopes for route in (routes or {}).values())))
        if mapping is None and asked:
            entry.fault(
                f"missing: list those of {', '.join(sorted(asked))} that the issuer may give, or [] for none", "scopes"
            )
        return IssuerScopes(claims, mapping, mapped)
    ceiling = frozenset(scope_names(entry))
    if excess := sorted(mapped - ceiling):
        entry.fault(f"does not contain {', '.join(excess)}, which scope_mapping gives", "scopes")
    return IssuerScopes(claims, mapping, ceiling)


def _paths(entry: Fields) -> tuple[Path, ...]:
    paths = []
    for index, path in enumerate(entry.values("scope_claims", 1)):
        if isinstance(path, list) and path and all(isinstance(name, str) and name for name in path):
            paths.append(tuple(path))
        else:
            entry.fault(f"must be a list of the names of members, and is {path!r}", "scope_claims", index)
    return tuple(paths)


def _mapping(values: Fields) -> Mapping[str, frozenset[str]]:
    return {value: frozenset(scope_names(values, value)) for value in values.document}
