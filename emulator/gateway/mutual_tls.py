"""The TLS listener of custom domains that require mutual TLS. It is opened when the first of them gets its truststore.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
"""

import asyncio
import datetime
import functools
import os
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from . import custom_domains
from .asgi import Application, Receive, Scope, Send
from .client_certificate import described
from .request import MUTUAL_TLS


class Listener:
    """Takes connections with a client certificate that the domain's truststore verifies, for ``application``."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int | None:
        """Its port on this machine; ``None`` if no domain needs one."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else None

    async def start(self) -> None:
        """Listens, unless it does already."""
        if self._server is None:
            context = _context()
            context.sni_callback = _choose
            host = os.environ.get("BIND_HOST", "127.0.0.1")
            self._server = await asyncio.start_server(self._serve, host, 0, ssl=context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("ssl_object")
        extension = {
            "server_name": connection.context.server_name,
            "client_certificate": described(connection.getpeercert(binary_form=True)),
        }

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":  # HTTP APIs have no WebSockets
                scope["extensions"][MUTUAL_TLS] = extension
                await self._application(scope, receive, send)

        config, loop = Config(), asyncio.get_running_loop()
        await TCPServer(ASGIWrapper(application), loop, config, WorkerContext(None), {}, reader, writer)


class _DomainContext(ssl.SSLContext):
    server_name = ""


def _context(kind: type[ssl.SSLContext] = ssl.SSLContext) -> ssl.SSLContext:
    context = kind(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.options |= ssl.OP_NO_TICKET  # each connection proves who it is: none is resumed
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    return context


def _choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> int | None:
    """The certificates of the domain that the client names; others are refused."""
    domain = custom_domains.find(name.lower()) if name else None
    if name is None or domain is None or domain.truststore is None:
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    connection.context = _domain_context(name.lower(), domain.truststore)
    return None


@functools.lru_cache(maxsize=64)
def _domain_context(name: str, truststore: str) -> ssl.SSLContext:
    context = _context(_DomainContext)
    context.server_name = name  # type: ignore[attr-defined]
    context.load_verify_locations(cadata=truststore)
    with tempfile.NamedTemporaryFile() as file:
        file.write(_certificate(name))
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _certificate(name: str) -> bytes:
    """A key and a certificate for it, which nobody has signed but itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "kms-jwt emulator")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
