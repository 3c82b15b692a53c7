"""The configuration of a stack of this program, read and validated as a whole before anything is created."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.arns import KMS_KEY, LAMBDA_FUNCTION, ROLE
from components.contract import DEFAULT_DENYLIST_REFRESH_SECONDS
from components.faults import Faults
from components.http_api.checks import check_authorized_http_api
from components.http_api.domain_inputs import DomainArgs
from components.http_api.inputs import AuthorizedHttpApiArgs
from components.http_api.route_authorization import BuiltInJwtAuthorizerArgs, tokens_of
from components.http_api.route_defaults import long_form, with_default_scopes
from components.http_api.routes import RouteArgs
from components.kms.generations import generations
from components.kms.inputs import SigningKeysArgs, check_signing_keys
from components.kms.signing_keys import SigningKeys
from components.lambda_authorizer.config_stand_ins import stand_in_jwks
from components.lambda_authorizer.denylist_reader import STAND_IN_BUCKET
from components.lambda_authorizer.inputs import DEFAULT_CACHE_TTL, KmsKeyArgs
from components.token_service.checks import check_lifetimes, check_token_service
from components.token_service.config_stand_ins import STAND_IN_URL
from components.token_service.inputs import TokenRoleSettingsArgs, TokenServiceArgs
from components.token_service.keys import TokenKeysArgs, stand_in_keys
from components.token_service.role import TokenServiceRole, TokenServiceRoleArgs
from stack_domains import StackDomains

_KEYS = ("apis", "denylist", "domains", "signing_keys", "token_service", "whoami")

TOKEN_SERVICE = "tokens"  # noqa: S105 - a name
"""The name of the token service."""

_PROMISED = ("public", "authorization", "scopes", "scopes_match")
"""Of a route."""


@dataclass(frozen=True)
class StackConfig:
    """The content of ``Pulumi.<stack>.yaml``; ``Pulumi.yaml`` describes the keys."""

    signing_keys: SigningKeysArgs
    apis: Mapping[str, object]
    """Name -> the arguments of its ``AuthorizedHttpApi``, without those that the program supplies."""
    token_service: Mapping[str, object] | None
    """The arguments of the ``TokenService``, without those that the program supplies; ``None`` if there is none."""
    whoami: bool
    """Whether the ``whoami`` backend is deployed, as the integration of the APIs that have none."""
    denylist: bool = False
    """Whether there is a denylist, for all APIs."""
    domains: Mapping[str, DomainArgs] = field(default_factory=dict)
    """Name -> the arguments of its ``Domain``, to which APIs refer by the domain name."""

    def kms_keys(self, key_arns: pulumi.Output[dict[str, str]]) -> list[KmsKeyArgs]:
        """The signing keys for APIs that read them from KMS, by the ARNs of their generations."""
        return [
            KmsKeyArgs(arn=key_arns[generation.name], algorithm=generation.algorithm)
            for generation in generations(self.signing_keys)
            if generation.accepted
        ]

    def keys_args(self, signer_arn: pulumi.Input[str] | None) -> SigningKeysArgs:
        """The arguments of the signing keys. ``signer_arn`` is the role of the token service, which signs where signers are
        named; where they are not, the IAM policies of the account decide."""
        if signer_arn is None or "signers" not in self.signing_keys:
            return self.signing_keys
        return {**self.signing_keys, "signers": [*self.signing_keys["signers"], signer_arn]}

    def token_role_args(self) -> TokenServiceRoleArgs:
        """The arguments of the token service's role, which is created before the keys: the tags of the token service."""
        tags = _mapping(self.token_service).get("tags")
        return cast("TokenServiceRoleArgs", {} if tags is None else {"tags": tags})

    def token_service_args(self, keys: SigningKeys, role: TokenServiceRole) -> TokenServiceArgs:
        """The arguments of the token service: those of the stack's file, with its signing keys and its role."""
        return self._token_service_args(
            {"active_key_arn": keys.active_key_arn, "key_arns": keys.key_arns, "jwks": keys.jwks},
            {"arn": role.role_arn, "name": role.role_name},
        )

    def _token_service_args(self, keys: TokenKeysArgs, role: TokenRoleSettingsArgs) -> TokenServiceArgs:
        return cast("TokenServiceArgs", {**_mapping(self.token_service), "keys": keys, "role": role})

    def api_args(
        self,
        name: str,
        jwks: pulumi.Input[str],
        kms_keys: list[KmsKeyArgs],
        whoami_arn: pulumi.Input[str] | None,
        issuer: pulumi.Input[str] | None,
        denylist_bucket: pulumi.Input[str] | None,
    ) -> AuthorizedHttpApiArgs:
        """The arguments of the API ``name``: those of the stack's file, with its signing keys, the ``whoami`` backend, the
        denylist, and the issuer of the token service unless it names another."""
        api = _mapping(self.apis[name])
        if "function_arn" not in api:  # a function of one's own has its issuer and keys from elsewhere
            if issuer is not None and api.get("issuer") is None:
                api["issuer"] = issuer
            keys = _mapping(api.get("keys"))
            own_keys = {"kms_keys": kms_keys} if keys.get("source") == "kms" else {"jwks": [jwks]}
            api["keys"] = _completed(api.get("keys"), {**keys, **own_keys})
            if denylist_bucket is not None:
                shared = {**_mapping(api.get("denylist")), "bucket": denylist_bucket}
                api["denylist"] = _completed(api.get("denylist"), shared)
        if whoami_arn is not None and api.get("integration") is None:
            api["integration"] = {"lambda_arn": whoami_arn}
        return cast("AuthorizedHttpApiArgs", api)

    def promises(self, name: str, issuer: pulumi.Input[str] | None = None) -> dict[str, object]:
        """What callers of the API ``name`` may rely on: an output, against which `kms-jwt check` holds what is deployed.

        ``issuer`` is that of the token service.
        """
        api = _mapping(self.apis[name])
        routes = {key: cast("RouteArgs", long_form(route)) for key, route in _mapping(api.get("routes")).items()}
        role, issuers = _mapping(api.get("role")), [_mapping(issuer) for issuer in _listed(api.get("trusted_issuers"))]
        return {
            "issuer": issuer if api.get("issuer") is None and "function_arn" not in api else api.get("issuer"),
            "audience": api.get("audience"),
            "trusted_issuers": [
                spelling
                for issuer in issuers
                for spelling in (issuer.get("issuer"), *_listed(issuer.get("issuer_aliases")))
            ],
            "cache_ttl": api.get("cache_ttl", DEFAULT_CACHE_TTL),
            "leeway_seconds": _mapping(api.get("policy")).get("leeway_seconds", 0),
            **({"denylist_refresh_seconds": seconds} if (seconds := self._refresh_seconds(api)) else {}),
            "access_logs": _mapping(api.get("stage")).get("access_logs", True),
            "disable_default_endpoint": _mapping(api.get("domain")).get("disable_default_endpoint", False),
            "role_actions": [
                action
                for statement in _listed(role.get("policy_statements"))
                for action in _listed(_mapping(statement).get("actions"))
            ],
            "routes": {
                key: {item: value for item in _PROMISED if (value := route.get(item)) is not None}
                | tokens_of(route, cast("dict[str, BuiltInJwtAuthorizerArgs]", _mapping(api.get("jwt_authorizers"))))
                for key, route in with_default_scopes(routes, cast("list[str]", _listed(api.get("scopes")))).items()
            },
        }

    def _refresh_seconds(self, api: Mapping[str, object]) -> object:
        """How often the API's authorizer reads the denylist; ``None`` if it has none."""
        if "function_arn" in api or not (self.denylist or "denylist" in api):
            return None
        return _mapping(api.get("denylist")).get("refresh_seconds", DEFAULT_DENYLIST_REFRESH_SECONDS)


