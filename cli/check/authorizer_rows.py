"""The authorizer, as deployed: its format, its function, what is cached and logged."""

from collections.abc import Callable, Iterator

from ..packages.authorizer import Config
from .account import Account, NotFound, read
from .deployed import Read
from .function import AuthorizerFunction
from .promises import Promises
from .row import Broken, Finding, NotApplicable, NotChecked, Row, judged

AUTHORIZATION = "$request.header.authorization"
ROUTE_KEY = "$context.routekey"
CLIENT_CERTIFICATE = "$context.identity.clientcert.clientcertpem"


def authorizer_rows(
    deployed: Read,
    function: AuthorizerFunction,
    promises: Promises,
    account: Account,
    opened_by_the_cache: Callable[[], str | None],
) -> Iterator[Row]:
    """``opened_by_the_cache`` tries it, as ``ApiRequests`` does."""
    ttl = promises.cache_ttl
    yield judged("the authorizer's format", "2.0, simple answers", lambda: _format(deployed))
    yield judged("the authorizer's code", "one version", lambda: _version(function, account))
    yield judged(
        "how long answers are cached", "not promised" if ttl is None else f"{ttl} s", lambda: _cache_time(deployed, ttl)
    )
    yield judged(
        "what a cached answer holds for",
        "one token on one route",
        lambda: _cache_key(deployed, promises, function.known_config(), opened_by_the_cache),
    )
    yield judged("the authorizer's log", "JSON, in its log group", lambda: _log(function, account))


def _format(deployed: Read) -> Finding:
    authorizer = deployed().authorizer
    if "AuthorizerType" not in authorizer:
        raise Broken(f"the authorizer {authorizer['AuthorizerId']}, which is promised, does not exist")
    version, simple = authorizer.get("AuthorizerPayloadFormatVersion"), authorizer.get("EnableSimpleResponses") is True
    return Finding(version == "2.0" and simple, f"{version}, {'simple answers' if simple else 'answers are policies'}")


def _version(function: AuthorizerFunction, account: Account) -> Finding:
    """An alias may send a part of the requests to a second version.

    https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    """
    qualifier = function.qualifier
    if not qualifier or qualifier.isdigit():
        return Finding(
            bool(qualifier), f"version {qualifier}" if qualifier else "$LATEST, which changes with each upload"
        )
    name = function.arn.rpartition(":")[0]
    try:
        aliases = read("lambda:ListAliases", account.lambda_.list_aliases, FunctionName=name)["Aliases"]
    except NotFound:
        aliases = []
    alias = next((alias for alias in aliases if alias["Name"] == qualifier), None)
    if alias is None:
        return Finding(False, f"there is no alias {qualifier}")
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    also = "".join(f", and {version} for {weight:.0%} of the requests" for version, weight in weights.items())
    return Finding(not weights, f"version {alias['FunctionVersion']}{also}")


def _cache_time(deployed: Read, promised: int | None) -> Finding:
    found = int(deployed().authorizer.get("AuthorizerResultTtlInSeconds") or 0)
    if promised is None:
        raise NotApplicable(f"{found} s")
    return Finding(found == promised, f"{found} s")


def _cache_key(deployed: Read, promises: Promises, config: Config | None, opened: Callable[[], str | None]) -> Finding:
    """API Gateway's cache key is the identity sources only, so what an answer depends on must be among them."""
    authorizer = deployed().authorizer
    sources = [str(source) for source in authorizer.get("IdentitySource") or []]
    lower = [source.lower() for source in sources]
    shown = (
        ", ".join(source.removeprefix("$request.header.").removeprefix("$context.") for source in sources) or "nothing"
    )
    required = [AUTHORIZATION, ROUTE_KEY] if promises.routes else [AUTHORIZATION]
    if config is not None and _binds_tokens(config) and authorizer.get("AuthorizerResultTtlInSeconds"):
        required.append(CLIENT_CERTIFICATE)
    if not set(required) <= set(lower):
        return Finding(False, shown)
    try:
        key = opened()
    except NotApplicable:
        key = None
    if key is not None:
        return Finding(False, f"{shown}: {key} is opened by the answer for another route")
    return Finding(True, shown)


def _binds_tokens(config: Config) -> bool:
    """Whether the tokens of any issuer may be bound to a client certificate."""
    shared = [key.rules for by_issuer in config.shared_keys.values() for key in by_issuer.values()]
    return any(rules.claims.binding for rules in (config.rules, *config.trusted_issuer_rules.values(), *shared))


def _log(function: AuthorizerFunction, account: Account) -> Finding:
    name = function.log_group
    groups = read("logs:DescribeLogGroups", account.logs.describe_log_groups, logGroupNamePrefix=name)["logGroups"]
    group = next((group for group in groups if group["logGroupName"] == name), None)
    if group is None:
        return Finding(False, "its log group does not exist")
    kept = f"kept for {group['retentionInDays']} days" if "retentionInDays" in group else "kept for ever"
    form = (function.settings.get("LoggingConfig") or {}).get("LogFormat", "Text")
    return Finding(form == "JSON", f"{form}, {kept}")


def needed_headers(deployed: Read, given: set[str]) -> str:
    """The headers that callers must send besides ``Authorization`` and those that are ``given``, as advice; or nothing."""
    try:
        sources = deployed().authorizer.get("IdentitySource") or []
    except NotChecked:
        return ""
    names = [str(source).lower().removeprefix("$request.header.") for source in sources if ".header." in str(source)]
    missing = [name for name in names if name not in {"authorization", *given}]
    return "".join(f"the API requires the header {name}: use --header {name}=VALUE" for name in missing)
