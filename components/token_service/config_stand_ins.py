"""Placeholders for values that are not known yet, so that the rest of a configuration can be judged already."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv6Address
from typing import cast

import pulumi

from ..lambda_authorizer.config_stand_ins import stand_in_jwks
from .clients import AwsAccountArgs, Clients, TlsClientAuthArgs, TokenClientArgs
from .keys import KnownKeys, TokenKeysArgs, stand_in_keys

STAND_IN_URL = "https://not-known-yet.example.com"

_ROLE = re.compile("arn:[^:]*:iam::([0-9]{12}):role/")


def known(value: pulumi.Input[str] | None, stand_in: str) -> str:
    """``value``, or ``stand_in`` if it is missing or not known yet."""
    return value if isinstance(value, str) else stand_in


def known_keys(keys: TokenKeysArgs | None) -> KnownKeys:
    """``keys``, or placeholders if one of its values is not known yet: they belong together."""
    values = () if keys is None else (keys.get("active_key_arn"), keys.get("key_arns"), keys.get("jwks"))
    match values:
        case (str(active), Mapping() as arns, str(jwks)):
            return KnownKeys(active, arns, jwks)
        case _:
            return stand_in_keys()


def known_accounts(accounts: Sequence[AwsAccountArgs], clients: Clients) -> list[AwsAccountArgs]:
    """``accounts`` without Outputs. One whose ID is not known yet is taken for that of a role that is in none of the others."""
    ids = {account.get("account_id") for account in accounts if isinstance(account.get("account_id"), str)}
    others = iter(dict.fromkeys(id_ for id_ in _accounts_of_roles(clients) if id_ not in ids))
    found: list[AwsAccountArgs] = []
    for number, account in enumerate(accounts):
        id_ = account.get("account_id")
        if not isinstance(id_, str):
            id_ = next(others, f"{number:012d}")
        issuer = f"https://00000000-0000-0000-0000-{number:012d}.tokens.sts.global.api.aws"
        found.append({"account_id": id_, "issuer": known(account.get("issuer"), issuer)})
    return found


def _accounts_of_roles(clients: Clients) -> Iterator[str]:
    for client in clients.values():
        for role in client.get("aws_roles", []):
            if isinstance(role, str) and (found := _ROLE.match(role)):
                yield found[1]


def known_clients(clients: Clients, accounts: Sequence[AwsAccountArgs]) -> dict[str, TokenClientArgs]:
    """``clients`` without Outputs; ``accounts`` have none."""
    account = str(accounts[0]["account_id"]) if accounts else "000000000000"
    return {id_: _client(id_, number, client, account) for number, (id_, client) in enumerate(clients.items())}


def _client(client_id: str, number: int, client: TokenClientArgs, account: str) -> TokenClientArgs:
    complete = client.copy()
    if "audiences" in client:
        complete["audiences"] = _listed(client["audiences"], "not known yet {}")
    if "secret_hashes" in client:
        hashes = [hashlib.sha256(f"{client_id} {place}".encode()).hexdigest() for place in range(2)]
        complete["secret_hashes"] = [
            known(value, hashes[place % 2]) for place, value in enumerate(client["secret_hashes"])
        ]
    if "aws_roles" in client:
        complete["aws_roles"] = _listed(client["aws_roles"], f"arn:aws:iam::{account}:role/not-known-yet-{number}-{{}}")
    if "tls_client_auth" in client:
        complete["tls_client_auth"] = _certificate_name(client["tls_client_auth"], number)
    if "assertion" in client:
        jwks = known(client["assertion"].get("jwks"), stand_in_jwks(number))
        complete["assertion"] = {**client["assertion"], "jwks": jwks}
    return complete


def _certificate_name(names: TlsClientAuthArgs, number: int) -> TlsClientAuthArgs:
    host = f"not-known-yet-{number}.example.com"
    stand_ins = {
        "subject_dn": f"CN={host}",
        "san_dns": host,
        "san_uri": f"https://{host}",
        "san_ip": str(IPv6Address(number)),
        "san_email": f"x@{host}",
    }
    complete = {kind: name if isinstance(name, str) else stand_ins[kind] for kind, name in names.items()}
    return cast("TlsClientAuthArgs", complete)


def _listed(values: Sequence[pulumi.Input[str]], stand_in: str) -> list[pulumi.Input[str]]:
    return [known(value, stand_in.format(place)) for place, value in enumerate(values)]