def read_stack_config() -> StackConfig:
    """The stack's configuration. Raises ``InvalidArgs``, which lists every error with its path."""
    faults = Faults(f"The configuration of stack {pulumi.get_stack()}")
    values = _read(faults)
    domains = StackDomains(values.get("domains", {}), faults)
    config = StackConfig(
        signing_keys=check_signing_keys(values.get("signing_keys", {}), faults.below("signing_keys")),
        apis=_mapping(values.get("apis")),
        token_service=_mapping(values["token_service"]) if values.get("token_service") else None,
        whoami=values.get("whoami") is True,
        denylist=values.get("denylist") is True,
        domains=domains.created,
    )
    if not isinstance(values.get("apis", {}), Mapping):
        faults.below("apis").add(f"must be an object, and is {values['apis']!r}")
    elif not config.apis:
        faults.below("apis").add("missing: write at least one API, as a name with its issuer, audience and routes")
    for key in ("denylist", "whoami"):
        if not isinstance(values.get(key, False), bool):
            faults.below(key).add(f"must be true or false, and is {values[key]!r}")
    for name in config.apis:
        # The values that the program will supply are not known yet: valid placeholders are used.
        args = config.api_args(
            name,
            jwks=stand_in_jwks(),
            kms_keys=[KmsKeyArgs(arn=KMS_KEY.example)],
            whoami_arn=LAMBDA_FUNCTION.example if config.whoami else None,
            issuer=None if config.token_service is None else str(config.token_service.get("issuer", STAND_IN_URL)),
            denylist_bucket=STAND_IN_BUCKET if config.denylist else None,
        )
        below = faults.below("apis", name)
        _check_supplied(config.apis[name], config.denylist, below)
        checked = check_authorized_http_api(name, args, below)
        if "domain" in checked:
            domains.claim(f"apis.{name}", checked["domain"], below.below("domain"))
    if not isinstance(values.get("token_service", {}), Mapping):
        faults.below("token_service").add(f"must be an object, and is {values['token_service']!r}")
    elif config.token_service is not None:
        _check_token_service(config, config.token_service, domains, faults)
    _check_readers(config, faults)
    faults.raise_if_any()
    return config


