"""The verifications to compare with: the bare signature check, and those of other libraries."""

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import import_key

from testkit.encoding import from_base64url
from testkit.signers import CURVES, HASHES, Signer
from testkit.tokens import AUDIENCE, ISSUER

from .environment import go_program
from .turns import Action

Check = Callable[[int], object]


def bare(signer: Signer, tokens: Sequence[str]) -> Check:
    """``public_key.verify`` of ``cryptography`` on prepared inputs: the lower bound for all its users."""
    verify = signer.private_key.public_key().verify
    calls = [_arguments(signer, *token.rpartition(".")[::2]) for token in tokens]
    return lambda turn: verify(*calls[turn])


def _arguments(signer: Signer, signing_input: str, segment: str) -> tuple[Any, ...]:
    signature, message, alg = from_base64url(segment), signing_input.encode(), signer.alg
    if alg in CURVES:
        half = len(signature) // 2
        der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
        return der, message, ec.ECDSA(HASHES[alg])
    if alg.startswith("RS"):
        return signature, message, padding.PKCS1v15(), HASHES[alg]
    if alg.startswith("PS"):
        return signature, message, padding.PSS(padding.MGF1(HASHES[alg]), HASHES[alg].digest_size), HASHES[alg]
    return signature, message


def pyjwt(signer: Signer, tokens: Sequence[str]) -> Check:
    """``jwt.decode`` with the key object, and with the claims that all sides check."""
    key, algorithms = signer.private_key.public_key(), [signer.alg]
    require = {"require": ["exp", "iat", "sub"]}
    return lambda turn: jwt.decode(
        tokens[turn],
        key,
        algorithms=algorithms,
        audience=AUDIENCE,
        issuer=ISSUER,
        options=require,  # type: ignore[arg-type] # a part of PyJWT's options
    )


def joserfc(signer: Signer, tokens: Sequence[str]) -> Check:
    """joserfc's ``decode`` and its claims registry."""
    key, algorithms = import_key(dict(signer.jwk)), [signer.alg]  # type: ignore[arg-type] # a JWK
    registry = joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        sub={"essential": True},
    )
    return lambda turn: registry.validate(joserfc_jwt.decode(tokens[turn], key, algorithms=algorithms).claims)


class GolangJwt:
    """golang-jwt in a separate process, which measures its own time. Raises ``MissingError`` without Go."""

    def __init__(self, tokens: Iterable[tuple[Signer, Sequence[str]]]) -> None:
        self._process = subprocess.Popen(
            [go_program("warm")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        materials = {signer.alg: {"pem": _pem(signer), "tokens": list(texts)} for signer, texts in tokens}
        self._write(json.dumps(materials))

    def check(self, alg: str) -> Action:
        """Verifies one token per turn."""

        def action(turn: int) -> float:
            self._write(f"{alg} {turn}")
            assert self._process.stdout is not None  # noqa: S101 - it is a pipe
            return int(self._process.stdout.readline()) / 1000

        return action

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def _pem(signer: Signer) -> str:
    public_key = signer.private_key.public_key()
    pem: bytes = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
