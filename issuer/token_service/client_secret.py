"""Authentication with a secret: ``client_secret_basic`` and ``client_secret_post`` (RFC 6749 section 2.3.1).

A secret is random and long, so that its plain SHA-256 does not reveal it, and no slow hash is needed.
"""

from base64 import b64decode
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .clients import MAX_SECRETS, Client
from .config import Config
from .refusal import Reason, Refused
from .request import TokenRequest

_NO_HASH = bytes(32)
"""Compared in place of a hash that the client does not have; no secret is known that has it."""


class _Shown(NamedTuple):
    """An id, and what the secret may be."""

    client_id: str
    secrets: tuple[bytes, bytes]


def shows_secret(request: TokenRequest) -> bool:
    """Whether the client authenticates with a secret, or with nothing but an ``Authorization`` header of another kind."""
    return request.authorization is not None or "client_secret" in request.form


class ClientSecrets:
    """Authenticates the clients of ``config`` that have a secret."""

    def __init__(self, config: Config) -> None:
        self._clients = config.clients

    def authenticate(self, request: TokenRequest, now: float) -> Client:
        """The client whose id and secret the request shows. Raises ``Refused``.

        Whatever the id, the same hashes are computed and as many are compared: how long it takes tells nobody which ids exist.
        """
        shown = _shown(request)
        client = self._clients.get(shown.client_id)
        hashes = client.secret_hashes if client is not None else ()
        padded = (*hashes, *[_NO_HASH] * (MAX_SECRETS - len(hashes)))
        digests = [sha256(secret).digest() for secret in shown.secrets]
        matches = [compare_digest(digest, known) for digest in digests for known in padded]
        if client is None:
            raise Refused(Reason.UNKNOWN_CLIENT)
        if not hashes:
            raise Refused(Reason.WRONG_CLIENT_METHOD, client.client_id)
        if not any(matches):
            raise Refused(Reason.WRONG_SECRET, client.client_id)
        return client


def _shown(request: TokenRequest) -> _Shown:
    form_secret = request.form.get("client_secret")
    if request.authorization is None:
        secret = (form_secret or "").encode()
        return _Shown(request.form.get("client_id", ""), (secret, secret))
    if form_secret is not None:
        raise Refused(Reason.SEVERAL_METHODS)
    return _basic(request.authorization)


def _basic(authorization: str) -> _Shown:
    """Id and secret of the header ``authorization``, the secret form-decoded and as it is.

    RFC 6749 section 2.3.1 has them form-encoded, and about half of the clients do not encode them. An id of the configuration
    never has a character that decoding would change.
    """
    scheme, _, credentials = authorization.partition(" ")
    try:
        octets = b64decode(credentials.strip(" "), validate=True)
    except ValueError:
        octets = b""
    client_id, colon, secret = octets.partition(b":")
    if scheme.lower() != "basic" or not colon or not secret:
        raise Refused(Reason.MALFORMED_AUTHORIZATION)
    name = unquote_to_bytes(client_id).decode("ascii", "replace")
    return _Shown(name, (_form_decoded(secret), _as_utf_8(secret)))


def _form_decoded(octets: bytes) -> bytes:
    return unquote_to_bytes(octets.replace(b"+", b" "))


def _as_utf_8(octets: bytes) -> bytes:
    """``octets`` in UTF-8; clients that do not know RFC 7617's charset (requests is one) send Latin-1."""
    try:
        octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1").encode()
    return octets
