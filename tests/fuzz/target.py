"""What a coverage-guided fuzzer calls with octets, and the octets that it begins with."""

import json
from pathlib import Path

from testkit.encoding import compact_json
from testkit.signers import signer
from testkit.tokens import claims, header, token
from tests.authorizer.inputs import event
from tests.authorizer.properties import Properties

KEY = signer("EdDSA")
"""The fastest to sign with."""


class Target:
    """The properties of the authorizer, for octets whose first says what they are."""

    def __init__(self) -> None:
        self._properties = Properties()

    def check(self, octets: bytes) -> None:
        """Assert the properties for ``octets``: a header's value, claims to sign, a header to sign, or an event."""
        kind, rest = octets[:1], octets[1:]
        if kind == b"h":
            self._properties.check(event(f"Bearer {token(KEY, claims(), rest)}"))
        elif kind == b"c":
            self._properties.check(event(f"Bearer {token(KEY, rest)}"))
        elif kind == b"e":
            try:
                candidate = json.loads(rest)
            except (ValueError, RecursionError):
                return
            self._properties.check(candidate)
        else:
            self._properties.check(event(rest.decode("latin-1")))


def write_seeds(directory: Path) -> None:
    """Good inputs of every kind, for the fuzzer to change."""
    for index, (kind, octets) in enumerate(
        [
            (b"h", compact_json(header(KEY))),
            (b"h", compact_json(header(KEY, typ="application/at+jwt", x5t="AAAA", x=[{"y": 1.5e3}]))),
            (b"c", compact_json(claims())),
            (b"c", compact_json(claims(aud=["orders", "x"], exp=1.8000006e9, scp=["a"], note="\u00e9\n", x=None))),
            (b"e", compact_json(event(f"Bearer {token(KEY)}", requestContext={"http": {"sourceIp": "192.0.2.1"}}))),
            (b"a", f"Bearer {token(KEY)}".encode()),
            (b"a", f"bearer {token(signer('ES512'))}".encode()),
        ]
    ):
        (directory / str(index)).write_bytes(kind + octets)
