"""Reading ``config.json``, the contract between deployment and authorizer: strictly, so that an error makes the init fail."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from . import strict_json
from .claims import ClaimRules
from .config_fields import ConfigError as ConfigError
from .config_fields import Fields
from .jws import media_type
from .keys import Key, KeySet
from .scopes import Routes, RouteScopes, is_scope
from .trusted_keys import load_jwks, trust_issuers

if TYPE_CHECKING:
    from .kms.settings import KmsSettings

VERSION = 1
"""The version of the contract. It changes whenever the meaning of a field changes."""

DEFAULT_TOKEN_TYPES = ("JWT", "at+jwt")
DEFAULT_MAX_TOKEN_BYTES = 8192
"""API Gateway accepts at most 10,240 bytes of request line and headers together."""
LOG_LEVELS = ("INFO", "WARN", "ERROR")

CONTEXT_RESERVED = frozenset({"reason", "error", "principalId", "claims"})
"""Names that access logs read as ``$context.authorizer.<name>`` and that the authorizer (``reason``) or API Gateway sets: a
claim of the same name must not be able to forge them.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""

FIELDS = frozenset(
    {
        "version",
        "keys",
        "kms",
        "issuers",
        "audiences",
        "token_types",
        "required_claims",
        "expected_claims",
        "leeway_seconds",
        "max_token_age_seconds",
        "max_token_lifetime_seconds",
        "max_token_bytes",
        "routes",
        "context_claims",
        "log_level",
        "trusted_issuers",
    }
)
"""The fields of ``config.json``."""


class Config(NamedTuple):
    """The parsed and validated ``config.json``."""

    keys: Mapping[str, Key]
    """By ``kid``: the configuration's own keys, and those of the trusted issuers."""
    claim_rules: ClaimRules
    """The rules for tokens signed by the configuration's own keys."""
    trusted_issuer_rules: Mapping[str, ClaimRules]
    """``kid`` of a trusted issuer's key -> the rules for its tokens: a key is trusted for one issuer only."""
    token_types: frozenset[str]
    max_token_bytes: int
    routes: Routes | None
    context_claims: tuple[str, ...]
    log_level: str
    kms: "KmsSettings | None"
    """The own keys to read from KMS at run time; ``None`` if they are in ``keys``."""

    def rules_of(self, kid: str) -> ClaimRules:
        """The rules for tokens signed by the key ``kid``."""
        return self.trusted_issuer_rules.get(kid, self.claim_rules)


def read_config(path: str) -> dict[str, object]:
    """The JSON object in the file at ``path``, parsed as strictly as a token. Raises ``ConfigError``."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would cost a millisecond of cold start
            return strict_json.loads(file.read())
    except (OSError, ValueError) as fault:
        raise ConfigError(f"{path}: {fault}") from None


def parse_config(document: Mapping[str, object]) -> Config:
    """Validate ``document``, an object with these fields:

    - ``version``: 1
    - ``keys``: public JWKs, each with ``kid`` and ``alg``; or instead
    - ``kms``: the keys to read from KMS at run time, ``{"keys": [{"key_id": ARN, "alg": ...}]}``, optionally with
      ``refresh_seconds`` (60 to 604800, default 3600) and ``max_stale_seconds`` (60 to 604800, default 86400). Only the Lambda
      function reads them: a ``Verifier`` created with such a document has only the keys of ``trusted_issuers``
    - ``issuers``, ``audiences``: the exact values of ``iss`` and ``aud`` that are accepted; at least one each
    - ``token_types``: accepted values of ``typ``, default ``["JWT", "at+jwt"]``; the empty string stands for no ``typ``
    - ``required_claims``: names, default none
    - ``expected_claims``: name -> list of the accepted values, default none
    - ``leeway_seconds``: 0 to 300, for every date; default 10 for ``iat`` and ``nbf`` in the future, 0 for ``exp``
    - ``max_token_age_seconds``, ``max_token_lifetime_seconds``: default unlimited
    - ``max_token_bytes``: 256 to 10240, default 8192
    - ``routes``: route key -> ``{"scopes": [...], "scopes_match": "all" | "any"}``, a closed list; default any route
    - ``context_claims``: names of the claims passed to the backend, default ``["sub"]``; not those in ``CONTEXT_RESERVED``
    - ``log_level``: INFO (every decision, the default), WARN (denials and errors) or ERROR (errors only)
    - ``trusted_issuers``: other issuers whose tokens are accepted, each with its own ``issuer``, ``audiences`` and ``keys``
      and, if the audience is not in ``aud``, ``audience_claim``; all other rules apply to their tokens too. Default none

    Raises ``ConfigError``, which lists every error, for anything else: an unknown field, an empty issuer, a weak or private
    key, ...
    """
    fields = Fields(document)
    fields.only(FIELDS)
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        fields.fault(f"must be {VERSION}, and is {version!r}", "version")
    claim_rules = ClaimRules(
        issuers=frozenset(fields.names("issuers", at_least=1)),
        audiences=frozenset(fields.names("audiences", at_least=1)),
        required_claims=fields.names("required_claims"),
        expected_claims=_expected_claims(fields.object("expected_claims")),
        leeway_seconds=fields.integer("leeway_seconds", 0, 0, 300, "seconds") if "leeway_seconds" in document else None,
        max_token_age_seconds=fields.seconds("max_token_age_seconds"),
        max_token_lifetime_seconds=fields.seconds("max_token_lifetime_seconds"),
    )
    key_set = KeySet()
    kms = _kms(fields)
    if kms is None:
        load_jwks(fields, key_set)
    else:
        for key_id, _ in kms.keys:
            key_set.reserve(key_id.rpartition("/")[2])
    config = Config(
        keys=key_set.keys,
        claim_rules=claim_rules,
        trusted_issuer_rules=trust_issuers(fields, key_set, claim_rules),
        token_types=_token_types(fields),
        max_token_bytes=fields.integer("max_token_bytes", DEFAULT_MAX_TOKEN_BYTES, 256, 10240, "bytes"),
        routes=_routes(fields.object("routes")) if "routes" in document else None,
        context_claims=_context_claims(fields),
        log_level=fields.choice("log_level", LOG_LEVELS, LOG_LEVELS[0]),
        kms=kms,
    )
    fields.raise_if_any()
    return config


def _kms(fields: Fields) -> "KmsSettings | None":
    if "kms" not in fields.document:
        return None
    if "keys" in fields.document:
        fields.fault('pinned keys and "kms" exclude each other: remove one of them', "keys")
    from .kms.settings import read_settings  # not needed for pinned keys

    return read_settings(fields)


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


def _routes(routes: Fields) -> Routes:
    return {route_key: _route(routes.object(route_key)) for route_key in routes.document}


def _route(route: Fields) -> RouteScopes:
    route.only(("scopes", "scopes_match"))
    scopes = route.names("scopes")
    for index, scope in enumerate(scopes):
        if not is_scope(scope):
            route.fault(f"must be one scope (RFC 6749 section 3.3), and is {scope!r}", "scopes", index)
    return RouteScopes(frozenset(scopes), match_any=route.choice("scopes_match", ("all", "any"), "all") == "any")


def _context_claims(fields: Fields) -> tuple[str, ...]:
    claims = fields.names("context_claims", default=("sub",))
    for index, name in enumerate(claims):
        if name in CONTEXT_RESERVED:
            fields.fault(
                f"{name!r} is reserved: access logs would show the claim as the authorizer's own value",
                "context_claims",
                index,
            )
    return claims
