"""Checking the arguments of a token service before anything is created: every error, each with its path."""

from collections.abc import Mapping

from ..arns import ROLE
from ..faults import Faults
from ..http_api.api_domain_inputs import check_api_domain
from ..http_api.stage import check_stage
from ..kms.generations import DEFAULT_LIFETIME_SECONDS as DEFAULT_KEY_LIFETIME_SECONDS
from ..kms.inputs import SigningKeysArgs, check_key_rules
from ..names import check_name
from ..validation import check_shape
from .alarms import check_alarms
from .clients import CERTIFICATE, ROLES, Clients, any_has
from .config_document import KnownInputs, config_document
from .config_stand_ins import STAND_IN_URL, known, known_accounts, known_clients, known_keys
from .contract import DEFAULT_LIFETIME_SECONDS
from .function import check_function_settings
from .inputs import TokenRoleSettingsArgs, TokenServiceArgs
from .role import role_name_fault

LONGEST_SUFFIX = "-metadata-lambda"


def check_token_service(name: str, args: object, faults: Faults) -> TokenServiceArgs:
    """A checked copy of ``args``; errors are recorded in ``faults``."""
    checked = check_shape(args, TokenServiceArgs, faults)
    check_name(name, LONGEST_SUFFIX, faults)
    _check_api(checked, faults)
    _check_certificates(checked, faults)
    _check_keys(checked, args, faults)
    _check_role(checked.get("role"), faults.below("role", "name"))
    check_function_settings(checked.get("function", {}), faults.below("function"))
    if "alarms" in checked:
        check_alarms(checked["alarms"], checked.get("log_level"), faults.below("alarms"))
    if any_has(checked.get("clients", {}), ROLES) and not checked.get("aws_accounts"):
        faults.below("aws_accounts").missing("write the account of each of the aws_roles, with its issuer")
    config_document(_known(checked), faults)
    return checked


def _check_role(role: TokenRoleSettingsArgs | None, faults: Faults) -> None:
    match role:
        case {"arn": str(arn), "name": str(name)} if ROLE.fault(arn) is None and (fault := role_name_fault(arn, name)):
            faults.add(fault)


def _check_api(args: TokenServiceArgs, faults: Faults) -> None:
    for key in ("stage", "domain"):
        if "api" in args and key in args:
            faults.below(key).add(
                "belongs to an API that is created: remove it, or api, and configure it where that API is"
            )
    check_stage(args.get("stage", {}), faults.below("stage"))
    if "domain" in args:
        check_api_domain(args["domain"], faults.below("domain"))


def _check_certificates(args: TokenServiceArgs, faults: Faults) -> None:
    """Record in ``faults`` each input that needs the certificate of a client, if not every request has one."""
    domain = args.get("domain", {})
    if "mutual_tls" in domain and domain.get("disable_default_endpoint"):
        return
    write = (
        "disable_default_endpoint: true" if "mutual_tls" in domain else "mutual_tls and disable_default_endpoint: true"
    )
    # What an existing API requires of its callers cannot be seen here.
    also = ", and remove api, so that an API is created" if "api" in args else ""
    for client_id, client in args.get("clients", {}).items():
        needed = [CERTIFICATE] if CERTIFICATE in client else []
        if client.get("certificate_bound_tokens"):
            needed.append("certificate_bound_tokens")
        for key in needed:
            faults.below("clients", client_id, key).add(
                f"requires a client certificate of every caller: write {write} in domain{also}; or remove it"
            )


def check_lifetimes(clients: Clients, keys: SigningKeysArgs, faults: Faults) -> None:
    """Record in ``faults`` clients whose tokens would outlive their key: it is retired when its last token has expired."""
    longest = keys.get("max_token_lifetime_seconds", DEFAULT_KEY_LIFETIME_SECONDS)
    for client_id, client in clients.items():
        lifetime = client.get("lifetime_seconds", DEFAULT_LIFETIME_SECONDS)
        if lifetime > longest:
            faults.below("clients", client_id, "lifetime_seconds").add(
                f"is {lifetime}, but signing_keys.max_token_lifetime_seconds is {longest}: a key would be retired before the "
                "last of its tokens has expired: write a shorter lifetime, or a longer one there"
            )


def _check_keys(args: TokenServiceArgs, given: object, faults: Faults) -> None:
    if "keys" in args:
        if "signing_keys" in args:
            faults.below("signing_keys").add("creates keys, and keys has existing ones: remove one of them")
        return
    below = faults.below("signing_keys")
    keys = args.get("signing_keys", {})
    as_given = given.get("signing_keys") if isinstance(given, Mapping) else None
    check_key_rules(keys, as_given, below)
    check_lifetimes(args.get("clients", {}), keys, faults)


def _known(args: TokenServiceArgs) -> KnownInputs:
    clients = args.get("clients", {})
    accounts = known_accounts(args.get("aws_accounts", []), clients)
    return KnownInputs(
        issuer=known(args.get("issuer"), STAND_IN_URL),
        endpoint=known(args.get("api", {}).get("endpoint"), STAND_IN_URL),
        keys=known_keys(args.get("keys")),
        clients=known_clients(clients, accounts),
        aws_accounts=accounts,
        log_level=args.get("log_level"),
    )
