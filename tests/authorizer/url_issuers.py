"""An authorizer whose trusted issuers have URLs, the server behind these, and a clock that tests advance."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import Any

from authorizer.runtime_keys.refresher import RuntimeKeys
from testkit.key_set_server import HOSTS, KeySetServer, key_set
from testkit.signers import Signer, signer
from testkit.tokens import AUDIENCE, NOW, claims, header, signing_input, token

from .documents import document
from .gateway_events import bearer
from .observing import ObservedAuthorizer

OWN, OLD, NEW = signer("ES256"), signer("ES256", "old"), signer("ES384", "new")
REFRESH, MAX_STALE, COOLDOWN = 900, 86400, 300
ISSUERS = ("https://partner.example.com", "https://other.example.org")


def entry(number: int = 0, *pinned: Signer, **settings: object) -> dict[str, object]:
    """A trusted issuer of ``config.json``, whose keys are at the URL of host ``number``."""
    return {
        "name": ("partner", "other")[number],
        "issuers": [ISSUERS[number]],
        "audiences": [AUDIENCE],
        "keys": [key.jwk for key in pinned or (OLD,)],
        "jwks_url": {"url": f"https://{HOSTS[number]}/jwks.json", **settings},
    }


def theirs(key: Signer, number: int = 0, **changes: object) -> str:
    """A token of issuer ``number`` that is valid for years, so that clocks may jump."""
    times = {"iat": 1, "nbf": 1, "exp": 253402300799}
    return token(key, claims(iss=ISSUERS[number], **{**times, **changes}))


def ours(key: Signer = OWN) -> str:
    """A token of the own issuer."""
    return token(key, claims(iat=1, nbf=1, exp=253402300799))


def unknown(number: int) -> str:
    """A token with a ``kid`` that nobody has."""
    return f"{signing_input(header(OWN, kid=f'unknown-{number}'), b'{}')}.AAAA"


class Context:
    """Lambda's, as far as it is used."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


class World:
    """``RuntimeKeys`` with the trusted issuers of ``entries``; ``server`` is where their names lead."""

    def __init__(
        self, server: KeySetServer, *entries: Mapping[str, object], client: Any = None, **changes: Any
    ) -> None:
        self.server = server
        self.now = float(NOW)
        self.document = document(OWN, trusted_issuers=list(entries), **changes)
        if client is not None:
            del self.document["keys"]
        self.source = RuntimeKeys(self.document, client, lambda: self.now)
        self._authorizer = ObservedAuthorizer(self.document, self.source)
        self.refreshes: list[dict[str, Any]] = []
        """The log lines of the refreshes."""

    def reason(self, text: str, context: object = None) -> str:
        """The reason of the decision about a request with this token, now; the lines of refreshes are kept."""
        output = io.StringIO()
        with redirect_stdout(output):
            self._authorizer.authorizer.decide(bearer(text), self.now, context)
        *refreshes, decision = [json.loads(line) for line in output.getvalue().splitlines()]
        self.refreshes += refreshes
        return str(decision["Reason"])

    def begin(self) -> None:
        """The first invocation, and time until the first refresh is due."""
        assert self.reason(ours()) == "allowed"
        self.now += 30

    @property
    def fetches(self) -> int:
        return len(self.server.asked)


def publish(server: KeySetServer, *keys: Signer, number: int = 0) -> None:
    """From now on issuer ``number`` has these keys."""
    server.replies[HOSTS[number]] = key_set(*(key.jwk for key in keys))
