"""The denylist of a stack, and the APIs that read it: its outputs."""

from dataclasses import dataclass
from typing import Any

from ..json_input import parse_json


@dataclass(frozen=True)
class ReadingApi:
    """An API whose authorizer reads the denylist."""

    name: str
    api_id: str
    refresh_seconds: int
    """How often its authorizer reads it."""
    cache_ttl: int
    """How long API Gateway caches an answer of its authorizer."""


@dataclass(frozen=True)
class DenylistStack:
    """What the command needs to know of a stack."""

    bucket: str
    apis: tuple[ReadingApi, ...] = ()
    own_issuers: tuple[str, ...] = ()
    """Those of the APIs themselves."""
    issuers: tuple[str, ...] = ()
    """All whose tokens the APIs accept."""


def of_outputs(text: str) -> DenylistStack:
    """The stack whose ``pulumi stack output --json`` is ``text``. Raises ``ValueError``, which says what to export."""
    try:
        outputs = parse_json(text)
    except ValueError as fault:
        raise ValueError(f"--stack-output: not JSON ({fault}): use `pulumi stack output --json`") from None
    bucket = outputs.get("denylist_bucket") if isinstance(outputs, dict) else None
    if not isinstance(bucket, str) or not bucket:
        raise ValueError(
            "--stack-output: has no denylist: export bucket_name of the Denylist as denylist_bucket, or set denylist: true in "
            "the configuration of this repository's program"
        )
    given = outputs.get("apis", {"": outputs})
    apis = {name: api for name, api in given.items() if isinstance(api, dict)} if isinstance(given, dict) else {}
    own = dict.fromkeys(issuer for api in apis.values() if isinstance(issuer := api.get("issuer"), str))
    others = dict.fromkeys(str(issuer) for api in apis.values() for issuer in _listed(api.get("trusted_issuers")))
    return DenylistStack(
        bucket,
        tuple(found for name, api in apis.items() if (found := _reading(str(name), api))),
        tuple(own),
        tuple({**own, **others}),
    )


def _reading(name: str, api: dict[str, Any]) -> ReadingApi | None:
    api_id, seconds, ttl = api.get("api_id"), api.get("denylist_refresh_seconds"), api.get("cache_ttl")
    if not isinstance(api_id, str) or not isinstance(seconds, int | float):
        return None
    # Without an output it is unknown: the longest that API Gateway allows.
    return ReadingApi(name, api_id, int(seconds), int(ttl) if isinstance(ttl, int | float) else 3600)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
