"""Attacks on the form of a token: parts, base64url, and what else might be in its place."""

import json
import zlib
from collections.abc import Callable, Iterator

from authorizer.denial import Reason
from testkit.encoding import base64url, compact_json
from testkit.tokens import header, sign, token

from .case import LIMIT, MARKER, Case, Keys, case, claims, group, headed

MALFORMED = Reason.MALFORMED_TOKEN


@group("parts: not three", at_least=14)
def not_three(keys: Keys) -> Iterator[Case]:
    """CVE-2025-30204 for the dots; a JWE has five parts."""
    good = token(keys.key, claims())
    head, payload, signature = good.split(".")
    for name, text in {
        "one": head,
        "two": f"{head}.{payload}",
        "two, the last ones": f"{payload}.{signature}",
        "a dot more": f"{good}.",
        "a dot more at the front": f".{good}",
        "four": f"{good}.{signature}",
        "an empty one in the middle": f"{head}..{payload}.{signature}",
        "five": f"{head}.{payload}.{signature}.e30.e30",
        "a dot": ".",
        "two dots": "..",
        "three dots": "...",
        "1000 dots": "." * 1000,
        "8000 dots": "." * 8000,
        "no header": f".{payload}.{signature}",
        "the token twice": f"{head}.{payload}.{signature}.{head[:20]}.{payload[:20]}.{signature[:20]}",
        "another separator": good.replace(".", ","),
    }.items():
        yield case(name, MALFORMED, text)


@group("size", at_least=6)
def size(keys: Keys) -> Iterator[Case]:
    """Bounded before anything is decoded (CVE-2025-65015: and what is too large is not quoted)."""
    fits = _largest(keys)
    yield case("the largest that fits", None, fits)
    yield case("signed, a little more", Reason.TOKEN_TOO_LARGE, token(keys.key, claims(filler="x" * LIMIT)))
    yield case("dots", Reason.TOKEN_TOO_LARGE, "." * (LIMIT + 1))
    yield case("letters", Reason.TOKEN_TOO_LARGE, "A" * (LIMIT + 1))
    yield case("letters that are not ASCII", Reason.TOKEN_TOO_LARGE, "\u00e9" * (LIMIT + 1))
    yield case("as much as fits in front of a token", Reason.TOKEN_TOO_LARGE, "A" * LIMIT + fits)
    yield case("a header of 100 kB", Reason.TOKEN_TOO_LARGE, headed(keys, filler="x" * 100_000))
    yield case("brackets", Reason.TOKEN_TOO_LARGE, f"{base64url(b'[' * LIMIT)}.e30.AA")


def _largest(keys: Keys) -> str:
    def filled(length: int) -> str:
        return token(keys.key, claims(filler="x" * length))

    length = (LIMIT - len(filled(0))) * 3 // 4
    return next(good for good in map(filled, range(length, 0, -1)) if len(good) <= LIMIT)


@group("base64url: padding", at_least=9)
def padding(keys: Keys) -> Iterator[Case]:
    """RFC 7515 section 2: there is none, not even where it would be right."""
    for name, part, good in _segments(keys):
        yield case(f"as it would be, {name}", MALFORMED, good(part + "=" * (-len(part) % 4 or 4)))
        yield case(f"one, {name}", MALFORMED, good(part + "="))
        yield case(f"within, {name}", MALFORMED, good(part[:4] + "=" + part[4:]))
        yield case(f"at the front, {name}", MALFORMED, good("==" + part))


@group("base64url: white space", at_least=20)
def white_space(keys: Keys) -> Iterator[Case]:
    """Lenient decoders skip it, and one token has many spellings."""
    for name, part, good in _segments(keys):
        for space in (" ", "\t", "\n", "\r\n", "\x0b", "\u00a0"):
            yield case(f"{space!r} within, {name}", MALFORMED, good(part[:8] + space + part[8:]))
            yield case(f"{space!r} at the end, {name}", MALFORMED, good(part + space))


@group("base64url: another alphabet, or junk", at_least=30)
def junk(keys: Keys) -> Iterator[Case]:
    """GHSA-hxm8-2xgr-2p9m: what the decoder drops, the signature does not cover."""
    for name, part, good in _segments(keys):
        for text in ("+", "/", "!", "*", "~", "%3D", '"', "\\", "\0", "\x7f", "\u00e9", "\u0430", "\ud83d\udd11"):
            yield case(f"{text!r} within, {name}", MALFORMED, good(part[:8] + text + part[8:]))
        yield case(f"'!' at the end, {name}", MALFORMED, good(part + "!"))
        yield case(f"the standard alphabet, {name}", MALFORMED, good(_standard_alphabet(part)))


