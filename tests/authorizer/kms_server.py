"""KMS behind a socket of its own, for boto3's real client: it answers well, slowly, or not at all."""

import json
from base64 import b64encode
from contextlib import AbstractContextManager
from pathlib import Path

from testkit.signers import Signer
from testkit.unreliable_server import UnreliableHandler, UnreliableServer, running

from .fake_kms import answer_of


class KmsServer(UnreliableServer):
    """Answers GetPublicKey for ``keys``, or with an error if it is ``broken``."""

    def __init__(self, certificate: Path | None, **keys: Signer) -> None:
        super().__init__(_Handler, certificate)
        self.keys = keys
        self.paths: list[str] = []
        self.scheme = "http" if certificate is None else "https"


def serving(certificate: Path | None = None, **keys: Signer) -> AbstractContextManager[KmsServer]:
    """Run it, on a port that is free."""
    return running(KmsServer(certificate, **keys))


class _Handler(UnreliableHandler):
    server: KmsServer

    def do_POST(self) -> None:  # noqa: N802 - the name is the base class's
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(asked["KeyId"])
        self.server.paths.append(self.path)
        status, body = (500, b"{}") if self.server.manner == "broken" else self._answer(asked["KeyId"])
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        self.answer(head.encode() + body, endless=head.replace(str(len(body)), "9" * 9).encode())

    def _answer(self, key_id: str) -> tuple[int, bytes]:
        if key_id not in self.server.keys:
            return 400, b'{"__type": "NotFoundException", "message": "no such key"}'
        answer = answer_of(self.server.keys[key_id])
        return 200, json.dumps({**answer, "PublicKey": b64encode(answer["PublicKey"]).decode()}).encode()
