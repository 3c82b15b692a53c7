"""The lifecycle of a signing key: published, active, retiring, retired. Each step is an edit of the list of generations.

``docs/rotation.md`` is the runbook. A program sees only its present inputs, not what was deployed before, so the list has to
say it: the oldest generation comes first, one that was active has ``retire_after``, and a retired one has ``retired``.
"""

import math
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, NotRequired, TypedDict

import pulumi

from ..faults import Faults
from .algorithms import ALGORITHMS, DEFAULT_ALGORITHM

DEFAULT_LIFETIME_SECONDS = 3600
"""The same as the default of the authorizer's ``max_token_age_seconds``."""

_MAX_LIFETIME_SECONDS = 366 * 86400

_YEARS = range(1971, 9999)
"""The years in which a time in any time zone, minus the maximum lifetime, is valid in key policies."""

SIGNERS_REFRESH_SECONDS = 300
"""How long a signer may continue to use a key after the alias has moved: the default of the issuer's ``KmsSigner``."""


class GenerationArgs(TypedDict):
    """One generation of the signing keys: one KMS key."""

    name: str
    """Name of the generation, such as "2026-11": 1 to 64 letters, digits, '.', '_' and '-'. It is part of the key's
    resource name: another name creates another key."""
    algorithm: NotRequired[str]
    """The JOSE algorithm of this generation. Default: `algorithm` of the set. It cannot be changed: add a generation
    instead."""
    multi_region: NotRequired[bool]
    """Whether this key is a multi-Region key. Default: `multi_region` of the set. It cannot be changed."""
    retire_after: NotRequired[str]
    """For a generation that is no longer active: the time at which its last token has expired, in RFC 3339 form such as
    "2026-11-02T12:00:00Z". Its key may sign until `max_token_lifetime_seconds` before that time."""
    retired: NotRequired[bool]
    """Whether the generation is retired: its key is disabled and no longer published, and its tokens are denied. Remove
    it from the list in a later update to delete the key."""


class Phase(StrEnum):
    """The state of a generation in its lifecycle."""

    PUBLISHED = "published"
    """Its tokens are accepted; it has not signed any yet."""
    ACTIVE = "active"
    """It has the alias and signs."""
    RETIRING = "retiring"
    """Its tokens are accepted; it no longer signs, except for signers that have not resolved the alias again yet."""
    RETIRED = "retired"
    """Its tokens are denied and its key is disabled."""


class Generation(NamedTuple):
    """A generation to deploy."""

    name: str
    algorithm: str
    multi_region: bool
    phase: Phase
    retire_after: datetime | None
    signs_until: datetime | None
    """When KMS stops signing with a retiring generation, so that its last token expires by ``retire_after``."""

    @property
    def accepted(self) -> bool:
        """Whether its tokens are accepted, and its public key is published."""
        return self.phase is not Phase.RETIRED


class GenerationsArgs(TypedDict):
    """The part of the arguments of ``SigningKeys`` that says which generations there are."""

    algorithm: NotRequired[str]
    """The JOSE algorithm: ES256, ES384, ES512 (default), ES256K, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA,
    ML-DSA-44, ML-DSA-65 or ML-DSA-87. It determines the KMS key spec, and cannot be changed for a generation whose key
    exists."""
    generations: NotRequired[Sequence[GenerationArgs]]
    """The keys, oldest first. Default: one generation named "1"."""
    active: NotRequired[str]
    """The name of the generation that signs. Required if there are several."""
    max_token_lifetime_seconds: NotRequired[int]
    """The maximum lifetime of the tokens, from `iat` to `exp`, in seconds. Default: 3600. A generation cannot be
    retired before its last token has expired."""
    multi_region: NotRequired[bool]
    """Whether the keys are multi-Region primary keys, which can be replicated with the same key ID. Default: false.
    Cannot be changed for a generation whose key exists."""


_NAME = re.compile("[A-Za-z0-9._-]{1,64}")

_FIRST_GENERATION = GenerationArgs(name="1")


def generations(args: GenerationsArgs) -> list[Generation]:
    """The generations, oldest first, of inputs that ``check_generations`` has accepted."""
    lifetime = timedelta(seconds=args.get("max_token_lifetime_seconds", DEFAULT_LIFETIME_SECONDS))
    listed = args.get("generations", [_FIRST_GENERATION])
    active = args.get("active", listed[0]["name"])
    found = []
    for item in listed:
        retire_after = _time(item["retire_after"]) if "retire_after" in item else None
        found.append(
            Generation(
                name=item["name"],
                algorithm=item.get("algorithm", args.get("algorithm", DEFAULT_ALGORITHM)),
                multi_region=item.get("multi_region", args.get("multi_region", False)),
                phase=_phase(item, active),
                retire_after=retire_after,
                signs_until=retire_after - lifetime if retire_after else None,
            )
        )
    return found


def _phase(item: GenerationArgs, active: str) -> Phase:
    if item.get("retired", False):
        return Phase.RETIRED
    if item["name"] == active:
        return Phase.ACTIVE
    return Phase.RETIRING if "retire_after" in item else Phase.PUBLISHED


