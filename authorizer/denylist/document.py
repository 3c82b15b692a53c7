"""The denylist: which tokens are denied although their signature, their claims and their route are right.

It is a JSON object, read as strictly as ``config.json``:

- ``version``: 1
- ``issuers``: ``iss`` -> what is revoked of its tokens, each an object with these fields, of which any may be absent:

  - ``not_before``: ``{"sub": {value: time}, "client_id": {value: time}}``: tokens of this subject or client are denied that
    were issued (``iat``) before the time, and those that do not say when
  - ``jti``: id -> the token's ``exp``: this one token is denied. The time is for who writes the document, to remove the entry
    once the token has expired

- ``kid``: a list of key ids: tokens signed by these keys are denied, whoever issued them

Times are integers, in seconds since the epoch. Names are compared exactly.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .. import strict_json
from ..claims import CLIENT_CLAIMS, LAST_DATE, Claims
from ..config_fields import ConfigError, Fields

VERSION = 1
"""The version of the document. It changes whenever the meaning of a field changes."""

MAX_BYTES = 150_000
"""The maximum size of the document."""

MAX_ENTRIES = 2000
"""The maximum number of subjects, clients, tokens and keys in it, all together."""


class Revoked(NamedTuple):
    """What is revoked of the tokens of one issuer."""

    subjects: Mapping[str, int]
    """``sub`` -> the time before which a token must not have been issued."""
    clients: Mapping[str, int]
    """The same by client, which any of ``CLIENT_CLAIMS`` may name."""
    tokens: Mapping[str, int]
    """``jti`` -> ``exp``."""


class Denylist(NamedTuple):
    """The parsed and validated document."""

    issuers: Mapping[str, Revoked]
    kids: frozenset[str]

    @property
    def entries(self) -> int:
        """The number of subjects, clients, tokens and keys."""
        return len(self.kids) + sum(len(named) for revoked in self.issuers.values() for named in revoked)

    def revokes(self, kid: str, issuers: Iterable[str], claims: Claims) -> bool:
        """Whether a token with verified ``claims``, signed by the key ``kid``, is denied.

        ``issuers`` are all spellings of its issuer: what is revoked under one of them is revoked under all.
        """
        if kid in self.kids:
            return True
        return any(_revokes(self.issuers[issuer], claims) for issuer in issuers if issuer in self.issuers)


EMPTY = Denylist({}, frozenset())


def parse_denylist(octets: bytes) -> Denylist:
    """The denylist in ``octets``. Raises ``ConfigError``, which lists every error, for anything that is not one."""
    if len(octets) > MAX_BYTES:
        raise ConfigError(f"the denylist must have at most {MAX_BYTES} bytes, and has {len(octets)}")
    try:
        document = strict_json.loads(octets)
    except ValueError as fault:
        raise ConfigError(f"the denylist is not valid JSON: {fault}") from None
    fields = Fields(document)
    fields.only(("version", "issuers", "kid"))
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        fields.fault(f"must be {VERSION}, and is {version!r}", "version")
    issuers = fields.object("issuers")
    found = {name: _revoked(issuers.object(name)) for name in issuers.document}
    denylist = Denylist(found, frozenset(fields.names("kid")))
    fields.raise_if_any()
    if denylist.entries > MAX_ENTRIES:
        raise ConfigError(f"the denylist must have at most {MAX_ENTRIES} entries, and has {denylist.entries}")
    return denylist


def _revoked(issuer: Fields) -> Revoked:
    issuer.only(("not_before", "jti"))
    not_before = issuer.object("not_before")
    not_before.only(("sub", "client_id"))
    return Revoked(
        _times(not_before.object("sub")), _times(not_before.object("client_id")), _times(issuer.object("jti"))
    )


def _times(named: Fields) -> dict[str, int]:
    if "" in named.document:
        named.fault("must not be empty", "")
    return {name: named.integer(name, 0, 0, LAST_DATE, "seconds since 1970-01-01") for name in named.document}


def _revokes(revoked: Revoked, claims: Claims) -> bool:
    subjects, clients, tokens = revoked
    if tokens and claims.get("jti") in tokens:
        return True
    if subjects and "sub" in claims and _issued_before(subjects.get(str(claims["sub"])), claims):
        return True
    if clients:
        for name in CLIENT_CLAIMS:
            if name in claims:
                client = claims[name]
                # What is no string names no client, so that it cannot be said that its client is not revoked.
                if not isinstance(client, str) or _issued_before(clients.get(client), claims):
                    return True
    return False


def _issued_before(time: int | None, claims: Claims) -> bool:
    if time is None:
        return False
    iat = claims.get("iat")
    return not (isinstance(iat, int | float) and iat >= time)