@group("base64url: trailing bits", at_least=1)
def trailing_bits(keys: Keys) -> Iterator[Case]:
    """Bits of the last character that no octet takes, set nonetheless (RFC 4648 section 3.5)."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for length in (0, 1, 2):
        filled = token(keys.key, claims(filler="x" * length))
        for name, part, good in _segments(keys, filled):
            if len(part) % 4:
                for bit in (1, 2, 4, 8) if len(part) % 4 == 2 else (1, 2):
                    last = alphabet[alphabet.index(part[-1]) | bit]
                    yield case(f"{bit}, {name}, filled by {length}", MALFORMED, good(part[:-1] + last))
                yield case(
                    f"a letter short, {name}, filled by {length}", MALFORMED, good(part + "AAA"[: 5 - len(part) % 4])
                )


@group("form: JWE, JSON serialization, nested", at_least=10)
def other_forms(keys: Keys) -> Iterator[Case]:
    """What JOSE has besides, and this is not."""
    good = token(keys.key, claims())
    head, payload, signature = good.split(".")
    flattened = {"protected": head, "payload": payload, "signature": signature}
    general = {"payload": payload, "signatures": [{"protected": head, "signature": signature}]}
    yield case("flattened JSON", MALFORMED, json.dumps(flattened))
    yield case("general JSON", MALFORMED, json.dumps(general))
    yield case("flattened JSON in base64url", MALFORMED, base64url(compact_json(flattened)))
    jwe = base64url(compact_json({"alg": "dir", "enc": "A256GCM", "kid": keys.key.kid}))
    yield case("JWE", MALFORMED, f"{jwe}..AAAAAAAAAAAAAAAA.{payload}.AAAAAAAAAAAAAAAAAAAAAA")
    yield case("JWE, zipped", MALFORMED, f"{jwe}..AAAA.{base64url(zlib.compress(bytes(100_000)))}.AAAA")
    yield case("JWE's header", Reason.FORBIDDEN_HEADER, headed(keys, enc="A256GCM"))
    yield case("compressed", Reason.FORBIDDEN_HEADER, _over(keys, zlib.compress(compact_json(claims())), zip="DEF"))
    yield case("compressed, unsaid", MALFORMED, _over(keys, zlib.compress(compact_json(claims()))))
    for cty in ("JWT", "jwt", "json", "", None):
        yield case(f"cty {cty!r}", Reason.FORBIDDEN_HEADER, headed(keys, cty=cty))
    yield case("nested", Reason.FORBIDDEN_HEADER, _over(keys, good.encode()[:600], cty="JWT"))
    yield case("nested, unsaid", MALFORMED, _over(keys, good.encode()[:600]))
    yield case("hexadecimal", MALFORMED, ".".join(part[:600].encode().hex() for part in good.split(".")))
    yield case("percent-encoded", MALFORMED, good.replace(".", "%2E").replace("-", "%2D"))
    yield case("quoted", MALFORMED, f'"{good}"')
    yield case("detached", Reason.BAD_SIGNATURE, f"{head}..{signature}")
    yield case("detached, well signed", MALFORMED, sign(keys.key, f"{head}."))


def _over(keys: Keys, payload: bytes, **changes: object) -> str:
    return token(keys.key, payload, header(keys.key, **changes))


def _segments(keys: Keys, good: str | None = None) -> Iterator[tuple[str, str, Callable[[str], str]]]:
    """Each segment of a good token, with what puts another in its place; where it can, the signature still holds."""
    head, payload, signature = (good or token(keys.key, claims(note=f"{MARKER}?~?~>~"))).split(".")
    yield (
        "header",
        head,
        lambda other: sign(keys.key, f"{other}.{payload}") if other.isascii() else f"{other}.{payload}.AA",
    )
    yield (
        "payload",
        payload,
        lambda other: sign(keys.key, f"{head}.{other}") if other.isascii() else f"{head}.{other}.AA",
    )
    yield "signature", signature, lambda other: f"{head}.{payload}.{other}"


def _standard_alphabet(part: str) -> str:
    translated = part.replace("-", "+").replace("_", "/")
    return translated if translated != part else "+" + part[1:]


GROUPS = (not_three, size, padding, white_space, junk, trailing_bits, other_forms)