def check_generations(args: GenerationsArgs, faults: Faults) -> None:
    """Record in ``faults`` the errors in the list, including edits that would invalidate tokens too early."""
    check_algorithm(args.get("algorithm", DEFAULT_ALGORITHM), faults.below("algorithm"))
    lifetime = args.get("max_token_lifetime_seconds", DEFAULT_LIFETIME_SECONDS)
    if not 1 <= lifetime <= _MAX_LIFETIME_SECONDS:
        faults.below("max_token_lifetime_seconds").add(f"must be 1 second to 366 days, and is {lifetime}")
        lifetime = DEFAULT_LIFETIME_SECONDS  # so that the times that other messages suggest are valid
    listed = args.get("generations", [_FIRST_GENERATION])
    names = [item.get("name") for item in listed]
    active = _check_active(args.get("active"), names, faults)
    for index, item in enumerate(listed):
        below = faults.below("generations", index)
        if "name" in item and not _NAME.fullmatch(item["name"]):
            below.below("name").add(f"must be 1 to 64 letters, digits, '.', '_' and '-', and is {item['name']!r}")
        if names.index(item.get("name")) != index:
            below.below("name").add(f"{item.get('name')!r} is used twice: each generation is a separate key")
        if "algorithm" in item:
            check_algorithm(item["algorithm"], below.below("algorithm"))
        _check_retirement(item, active, lifetime, below)
        older = active in names and index < names.index(active)
        if older and "retire_after" not in item and not item.get("retired", False):
            below.below("retire_after").add(
                f"missing: {item.get('name')!r} is older than the active {active!r}, so that tokens of it may be in use: "
                f'write the time at which the last of them expires; "{_suggested(lifetime)}" is now plus '
                f"max_token_lifetime_seconds ({lifetime}) and the signers' refresh ({SIGNERS_REFRESH_SECONDS} seconds)"
            )


def _check_active(active: str | None, names: list[str], faults: Faults) -> str | None:
    choice = f"write one of {', '.join(map(repr, names))}"
    if not names:
        faults.below("generations").add("at least one generation is required")
    elif active is None and len(names) > 1:
        faults.below("active").add(f"missing: name the generation that signs: {choice}")
    elif active is not None and active not in names:
        faults.below("active").add(f"{active!r} is not one of the generations: {choice}")
    return names[0] if names and active is None else active


def _check_retirement(item: GenerationArgs, active: str | None, lifetime: int, faults: Faults) -> None:
    is_active = item.get("name") == active
    if is_active and item.get("retired", False):
        faults.below("retired").add(f"{active!r} is active: make another generation active in the same edit")
    if "retire_after" not in item:
        return
    if is_active:
        faults.below("retire_after").add(f"{active!r} is active: make another generation active first, or omit it")
    moment = _time(item["retire_after"])
    if moment is None:
        faults.below("retire_after").add(
            f'must be an RFC 3339 time with a time zone, such as "{_suggested(lifetime)}", and is {item["retire_after"]!r}'
        )
    elif moment.year not in _YEARS:
        faults.below("retire_after").add(
            f'must have a year from {_YEARS[0]} to {_YEARS[-1]}, such as "{_suggested(lifetime)}", '
            f"and is {item['retire_after']!r}"
        )


def check_algorithm(algorithm: str, faults: Faults) -> None:
    """Record an error for an algorithm that KMS keys do not support."""
    if algorithm not in ALGORITHMS:
        faults.add(f"{algorithm!r} is not a supported algorithm of KMS keys: write one of {', '.join(ALGORITHMS)}")


def generation_warnings(listed: list[Generation], now: datetime) -> Mapping[str, str]:
    """Generation -> a warning about it at ``now``, if there is one."""
    active = next(index for index, generation in enumerate(listed) if generation.phase is Phase.ACTIVE)
    found = {}
    for index, generation in enumerate(listed):
        due = generation.retire_after
        if generation.phase is Phase.RETIRED and (due is None or now < due) and index < active:
            expiry = f"before its last token has expired ({rfc3339(due)})" if due else "without retire_after"
            found[generation.name] = f"retired {expiry}: after this update its tokens are denied"
        if generation.phase is Phase.RETIRING and due is not None and due <= now:
            found[generation.name] = f"its last token has expired ({rfc3339(due)}): write retired: true"
    return found


def log_warnings(name: str, listed: list[Generation], resource: pulumi.Resource) -> None:
    """Log the ``generation_warnings`` about the keys ``name`` at the present time."""
    for generation, message in generation_warnings(listed, datetime.now(UTC)).items():
        pulumi.log.warn(f'SigningKeys "{name}": generation {generation!r}: {message}', resource)


def rfc3339(moment: datetime) -> str:
    """``moment`` in UTC, with a precision of seconds, as key policies and configurations require."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _suggested(lifetime: int) -> str:
    """The time at which the last token expires if the generation stops signing now, rounded up to a full minute."""
    return rfc3339(datetime.fromtimestamp(math.ceil((time.time() + SIGNERS_REFRESH_SECONDS + lifetime) / 60) * 60, UTC))
