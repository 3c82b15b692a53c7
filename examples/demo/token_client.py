"""The demo's client of the token service: client credentials in, a token out (RFC 6749 section 4.4)."""

import base64
import urllib.parse
from typing import NamedTuple

from emulator.errors import EmulatorError
from emulator.web import Answer, fetch


class NoToken(EmulatorError):
    """The token service did not issue a token."""


class TokenClient(NamedTuple):
    """A client in the configuration of the stack ``local``."""

    client_id: str
    secret: str

    def request(self, endpoint: str, scope: str | None = None) -> Answer:
        """Ask the token endpoint for a token with ``scope``, by default with all scopes of the client."""
        form = {"grant_type": "client_credentials"} | ({} if scope is None else {"scope": scope})
        credentials = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
        return fetch(endpoint, headers, method="POST", body=urllib.parse.urlencode(form).encode())

    def token(self, endpoint: str, scope: str | None = None) -> str:
        """A token. Raises ``NoToken``, which says what came instead."""
        answer = self.request(endpoint, scope)
        if answer.status != 200:
            raise NoToken(f"The token service answers {answer.status}: {answer.body.decode(errors='replace')}")
        return str(answer.json()["access_token"])


BILLING = TokenClient("billing", "not-a-secret-at-all")
REPORTS = TokenClient("reports", "not-a-secret-either")
"""May read orders only."""
