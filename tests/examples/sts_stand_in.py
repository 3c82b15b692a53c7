"""Stands for AWS STS: ``GetWebIdentityToken`` in its protocol, with tokens of its shape. MiniStack's have HS256.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
"""

import datetime
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from testkit.providers.aws_sts import ACCOUNT, sts_claims, sts_key
from testkit.tokens import token

_RESPONSE = (
    '<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>'
    "<WebIdentityToken>{token}</WebIdentityToken><Expiration>{expiration}</Expiration>"
    "</GetWebIdentityTokenResult></GetWebIdentityTokenResponse>"
)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = {
            name: value
            for name, (value,) in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        assert form["Action"] == "GetWebIdentityToken"
        assert form["SigningAlgorithm"] == "ES384"
        assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 ")  # any other caller is nobody
        now = int(time.time())
        expires = now + int(form["DurationSeconds"])
        changes = {"aud": form["Audience.member.1"], "iat": now, "exp": expires}
        key = sts_key(ACCOUNT)
        header = {"alg": key.alg, "typ": "JWT", "kid": key.kid}
        expiration = datetime.datetime.fromtimestamp(expires, datetime.UTC).isoformat()
        body = _RESPONSE.format(
            token=token(key, sts_claims(now, ACCOUNT, "billing", changes), header), expiration=expiration
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what is wrong."""


@contextmanager
def running_sts() -> Iterator[str]:
    """Its URL. Whoever asks has the role ``billing`` of ``ACCOUNT``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
