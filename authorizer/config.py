"""Reading ``config.json``, the contract between deployment and authorizer: strictly, so that an error makes the init fail."""

from collections.abc import Mapping

from . import strict_json
from .config_fields import ConfigError as ConfigError
from .config_fields import Fields
from .keys import Key, KeySet
from .record import Record
from .scopes import Routes, RouteScopes, scope_names
from .token_rules import OWN_NAME, TokenRules, TrustedKey, TrustedKeys, read_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .denylist.settings import DenylistSettings
    from .kms.settings import KmsSettings

VERSION = 1
"""The version of the contract. It changes whenever the meaning of a field changes."""

DEFAULT_MAX_TOKEN_BYTES = 8192
"""API Gateway accepts at most 10,240 bytes of request line and headers together."""
LOG_LEVELS = ("INFO", "WARN", "ERROR")

CONTEXT_ISSUER = "issuer"
"""The member of the context with the name of the token's issuer, if there are trusted issuers."""

CONTEXT_RESERVED = frozenset({"reason", CONTEXT_ISSUER, "error", "principalId", "claims"})
"""Names that access logs read as ``$context.authorizer.<name>`` and that the authorizer (``reason``, ``issuer``) or API Gateway
sets: a claim of the same name must not be able to forge them.
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
        "denylist",
        "trusted_issuers",
        "bound_tokens",
    }
)
"""The fields of ``config.json``."""


class Config(Record):
    """The parsed and validated ``config.json``."""

    __slots__ = (
        "context_claims",
        "denylist",
        "keys",
        "kms",
        "log_level",
        "max_token_bytes",
        "routes",
        "rules",
        "shared_keys",
        "trusted_issuer_rules",
    )

    def __init__(
        self,
        keys: Mapping[str, Key],
        rules: TokenRules,
        trusted_issuer_rules: Mapping[str, TokenRules],
        shared_keys: Mapping[str, Mapping[str, TrustedKey]],
        max_token_bytes: int,
        routes: Routes | None,
        context_claims: tuple[str, ...],
        log_level: str,
        kms: "KmsSettings | None",
        denylist: "DenylistSettings | None",
    ) -> None:
        self.keys = keys
        """By ``kid``: the configuration's own keys, and those that only one of the trusted issuers has."""
        self.rules = rules
        """The rules for tokens signed by the configuration's own keys."""
        self.trusted_issuer_rules = trusted_issuer_rules
        """``kid`` -> the rules for its tokens, for those of ``keys`` that belong to a trusted issuer."""
        self.shared_keys = shared_keys
        """``kid`` -> ``iss`` -> key, for each ``kid`` that several trusted issuers have."""
        self.max_token_bytes = max_token_bytes
        self.routes = routes
        self.context_claims = context_claims
        self.log_level = log_level
        self.kms = kms
        """The own keys to read from KMS at run time; ``None`` if they are in ``keys``."""
        self.denylist = denylist
        """Where the denylist is read from at run time; ``None`` if there is none."""

    def rules_of(self, kid: str) -> TokenRules:
        """The rules for tokens signed by the key ``kid``, one of ``keys``."""
        return self.trusted_issuer_rules.get(kid, self.rules)


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
    - ``bound_tokens``: ``accepted`` or ``required``; a token with ``cnf`` is accepted only with the client certificate whose
      ``x5t#S256`` it contains (RFC 8705 section 3), and with ``required`` no other token is. Default: tokens with ``cnf`` are
      denied
    - ``max_token_bytes``: 256 to 10240, default 8192
    - ``routes``: route key -> ``{"scopes": [...], "scopes_match": "all" | "any"}``, a closed list; default any route
    - ``context_claims``: names of the claims passed to the backend, default ``["sub"]``; not those in ``CONTEXT_RESERVED``.
      Where there are trusted issuers, ``iss`` is always passed, and ``issuer`` is the name of the issuer
    - ``log_level``: INFO (every decision, the default), WARN (denials and errors) or ERROR (errors only)
    - ``denylist``: the S3 bucket with the object ``denylist.json``, which says what is revoked (``denylist.document``), as
      ``{"bucket": name}``, optionally with ``refresh_seconds`` (1 to 3600, default 60) and ``max_stale_seconds`` (60 to 86400,
      default 900). Only the Lambda function reads it: a ``Verifier`` allows revoked tokens
    - ``trusted_issuers``: other issuers whose tokens are accepted, default none; each an object with these fields:

      - ``name``: its name in logs, metrics and the context: at most 64 letters, digits and ``-_.``, unique, not ``own``
      - ``issuers``, ``audiences``, ``keys``: as above. A ``kid`` may be in the keys of several of them, but no own key
      - ``jwks_url``: where the authorizer reads its keys from at run time, ``{"url": ...}``, optionally with
        ``refresh_seconds`` (60 to 86400, default 900), ``max_stale_seconds`` (60 to 604800, default 86400),
        ``cooldown_seconds`` (0, or 30 to 86400, default 300) and ``algorithms``. A ``Verifier`` has only ``keys``
      - ``audience_claim``: the claim with the audience, default ``aud``
      - ``token_types``, ``required_claims``, ``expected_claims``, ``leeway_seconds``, ``max_token_lifetime_seconds``,
        ``bound_tokens``: as above, and by default the same values; ``max_token_age_seconds``: default unlimited
      - ``client_ids``: accepted values of ``azp``, ``client_id``, ``cid`` and ``appid``; a token has at least one of these
        claims, and all that it has are accepted values. Default any
      - ``scope_claims``: where its scopes are, each a list: the name of a claim, and those of the members below it. Default
        ``[["scope"], ["scp"]]``
      - ``scope_mapping``: value in the token -> list of scopes; other values give none. Default each value is itself a scope
      - ``scopes``: the scopes that the issuer may give; others are ignored. Required if a route has scopes and there is no
        ``scope_mapping``, and by default those that ``scope_mapping`` gives

    Raises ``ConfigError``, which lists every error, for anything else: an unknown field, an empty issuer, a weak or private
    key, ...
    """
    fields = Fields(document)
    fields.only(FIELDS)
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        fields.fault(f"must be {VERSION}, and is {version!r}", "version")
    rules = read_rules(fields)
    key_set = KeySet()
    kms = _kms(fields)
    if kms is None:
        key_set.load(fields)
    else:
        for key_id, _ in kms.keys:
            key_set.reserve(key_id.rpartition("/")[2])
    routes = _routes(fields.object("routes")) if "routes" in document else None
    trusted = _trusted(fields, key_set, rules, routes)
    config = Config(
        keys={**key_set.keys, **{kid: alone.key for kid, alone in trusted.keys.items()}},
        rules=rules.replaced(name=OWN_NAME) if document.get("trusted_issuers") else rules,
        trusted_issuer_rules={kid: alone.rules for kid, alone in trusted.keys.items()},
        shared_keys=trusted.shared,
        max_token_bytes=fields.integer("max_token_bytes", DEFAULT_MAX_TOKEN_BYTES, 256, 10240, "bytes"),
        routes=routes,
        context_claims=_context_claims(fields),
        log_level=fields.choice("log_level", LOG_LEVELS, LOG_LEVELS[0]),
        kms=kms,
        denylist=_denylist(fields),
    )
    fields.raise_if_any()
    return config


def _trusted(fields: Fields, own_keys: KeySet, own_rules: TokenRules, routes: Routes | None) -> TrustedKeys:
    if "trusted_issuers" not in fields.document:
        return TrustedKeys({}, {})
    from .trusted_issuers import trust_issuers  # not needed for the own issuer

    return trust_issuers(fields, own_keys, own_rules, routes)


def _kms(fields: Fields) -> "KmsSettings | None":
    if "kms" not in fields.document:
        return None
    if "keys" in fields.document:
        fields.fault('pinned keys and "kms" exclude each other: remove one of them', "keys")
    from .kms.settings import read_settings  # not needed for pinned keys

    return read_settings(fields)


def _denylist(fields: Fields) -> "DenylistSettings | None":
    if "denylist" not in fields.document:
        return None
    from .denylist.settings import read_settings  # not needed without a denylist

    return read_settings(fields)


def _routes(routes: Fields) -> Routes:
    return {route_key: _route(routes.object(route_key)) for route_key in routes.document}


def _route(route: Fields) -> RouteScopes:
    route.only(("scopes", "scopes_match"))
    return RouteScopes(
        frozenset(scope_names(route)), match_any=route.choice("scopes_match", ("all", "any"), "all") == "any"
    )


def _context_claims(fields: Fields) -> tuple[str, ...]:
    claims = fields.names("context_claims", default=("sub",))
    for index, name in enumerate(claims):
        if name in CONTEXT_RESERVED:
            fields.fault(
                f"{name!r} is reserved: access logs would show the claim as the authorizer's own value",
                "context_claims",
                index,
            )
    # Without ``iss``, a backend could take a user of another issuer for one of its own (RFC 7519 section 4.1.2).
    return (*claims, "iss") if fields.document.get("trusted_issuers") and "iss" not in claims else claims
