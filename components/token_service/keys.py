"""The keys that a token service signs with: ARNs and algorithms, from the outputs of ``SigningKeys``."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

import pulumi

from ..arns import KMS_KEY
from ..faults import Faults
from ..kms.jwk import key_id_of
from ..kms.jwks import InvalidJwks, public_keys


class TokenKeysArgs(TypedDict):
    """Keys that exist: outputs of `SigningKeys`. Where its `signers` are named, the role of the token service must be one of
    them: create it beforehand with `TokenServiceRole`. No client's `lifetime_seconds` may be longer than its
    `max_token_lifetime_seconds`: a key would be retired before the last of its tokens has expired."""

    active_key_arn: pulumi.Input[str]
    """ARN of the key that signs: the output `active_key_arn`."""
    key_arns: pulumi.Input[dict[str, str]]
    """ARNs of all keys by name of the generation, the active one included: the output `key_arns`. The others sign only
    while KMS denies the use of the active one, as for some seconds after a rotation."""
    jwks: pulumi.Input[str]
    """The public keys, as the JSON of a JSON Web Key Set, which are published: the output `jwks`."""


class KnownKeys(NamedTuple):
    """The same, known."""

    active_key_arn: str
    key_arns: Mapping[str, str]
    jwks: str


class KeyEntry(NamedTuple):
    """A key in ``config.json``."""

    name: str | None
    """The name of its generation; ``None`` is the active key."""
    arn: str
    alg: str


def key_entries(keys: KnownKeys, faults: Faults) -> list[KeyEntry]:
    """The active key, then the others by name; errors are recorded in ``faults``, those of the argument ``keys``."""
    try:
        published = public_keys(keys.jwks).keys
    except InvalidJwks as fault:
        faults.below("jwks").add(str(fault))
        return []
    algorithms = {key.get("kid"): str(key.get("alg", "")) for key in published}
    others = [(name, arn) for name, arn in sorted(keys.key_arns.items()) if arn != keys.active_key_arn]
    entries = []
    for name, arn in [(None, keys.active_key_arn), *others]:
        kid = key_id_of(arn)
        if kid not in algorithms and KMS_KEY.fault(arn) is None:  # any other text is an error already
            faults.below("jwks").add(
                f"has no key with the kid {kid!r}, so that nobody could verify the tokens of {arn}: "
                "write the output jwks of the same SigningKeys"
            )
        entries.append(KeyEntry(name, arn, algorithms.get(kid, "")))
    return entries


def stand_in_keys() -> KnownKeys:
    """Keys in place of those that are not known yet."""
    kid = "00000000-0000-0000-0000-000000000000"
    arn = f"arn:aws:kms:eu-west-1:123456789012:key/{kid}"
    return KnownKeys(arn, {"not known yet": arn}, f'{{"keys": [{{"kid": "{kid}", "alg": "ES512"}}]}}')
