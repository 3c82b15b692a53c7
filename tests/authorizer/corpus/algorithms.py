"""Attacks by way of ``alg``."""

import hmac
import json
from collections.abc import Iterator

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.denial import Reason
from testkit.encoding import base64url, compact_json
from testkit.signers import ALGORITHMS, Signer
from testkit.tokens import ABSENT, header, signing_input, token

from .case import MARKER, Case, Keys, case, claims, group, headed


@group("alg: none", at_least=30)
def none(keys: Keys) -> Iterator[Case]:
    """CVE-2015-9235 and its many spellings."""
    good_signature = headed(keys).rpartition(".")[2]
    for alg in ("none", "None", "NONE", "nOnE", "none ", " none", "non\u0435", "", "null", "false", "0", "none\0"):
        unsigned = signing_input(header(keys.key, alg=alg), claims())
        for name, signature in [
            ("", ""),
            (" with a signature", good_signature),
            (" with junk", base64url(alg.encode())),
        ]:
            yield case(f"{alg!r}{name}", Reason.WRONG_ALGORITHM, f"{unsigned}.{signature}")
    unsigned = signing_input({"alg": "none", "typ": "JWT"}, claims())
    yield case("without kid", Reason.UNKNOWN_KEY, f"{unsigned}.")
    yield case("without the last dot", Reason.MALFORMED_TOKEN, unsigned)


@group("alg: not text", at_least=8)
def not_text(keys: Keys) -> Iterator[Case]:
    """Whoever looks algorithms up in a table by it may crash, or find one."""
    for alg in (ABSENT, None, [keys.alg], {keys.alg: 1}, [], 256, True, 1.5):
        name = "absent" if alg is ABSENT else json.dumps(alg)
        yield case(name, Reason.MALFORMED_TOKEN, headed(keys, alg=alg))


@group("alg: HMAC with the public key", at_least=12)
def hmac_with_public_key(keys: Keys) -> Iterator[Case]:
    """CVE-2016-10555, CVE-2022-29217, CVE-2024-33663, CVE-2024-37568, CVE-2026-48526: what everybody knows as a secret."""
    unsigned = signing_input(header(keys.key, alg="HS256"), claims())
    for name, secret in _public_forms(keys.key):
        tag = base64url(hmac.digest(secret, unsigned.encode(), "sha256"))
        yield case(f"{name}, HS256", Reason.WRONG_ALGORITHM, f"{unsigned}.{tag}")
    pem = dict(_public_forms(keys.key))["PEM"]
    for alg, digest in (("HS384", "sha384"), ("HS512", "sha512"), ("hs256", "sha256")):
        unsigned = signing_input(header(keys.key, alg=alg), claims())
        tag = base64url(hmac.digest(pem, unsigned.encode(), digest))
        yield case(f"PEM, {alg}", Reason.WRONG_ALGORITHM, f"{unsigned}.{tag}")
    unsigned = signing_input(header(keys.key), claims())
    tag = base64url(hmac.digest(pem, unsigned.encode(), "sha512"))
    yield case("PEM, under the key's own alg", Reason.BAD_SIGNATURE, f"{unsigned}.{tag}")


@group("alg: another one", at_least=20)
def another(keys: Keys) -> Iterator[Case]:
    """What the header says must be what the key is for, even where the signature would hold."""
    strange = ("ES521", "Ed25519", "Ed448", "RS1", "PS1", "HS256", "ML-DSA", "RSA1_5", "A256GCM", "dir", f"{MARKER}")
    for alg in (*ALGORITHMS, *strange):
        if alg != keys.alg:
            yield case(alg, Reason.WRONG_ALGORITHM, headed(keys, alg=alg))


@group("alg: nearly right", at_least=8)
def nearly_right(keys: Keys) -> Iterator[Case]:
    """``alg`` is compared exactly (RFC 7515 section 4.1.1)."""
    alg = keys.alg
    for other in {alg.lower(), alg.upper(), alg.swapcase(), f"{alg} ", f" {alg}", f"{alg}\0", f"{alg}\n", alg[:-1]} - {
        alg
    }:
        yield case(repr(other), Reason.WRONG_ALGORITHM, headed(keys, alg=other))
    for other in (f"{alg},none", f"{alg}/none", alg * 2, alg.replace("S", "\u0405").replace("D", "\uff24")):
        yield case(repr(other), Reason.WRONG_ALGORITHM, headed(keys, alg=other))


@group("alg: twice", at_least=6)
def twice(keys: Keys) -> Iterator[Case]:
    """Which one counts depends on the reader, so none does."""
    kid, alg = keys.key.kid, keys.alg
    for name, members in {
        "none last": f'"alg":"{alg}","kid":"{kid}","alg":"none"',
        "none first": f'"alg":"none","kid":"{kid}","alg":"{alg}"',
        "HS256 first": f'"alg":"HS256","kid":"{kid}","alg":"{alg}"',
        "the same": f'"alg":"{alg}","kid":"{kid}","alg":"{alg}"',
        "escaped": f'"\\u0061lg":"none","kid":"{kid}","alg":"{alg}"',
        "null first": f'"alg":null,"kid":"{kid}","alg":"{alg}"',
    }.items():
        yield case(name, Reason.MALFORMED_TOKEN, token(keys.key, claims(), f'{{"typ":"JWT",{members}}}'.encode()))


def _public_forms(signer: Signer) -> Iterator[tuple[str, bytes]]:
    """The public key in every form in which it lies around."""
    public_key = signer.private_key.public_key()
    spki = PublicFormat.SubjectPublicKeyInfo
    pem, der = public_key.public_bytes(Encoding.PEM, spki), public_key.public_bytes(Encoding.DER, spki)
    yield "PEM", pem
    yield "PEM without the last line end", pem.rstrip(b"\n")
    yield "PEM with other line ends", pem.replace(b"\n", b"\r\n")
    yield "DER", der
    yield "DER in base64url", base64url(der).encode()
    yield "JWK", json.dumps(signer.jwk).encode()
    yield "JWK, compact", compact_json(signer.jwk)
    yield "JWKS, compact", compact_json({"keys": [signer.jwk]})
    yield "kid", signer.kid.encode()
    yield "nothing", b""
    if signer.alg.startswith("ES"):
        yield "point", public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        yield "point, compressed", public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        yield "x", str(signer.jwk["x"]).encode()
    elif signer.alg[:2] in ("RS", "PS"):
        yield "PKCS #1 PEM", public_key.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
        yield "PKCS #1 DER", public_key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        yield "n", str(signer.jwk["n"]).encode()
    else:
        yield "raw", public_key.public_bytes_raw()
    if signer.alg != "ES256K" and not signer.alg.startswith("ML-DSA"):
        yield "SSH", public_key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


GROUPS = (none, not_text, hmac_with_public_key, another, nearly_right, twice)
