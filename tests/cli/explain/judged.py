"""What the tests of ``kms-jwt explain`` share: a configuration, tokens, running the command."""

import io
import sys

import pytest

from authorizer.verifier import Verifier
from cli.command_line import main
from testkit.signers import signer
from testkit.tokens import claims, header, token
from tests.authorizer.documents import document

KEY, OTHER, PARTNER = signer("ES256"), signer("ES256", "second"), signer("ES384", "partner")
CONFIG = document(
    KEY,
    max_token_age_seconds=3600,
    max_token_lifetime_seconds=3600,
    required_claims=["sub"],
    expected_claims={"tenant": ["a", "b"]},
    context_claims=["sub", "note"],
    routes={"GET /orders": {"scopes": ["orders:read"]}, "GET /whoami": {}},
    trusted_issuers=[
        {
            "name": "partner",
            "issuers": ["https://partner"],
            "audiences": ["us"],
            "keys": [PARTNER.jwk],
            "client_ids": ["web"],
            "scopes": ["orders:read"],
        }
    ],
)
ROUTE = "GET /orders"


def good(**changes: object) -> str:
    """A token that is allowed, but for the ``changes``."""
    return token(KEY, claims(tenant="a", **changes))


def headed(**changes: object) -> str:
    """One with ``changes`` of its header."""
    return token(KEY, claims(tenant="a"), header(KEY, **changes))


class Always:
    """The verifier of a test, wherever it is asked for."""

    def __init__(self, verifier: Verifier) -> None:
        self.config = verifier.config
        self._verifier = verifier

    def verifier(self, context: object = None) -> Verifier:
        return self._verifier

    def unknown_key(self) -> None:
        """There is nothing to look for."""


class NoLog:
    """The answer is what counts."""

    def write(self, decision: object, now: float) -> None:
        """Nothing."""


def run_explain(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> int:
    """``kms-jwt explain`` with ``text`` on standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return main(["explain", *arguments])