def _check_token_service(
    config: StackConfig, given: Mapping[str, object], domains: StackDomains, faults: Faults
) -> None:
    """Record the errors in the configuration of the token service, with placeholders for what the program supplies."""
    below = faults.below("token_service")
    for key in ("keys", "role"):
        if key in given:
            below.below(key).add("is supplied by the program: remove it")
    if "signing_keys" in given:
        below.below("signing_keys").add("are those of the stack: write them in its key signing_keys")
    keys = stand_in_keys()
    stand_ins: TokenKeysArgs = {
        "active_key_arn": keys.active_key_arn,
        "key_arns": dict(keys.key_arns),
        "jwks": keys.jwks,
    }
    args = config._token_service_args(stand_ins, {"arn": ROLE.example, "name": ROLE.example.rpartition("/")[2]})
    args.pop("signing_keys", None)  # reported above
    checked = check_token_service(TOKEN_SERVICE, args, below)
    check_lifetimes(checked.get("clients", {}), config.signing_keys, below)
    if TOKEN_SERVICE in config.apis:
        faults.below("apis", TOKEN_SERVICE).add("is the name of the token service: write another")
    if "domain" in checked:
        domains.claim("token_service", checked["domain"], below.below("domain"))


def _check_supplied(api: object, denylist: bool, faults: Faults) -> None:
    """Record an error for inputs that the program supplies itself."""
    if not isinstance(api, Mapping):
        faults.add(f"must be an object, and is {api!r}")
        return
    keys = _mapping(api.get("keys"))
    for key in ("jwks", "kms_keys"):
        if keys.get(key) is not None and "function_arn" not in api:
            faults.below("keys", key).add("is supplied by the program: remove it")
    if denylist and "bucket" in _mapping(api.get("denylist")) and "function_arn" not in api:
        faults.below("denylist", "bucket").add(
            "is supplied by the program: remove it, or the key denylist of the stack"
        )


def _check_readers(config: StackConfig, faults: Faults) -> None:
    """Record an error for APIs that read the keys from KMS with a role that the key policy does not allow.

    IAM policies of the account are not sufficient only if administrators and readers are both named; signers may read too.
    """
    keys = config.signing_keys
    administrators, readers = keys.get("administrators", []), keys.get("readers", [])
    if not (administrators and readers):
        return
    named = [str(principal) for principal in [*administrators, *readers, *keys.get("signers", [])]]
    for name, api in config.apis.items():
        args = _mapping(api)
        role = _mapping(args.get("role")).get("arn")
        if _mapping(args.get("keys")).get("source") != "kms" or _may_read(role, named):
            continue
        below, write = faults.below("apis", name), "write the ARN of a role in signing_keys.readers"
        if role is None:
            below.below("keys", "source").add(
                "is kms, but the role that is created for the API may not read the keys, since signing_keys.administrators and "
                f"signing_keys.readers allow only the listed principals: {write} as role.arn, omit signing_keys.readers, or "
                "pin the keys (omit source)"
            )
        else:
            below.below("role", "arn").add(
                f"{role!r} may not read the keys, since signing_keys.administrators and signing_keys.readers allow only the "
                f"listed principals: {write}, or add it there"
            )


def _may_read(role: object, named: list[str]) -> bool:
    """Whether the key policy allows ``role``, the ARN of an API's role, or the role created for the API if it is ``None``.

    The role of a function is in the account of the function, which is this one. Without the ARN of a role, the account is not
    known here: then any listed account is taken for it.
    """
    if role is None:
        return any(principal.endswith(":root") for principal in named)
    account, _, path = str(role).partition(":role/")
    session = f"{account.replace(':iam:', ':sts:')}:assumed-role/{path.rpartition('/')[2]}/"
    return any(principal in (role, f"{account}:root") or principal.startswith(session) for principal in named)


def _read(faults: Faults) -> dict[str, object]:
    """The configuration of this project, by key; unknown keys are recorded as errors."""
    prefix = f"{pulumi.get_project()}:"
    values: dict[str, object] = {}
    for full_key, value in sorted({**get_config_env(), **CONFIG.get()}.items()):
        if not full_key.startswith(prefix):
            continue
        key = full_key.removeprefix(prefix)
        if key not in _KEYS:
            faults.below(key).add(f"unknown key; the keys of this program are {', '.join(_KEYS)}")
            continue
        try:
            values[key] = json.loads(value)  # like ``pulumi.Config.get_object``
        except ValueError:
            faults.below(key).add(f"must be structured, as Pulumi.yaml describes it, and is {value!r}")
    return values


def _completed(value: object, completed: dict[str, object]) -> object:
    """``completed`` in place of a mapping or ``None``; any other ``value`` is kept, so that it is reported as invalid."""
    return completed if value is None or isinstance(value, Mapping) else value


def _mapping(value: object) -> dict[str, object]:
    """A copy of ``value``, or an empty one if it is not a mapping: a route may be empty, and errors are recorded elsewhere."""
    return dict(sorted(value.items())) if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[object]:
    """``value``, or an empty list if it is none."""
    return value if isinstance(value, list) else []
