"""A client of TLS listeners on this machine: it names the server that it means, and may have a certificate."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from emulator.web import Answer


class TlsClient:
    """Calls the server ``name`` at ``address``, such as ``127.0.0.1:8443``. The server's own certificate is not judged."""

    def __init__(self, address: str, name: str | None, certificate: Path | None) -> None:
        host, _, port = address.partition(":")
        self._address = (host, int(port))
        self._name = name
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        if certificate:
            self.context.load_cert_chain(certificate)

    def connect(self, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLSocket:
        """A connection. In TLS 1.2 the server has judged the client's certificate by then, in TLS 1.3 not yet."""
        self.context.maximum_version = version
        plain = socket.create_connection(self._address, timeout=10)
        try:
            return self.context.wrap_socket(plain, server_hostname=self._name)
        except OSError:
            plain.close()
            raise

    def get(self, path: str, host: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What ``host`` answers. Raises ``OSError`` if the server ends the connection."""
        return self._send("GET", path, host, headers or {})

    def post(self, path: str, host: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """What ``host`` answers to ``form``. Raises ``OSError`` if the server ends the connection."""
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, host, {**form_type, **(headers or {})}, urlencode(form))

    def _send(self, method: str, path: str, host: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection(host)
        connection.sock = self.connect()
        try:
            connection.request(method, path, body, {"Host": host, **headers})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers.items()), answer.read())
        finally:
            connection.close()
