"""Changes of a denylist: pure functions, which are applied again to what somebody else has written meanwhile."""

import json
from collections.abc import Callable, Iterable

from ..command import CommandError
from ..packages.authorizer import (
    MAX_DENYLIST_BYTES,
    MAX_DENYLIST_ENTRIES,
    ConfigError,
    Denylist,
    Revoked,
    parse_denylist,
)
from .entry import FIELDS, KEY, Entry, entries_of

Change = Callable[[list[Entry]], list[Entry]]
"""Makes the new entries of the old ones. Raises ``CommandError``."""


def revoked(entry: Entry) -> Change:
    """With ``entry``. A later time replaces an earlier one, and not the other way round."""

    def change(entries: list[Entry]) -> list[Entry]:
        same = [known for known in entries if _same(known, entry)]
        latest = max([*same, entry], key=lambda known: known.time)
        return [*(known for known in entries if not _same(known, entry)), latest]

    return change


def undone(entry: Entry) -> Change:
    """Without the entry of the same name."""

    def change(entries: list[Entry]) -> list[Entry]:
        kept = [known for known in entries if not _same(known, entry)]
        if len(kept) == len(entries):
            raise CommandError(f"the {entry.what} is not revoked: `--list` shows what is")
        return kept

    return change


def entries(denylist: Denylist) -> list[Entry]:
    """All that ``denylist`` revokes."""
    found = [entry for issuer in sorted(denylist.issuers) for entry in entries_of(issuer, denylist.issuers[issuer])]
    return [*found, *(Entry(KEY, kid) for kid in sorted(denylist.kids))]


def changed(denylist: Denylist, change: Change, now: float) -> Denylist:
    """The denylist after ``change``, without the tokens that have expired at ``now``. Raises ``CommandError`` if an authorizer
    would not accept it."""
    found = _denylist(entry for entry in change(entries(denylist)) if not entry.expired(now))
    body = document_of(found)
    if found.entries > MAX_DENYLIST_ENTRIES or len(body) > MAX_DENYLIST_BYTES:
        raise CommandError(
            f"the denylist is full ({denylist.entries} entries): undo what is not needed any more, such as subjects whose "
            "tokens have all expired, or revoke a whole client or key"
        )
    try:
        return parse_denylist(body)
    except ConfigError as fault:
        raise CommandError(str(fault)) from None


def document_of(denylist: Denylist) -> bytes:
    """The JSON document, which is always the same for the same content."""
    issuers = {}
    for name, of_issuer in denylist.issuers.items():
        not_before = {"sub": dict(of_issuer.subjects), "client_id": dict(of_issuer.clients)}
        issuers[name] = {"not_before": not_before, "jti": dict(of_issuer.tokens)}
    document = {"version": 1, "issuers": issuers, "kid": sorted(denylist.kids)}
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _same(one: Entry, other: Entry) -> bool:
    return one[:3] == other[:3]


def _denylist(found: Iterable[Entry]) -> Denylist:
    issuers: dict[str, dict[str, dict[str, int]]] = {}
    kids = set()
    for kind, name, issuer, time in found:
        if kind == KEY:
            kids.add(name)
        else:
            of_issuer = issuers.setdefault(issuer, {field: {} for field in FIELDS.values()})
            of_issuer[FIELDS[kind]][name] = time
    return Denylist({name: Revoked(**fields) for name, fields in issuers.items()}, frozenset(kids))
