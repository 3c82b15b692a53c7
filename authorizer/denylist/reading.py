"""One attempt to read the denylist, and what came of it. Imported in the first refresh, since it speaks HTTP."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..config_fields import ConfigError
from ..runtime_keys.attempt import outcomes
from ..runtime_keys.bounded_http import Answer
from ..runtime_keys.key_set import is_encoded
from ..runtime_keys.reading import failure
from .bucket import read_object
from .credentials import NoCredentials
from .document import Denylist, parse_denylist


class DenylistResult(NamedTuple):
    """What came of an attempt."""

    outcome: str
    """One of a closed set: ``refreshed``, ``unchanged``, or the kind of failure."""
    denylist: Denylist | None
    """The denylist, if the outcome is ``refreshed``."""
    etag: str | None
    """The entity tag of this denylist (RFC 9110 section 8.8.3), if S3 gave one."""
    status: int | None
    """HTTP status of the answer, if there is one."""
    octets: int
    """The size of its body in bytes."""
    milliseconds: float

    @property
    def succeeded(self) -> bool:
        """Whether it is known what is revoked."""
        return self.outcome in ("refreshed", "unchanged")


def read_denylist(bucket: str, etag: str | None, clock: Callable[[], float]) -> DenylistResult:
    """Read the denylist in ``bucket``, unless it still has this ``etag``. Never raises; takes at most
    ``attempt.DEADLINE_SECONDS``."""
    started = time.perf_counter()
    (answer,) = outcomes([partial(read_object, bucket, etag)], clock)
    milliseconds = (time.perf_counter() - started) * 1000
    if not isinstance(answer, Answer):
        outcome = "no_credentials" if isinstance(answer, NoCredentials) else failure(answer)
        return DenylistResult(outcome, None, None, None, 0, milliseconds)
    outcome, denylist = _judged(answer, etag)
    tag = next((value for name, value in answer.headers if name.lower() == "etag"), None)
    return DenylistResult(outcome, denylist, tag, answer.status, len(answer.body), milliseconds)


def _judged(answer: Answer, etag: str | None) -> tuple[str, Denylist | None]:
    """The outcome. What is wrong with an invalid document is not logged, since it may name subjects: ``kms-jwt revoke --list``
    says it."""
    if answer.status == 304 and etag is not None:
        return "unchanged", None
    if answer.status != 200:
        return "status", None
    if is_encoded(answer):
        return "content_encoding", None
    try:
        return "refreshed", parse_denylist(answer.body)
    except ConfigError:
        return "invalid", None
