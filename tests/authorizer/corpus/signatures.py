"""Attacks on the signature."""

from collections.abc import Iterator
from hashlib import sha512

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from authorizer.denial import Reason
from testkit.encoding import base64url, compact_json, from_base64url
from testkit.signers import CURVES, HASHES, ORDERS, Signer, raw_ecdsa
from testkit.tokens import header, sign, signing_input, token

from .case import Case, Keys, case, claims, group

BAD = Reason.BAD_SIGNATURE
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")


def _parts(keys: Keys, **changes: object) -> tuple[str, bytes]:
    """What a good token's signature is over, and the signature."""
    unsigned, _, signature = token(keys.key, claims(**changes)).rpartition(".")
    return unsigned, from_base64url(signature)


@group("signature: empty or short", at_least=10)
def empty_or_short(keys: Keys) -> Iterator[Case]:
    """Of any length but the right one."""
    unsigned, good = _parts(keys)
    half = good[: len(good) // 2]
    for name, signature in {
        "empty": b"",
        "one octet": b"\0",
        "one short": good[:-1],
        "one short at the front": good[1:],
        "a zero more": good + b"\0",
        "a zero more at the front": b"\0" + good,
        "half": half,
        "half, padded": half + bytes(len(good) - len(half)),
        "and a half": good + half,
        "of zeros": bytes(len(good)),
        "of ones": b"\xff" * len(good),
    }.items():
        yield case(name, BAD, f"{unsigned}.{base64url(signature)}")


@group("signature: zeros dropped or added", at_least=4, algorithms=(*CURVES, *RSA))
def zeros(keys: Keys) -> Iterator[Case]:
    """As a number it is the same signature; as octets it has one length (RFC 7518 section 3.4, RFC 8017 section 8.1.2)."""
    half = keys.key.coordinate_size if keys.alg in CURVES else 0
    unsigned, good = next(parts for number in range(10_000) if (parts := _parts(keys, jti=str(number)))[1][half] == 0)
    for name, signature in {
        "dropped": good[:half] + good[half + 1 :],
        "dropped, and one behind": good[:half] + good[half + 1 :] + b"\0",
        "added": good[:half] + b"\0" + good[half:],
        "eight added": good[:half] + bytes(8) + good[half:],
        "added at both ends": b"\0" + good + b"\0",
    }.items():
        yield case(name, BAD, f"{unsigned}.{base64url(signature)}")


@group("signature: bits flipped", at_least=40)
def bits_flipped(keys: Keys) -> Iterator[Case]:
    """Anywhere: the ends, and evenly spread between them; and in what is signed."""
    unsigned, good = _parts(keys)
    bits = len(good) * 8
    for bit in sorted({0, 1, 7, 8, bits - 1, bits - 2, bits - 8, bits // 2, *range(0, bits, bits // 30)}):
        flipped = (int.from_bytes(good) ^ 1 << bit).to_bytes(len(good))
        yield case(f"bit {bit}", BAD, f"{unsigned}.{base64url(flipped)}")
    head, _, payload = unsigned.partition(".")
    text = from_base64url(payload)
    for index in range(0, len(text), len(text) // 10):
        changed = text[:index] + bytes([text[index] ^ 1]) + text[index + 1 :]
        yield case(f"octet {index} of the payload", BAD, f"{head}.{base64url(changed)}.{base64url(good)}")


@group("signature: r and s out of range", at_least=18, algorithms=CURVES)
def out_of_range(keys: Keys) -> Iterator[Case]:
    """CVE-2022-21449: zeros satisfy the equation unless a verifier checks for them."""
    unsigned, good = _parts(keys)
    size, order = keys.key.coordinate_size, ORDERS[keys.alg]
    r, s = int.from_bytes(good[:size]), int.from_bytes(good[size:])
    odd = {"0": 0, "1": 1, "n": order, "n + 1": order + 1, "n + r": order + r, "n + s": order + s, "max": 256**size - 1}
    for name, number in odd.items():
        if number < 256**size:
            for pair, left, right in (
                (f"r = {name}", number, s),
                (f"s = {name}", r, number),
                (f"both {name}", number, number),
            ):
                yield case(pair, BAD, f"{unsigned}.{base64url(left.to_bytes(size) + right.to_bytes(size))}")
    yield case("r and s exchanged", BAD, f"{unsigned}.{base64url(good[size:] + good[:size])}")
    yield case("r and n - r", BAD, f"{unsigned}.{base64url(good[:size] + (order - r).to_bytes(size))}")
    yield case("n - r and s", BAD, f"{unsigned}.{base64url((order - r).to_bytes(size) + good[size:])}")


@group("signature: DER", at_least=5, algorithms=CURVES)
def der(keys: Keys) -> Iterator[Case]:
    """What KMS and OpenSSL return, and JOSE does not have (RFC 7518 section 3.4)."""
    unsigned, good = _parts(keys)
    size = keys.key.coordinate_size
    r, s = int.from_bytes(good[:size]), int.from_bytes(good[size:])
    encoded = encode_dss_signature(r, s)
    for name, signature in {
        "as it is": encoded,
        "padded to the raw size": encoded.ljust(2 * size, b"\0"),
        "cut to the raw size": encoded[: 2 * size],
        "of ones, padded": encode_dss_signature(1, 1).ljust(2 * size, b"\0"),
        "of zeros": encode_dss_signature(0, 0),
        "wider halves": r.to_bytes(size + 1) + s.to_bytes(size + 1),
        "narrower halves": good[1:size] + good[size + 1 :],
        "little endian": good[:size][::-1] + good[size:][::-1],
    }.items():
        yield case(name, BAD, f"{unsigned}.{base64url(signature)}")


@group("signature: transplanted", at_least=8)
def transplanted(keys: Keys) -> Iterator[Case]:
    """Parts of good tokens, put together anew."""
    first, second = token(keys.key, claims()), token(keys.key, claims(sub="administrator"))
    third = token(keys.key, claims(), header(keys.key, typ="at+jwt"))
    (head, payload, signature), (_, other_payload, other_signature) = first.split("."), second.split(".")
    other_head = third.split(".")[0]
    for name, parts in {
        "another payload": (head, other_payload, signature),
        "another signature": (head, payload, other_signature),
        "another header": (other_head, payload, signature),
        "the second key's signature": (head, payload, token(keys.second, claims()).split(".")[2]),
        "the header as payload": (head, head, signature),
        "the payload as signature": (head, payload, payload),
        "no payload": (head, "", signature),
        "all claims of somebody else": (head, base64url(compact_json(claims(sub="root", scope="admin"))), signature),
    }.items():
        yield case(name, BAD, ".".join(parts))


@group("signature: over something else", at_least=8)
def over_something_else(keys: Keys) -> Iterator[Case]:
    """The signature is good, but of other octets (RFC 7515 section 5.1)."""
    unsigned, _ = _parts(keys)
    head, _, payload = unsigned.partition(".")
    for name, message in {
        "the payload": payload,
        "the header": head,
        "a dot more": unsigned + ".",
        "no dot": head + payload,
        "the other way round": f"{payload}.{head}",
        "in capitals": unsigned.upper(),
        "a line end more": unsigned + "\n",
        "nothing": "",
    }.items():
        yield case(name, BAD, f"{unsigned}.{base64url(keys.key.sign(message.encode()))}")
    decoded = from_base64url(head) + b"." + from_base64url(payload)
    yield case("decoded", BAD, f"{unsigned}.{base64url(keys.key.sign(decoded))}")
    digest = sha512(unsigned.encode()).digest()
    yield case("a digest", BAD, f"{unsigned}.{base64url(keys.key.sign(digest))}")


@group("signature: another hash or padding", at_least=3, algorithms=(*CURVES, *RSA))
def another_scheme(keys: Keys) -> Iterator[Case]:
    """The right key, used for what its algorithm is not: RS and PS on one RSA key, another hash, another salt."""
    unsigned = signing_input(header(keys.key), claims())
    for name, signature in _other_signatures(keys.key, unsigned.encode()):
        yield case(name, BAD, f"{unsigned}.{base64url(signature)}")


def _other_signatures(key: Signer, message: bytes) -> Iterator[tuple[str, bytes]]:
    right = HASHES[key.alg]
    others = [h for h in (hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()) if h.name != right.name]
    if key.alg in CURVES:
        for other in others:
            yield other.name, raw_ecdsa(key.private_key.sign(message, ec.ECDSA(other)), key.coordinate_size)
        return
    for other in others:
        yield f"PKCS #1 v1.5, {other.name}", key.private_key.sign(message, padding.PKCS1v15(), other)
        pss = padding.PSS(padding.MGF1(other), other.digest_size)
        yield f"PSS, {other.name}", key.private_key.sign(message, pss, other)
    if key.alg.startswith("PS"):
        yield "PKCS #1 v1.5", key.private_key.sign(message, padding.PKCS1v15(), right)
    for salt in {0, 20, right.digest_size - 1, right.digest_size + 1} | (
        {right.digest_size} if key.alg[0] == "R" else set()
    ):
        pss = padding.PSS(padding.MGF1(right), salt)
        yield f"PSS, salt of {salt}", key.private_key.sign(message, pss, right)
    pss = padding.PSS(padding.MGF1(others[0]), right.digest_size)
    yield f"PSS, MGF1 with {others[0].name}", key.private_key.sign(message, pss, right)


@group("signature: a second spelling", at_least=3, algorithms=(*RSA, "EdDSA"))
def second_spelling(keys: Keys) -> Iterator[Case]:
    """Numbers out of range that are equal modulo the order, or the modulus."""
    unsigned, good = _parts(keys)
    if keys.alg == "EdDSA":
        s = int.from_bytes(good[32:], "little")
        for factor in (1, 2, 7):
            twin = good[:32] + (s + factor * ED25519_ORDER).to_bytes(32, "little")
            yield case(f"s + {factor} L", BAD, f"{unsigned}.{base64url(twin)}")
        negative = good[:32] + (ED25519_ORDER - s).to_bytes(32, "little")
        yield case("L - s", BAD, f"{unsigned}.{base64url(negative)}")
        return
    modulus, number = keys.key.private_key.public_key().public_numbers().n, int.from_bytes(good)
    for name, other in {"s + n": number + modulus, "n - s": modulus - number, "n": modulus, "1": 1}.items():
        yield case(name, BAD, f"{unsigned}.{base64url(other.to_bytes(257))}")
        if other < 256**256:
            yield case(f"{name}, as wide as n", BAD, f"{unsigned}.{base64url(other.to_bytes(256))}")


@group("signature: ML-DSA context", at_least=3, algorithms=("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"))
def ml_dsa_context(keys: Keys) -> Iterator[Case]:
    """RFC 9964 leaves FIPS 204's context empty: a signature made for another purpose is none here."""
    unsigned = signing_input(header(keys.key), claims())
    for context in (b"\0", b"JWT", b"x" * 255):
        signature = keys.key.private_key.sign(unsigned.encode(), context)
        yield case(f"{len(context)} octets", BAD, f"{unsigned}.{base64url(signature)}")


@group("signature: the twin (r, n - s), let in", at_least=1, algorithms=CURVES)
def twin(keys: Keys) -> Iterator[Case]:
    """It holds, as ECDSA has it. No harm to us; docs/security.md says what nobody may build on."""
    unsigned, good = _parts(keys)
    size = keys.key.coordinate_size
    other = (ORDERS[keys.alg] - int.from_bytes(good[size:])).to_bytes(size)
    yield case("twin", None, f"{unsigned}.{base64url(good[:size] + other)}")


@group("signature: several on one payload", at_least=2)
def several(keys: Keys) -> Iterator[Case]:
    """Two signatures in a row are no signature, whichever is good."""
    unsigned, good = _parts(keys)
    other = from_base64url(sign(keys.second, unsigned).rpartition(".")[2])
    yield case("good first", BAD, f"{unsigned}.{base64url(good + other)}")
    yield case("good last", BAD, f"{unsigned}.{base64url(other + good)}")


GROUPS = (
    *(empty_or_short, zeros, bits_flipped, out_of_range, der, transplanted, over_something_else, another_scheme),
    *(second_spelling, ml_dsa_context, twin, several),
)
