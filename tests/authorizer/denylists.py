"""An authorizer with a denylist, the S3 behind it, and a clock that tests advance."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from authorizer.runtime_keys import attempt, bounded_http, fetch
from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.key_set_server import KeySetServer, Reply, make_certificate, serving
from testkit.signers import signer
from testkit.tokens import ISSUER, NOW

from .documents import document
from .gateway_events import bearer
from .observing import ObservedAuthorizer

KEY = signer("ES256")
BUCKET, REGION = "orders-denylist", "eu-central-1"
HOST = f"{BUCKET}.s3.{REGION}.amazonaws.com"
REFRESH, MAX_STALE = 60, 900


def denylist(*kids: str, issuer: str = ISSUER, **revoked: object) -> dict[str, object]:
    """A document that revokes these keys, and of ``issuer``'s tokens what ``revoked`` says."""
    return {"version": 1, "issuers": {issuer: revoked} if revoked else {}, "kid": list(kids)}


def stored(content: object, etag: str = '"1"') -> Reply:
    """The object as S3 answers."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(body, 200, {"Content-Type": "application/json", "ETag": etag})


UNCHANGED = Reply(b"", 304, {"ETag": '"1"'})
FORBIDDEN = Reply(b"<Error><Code>AccessDenied</Code></Error>", 403, {"Content-Type": "application/xml"})


@contextmanager
def serving_bucket(folder: Path) -> Iterator[KeySetServer]:
    """S3, to which the bucket's host name leads, and the environment of a function."""
    certificate = make_certificate(folder, HOST)
    with pytest.MonkeyPatch.context() as patch, serving(certificate) as server:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        set_environment(patch)
        patch.setattr(bounded_http, "getaddrinfo", server.look_up)
        patch.setattr(attempt, "DEADLINE_SECONDS", 30)  # all the time that a busy machine needs
        fetch.tls.cache_clear()
        yield server
    fetch.tls.cache_clear()


def set_environment(patch: pytest.MonkeyPatch) -> None:
    """Lambda's."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        patch.delenv(name, raising=False)
    patch.setenv("AWS_REGION", REGION)
    patch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    patch.setenv("AWS_SESSION_TOKEN", "a session")


def configured(*signers: Any, **changes: Any) -> dict[str, object]:
    """A configuration with a denylist."""
    return document(*(signers or (KEY,)), **{"denylist": {"bucket": BUCKET}, **changes})


class World:
    """``RuntimeKeys`` with the denylist of ``server``, from now on."""

    def __init__(
        self,
        server: KeySetServer,
        *signers: Any,
        document: dict[str, object] | None = None,
        client: Any = None,
        **changes: Any,
    ) -> None:
        self.server = server
        self.now = float(NOW)
        self.refreshes: list[dict[str, Any]] = []
        """The log lines of the refreshes."""
        self.document = document or configured(*signers, **changes)
        with self._reading():
            self.source = RuntimeKeys(self.document, client, lambda: self.now)
        self._authorizer = ObservedAuthorizer(self.document, self.source)

    def reason(self, text: str, context: object = None) -> str:
        """The reason of the decision about a request with this token, now."""
        return self.decided(bearer(text), context)

    def decided(self, event: object, context: object = None) -> str:
        """The reason of the decision about ``event``, now."""
        with self._reading() as lines:
            self._authorizer.authorizer.decide(event, self.now, context)
        return str(lines[-1]["Reason"])

    def after(self, seconds: float, text: str) -> str:
        """The same later."""
        self.now += seconds
        return self.reason(text)

    @contextmanager
    def _reading(self) -> Iterator[list[dict[str, Any]]]:
        output = io.StringIO()
        lines: list[dict[str, Any]] = []
        with redirect_stdout(output):
            yield lines
        lines += [json.loads(line) for line in output.getvalue().splitlines()]
        self.refreshes += [line for line in lines if "outcome" in line]
