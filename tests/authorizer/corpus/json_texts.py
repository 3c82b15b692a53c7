"""Attacks by way of JSON, in the header and in the claims."""

import json
from collections.abc import Callable, Iterator

from authorizer.denial import Reason
from testkit.encoding import compact_json
from testkit.tokens import header, token

from .case import MARKER, Case, Keys, case, claims, group

MALFORMED = Reason.MALFORMED_TOKEN


def _everywhere(keys: Keys) -> Iterator[tuple[str, dict[str, object], Callable[[bytes], str]]]:
    """Header and claims: their members, and what makes a well signed token of other octets for them."""
    yield "header", header(keys.key), lambda octets: token(keys.key, claims(), octets)
    yield "claims", claims(), lambda octets: token(keys.key, octets)


@group("JSON: not an object", at_least=20)
def not_an_object(keys: Keys) -> Iterator[Case]:
    """Nothing but an object has members."""
    for place, _, build in _everywhere(keys):
        for octets in (
            b"",
            b" ",
            b"[]",
            b"[{}]",
            b'""',
            f'"{MARKER}"'.encode(),
            b"1",
            b"-0",
            b"null",
            b"true",
            b"false",
        ):
            yield case(f"{octets!r}, {place}", MALFORMED, build(octets))


@group("JSON: not JSON", at_least=40)
def not_json(keys: Keys) -> Iterator[Case]:
    """What Python's reader, or another's, takes for JSON though RFC 8259 does not."""
    for place, members, build in _everywhere(keys):
        good = compact_json(members)
        inside = good[:-1]
        for name, octets in {
            "NaN": inside + b',"x":NaN}',
            "Infinity": inside + b',"x":Infinity}',
            "-Infinity": inside + b',"x":-Infinity}',
            "1e999": inside + b',"x":1e999}',
            "-1e999": inside + b',"x":[-1e999]}',
            "1.8e308": inside + b',"x":1.8e308}',
            "a comma more": inside + b",}",
            "a comma at the front": b"{," + good[1:],
            "single quotes": good.replace(b'"', b"'"),
            "a comment": inside + b"/* */}",
            "a line comment": b"//\n" + good,
            "something behind": good + b"x",
            "an object behind": good + good,
            "a zero octet behind": good + b"\0",
            "cut off": inside,
            "a line end in text": inside + b',"x":"\n"}',
            "a zero octet in text": inside + b',"x":"\0"}',
            "an odd escape": inside + rb',"x":"\x41"}',
            "half an escape": inside + rb',"x":"\u00"}',
            "a leading zero": inside + b',"x":01}',
            "a plus sign": inside + b',"x":+1}',
            "hexadecimal": inside + b',"x":0x1}',
            "underscores": inside + b',"x":1_000}',
            "no quotes": inside + b",x:1}",
            "other digits": inside + ',"x":\u0661}'.encode(),
            "Python's words": inside + b',"x":None}',
        }.items():
            yield case(f"{name}, {place}", MALFORMED, build(octets))
    if not keys.alg.startswith("ML-DSA"):
        for place, members, build in _everywhere(keys):
            digits = compact_json(members)[:-1] + b',"x":' + b"9" * 4400 + b"}"
            yield case(f"4400 digits, {place}", MALFORMED, build(digits))


@group("JSON: deeply nested", at_least=16)
def deep(keys: Keys) -> Iterator[Case]:
    """A recursive reader runs out of stack, before the signature is checked."""
    for place, members, build in _everywhere(keys):
        inside = compact_json(members)[:-1]
        for levels in (16, 17, 100, 400):
            lists = inside + b',"x":' + b"[" * levels + b"]" * levels + b"}"
            yield case(f"{levels} lists, {place}", MALFORMED, build(lists))
        objects = inside + b',"x":' + b'{"x":' * 60 + b"1" + b"}" * 61
        yield case(f"60 objects, {place}", MALFORMED, build(objects))
        yield case(f"lists without an end, {place}", MALFORMED, build(b"[" * 900))
        yield case(f"objects without an end, {place}", MALFORMED, build(b'{"x":' * 180))
        yield case(f"behind text, {place}", MALFORMED, build(inside + b',"\\"]":' + b"[" * 500))


@group("JSON: a member twice", at_least=14)
def member_twice(keys: Keys) -> Iterator[Case]:
    """The signer's reader and ours may differ in which they take (RFC 7515 section 4, RFC 8725 section 2.4)."""
    for place, members, build in _everywhere(keys):
        good = compact_json(members)
        for name in members:
            value = json.dumps(members[name]).encode()
            yield case(
                f"{name} the same, {place}", MALFORMED, build(good[:-1] + b',"' + name.encode() + b'":' + value + b"}")
            )
        last = list(members)[-1]
        yield case(f"{last} null, {place}", MALFORMED, build(good[:-1] + f',"{last}":null}}'.encode()))
        yield case(f"unknown, {place}", MALFORMED, build(good[:-1] + b',"x":1,"x":2}'))
        yield case(f"empty, {place}", MALFORMED, build(good[:-1] + b',"":1,"":2}'))
        yield case(f"further in, {place}", MALFORMED, build(good[:-1] + b',"x":[{"y":{"z":1,"z":1}}]}'))
        yield case(f"escaped, {place}", MALFORMED, build(good[:-1] + rb',"x":1,"\u0078":2}'))
    later = compact_json(claims())[:-1] + b',"exp":4102444800}'
    yield case("a later exp", MALFORMED, token(keys.key, later))
    wider = compact_json(claims())[:-1] + b',"scope":"admin"}'
    yield case("more scope", MALFORMED, token(keys.key, wider))


@group("JSON: another encoding", at_least=20)
def another_encoding(keys: Keys) -> Iterator[Case]:
    """UTF-8 without a byte order mark, and nothing else (RFC 7515 section 2, RFC 8725 section 3.7)."""
    for place, members, build in _everywhere(keys):
        text = compact_json(members).decode()
        for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp500"):
            yield case(f"{encoding}, {place}", MALFORMED, build(text.encode(encoding)))
        if not keys.alg.startswith("ML-DSA"):
            yield case(f"utf-32, {place}", MALFORMED, build(text.encode("utf-32")))
        inside = text[:-1].encode()
        for name, octets in {
            "Latin-1": b"\xe9",
            "overlong": b"\xc0\xaf",
            "a surrogate": b"\xed\xa0\xbd",
            "a surrogate pair": b"\xed\xa0\xbd\xed\xb4\x91",
            "beyond Unicode": b"\xf4\x90\x80\x80",
            "cut off": b"\xe2\x82",
            "a stray continuation": b"\x80",
            "0xFF": b"\xff",
        }.items():
            yield case(f"{name}, {place}", MALFORMED, build(inside + b',"x":"' + octets + b'"}'))
            yield case(f"{name} in a name, {place}", MALFORMED, build(inside + b',"' + octets + b'":1}'))


@group("JSON: half a surrogate pair", at_least=8)
def half_a_surrogate_pair(keys: Keys) -> Iterator[Case]:
    """Escaped, it is JSON but not Unicode text: it cannot be written as UTF-8."""
    for place, members, build in _everywhere(keys):
        inside = compact_json(members)[:-1]
        for escape in (rb"\ud800", rb"\udbff", rb"\udc00", rb"\uDFFF", rb"\ude00\ud83d"):
            yield case(f"{escape!r}, {place}", MALFORMED, build(inside + b',"x":"' + escape + b'"}'))
        yield case(f"in a name, {place}", MALFORMED, build(inside + rb',"\ud800":1}'))
        yield case(f"further in, {place}", MALFORMED, build(inside + rb',"x":[{"y":"\ud800"}]}'))
    head = compact_json(header(keys.key))
    yield case("in kid", MALFORMED, token(keys.key, claims(), head.replace(b'"kid":"', rb'"kid":"\ud800')))
    payload = compact_json(claims())
    for name in ("sub", "iss", "scope"):
        odd = payload.replace(f'"{name}":"'.encode(), f'"{name}":"\\ud800'.encode())
        yield case(f"in {name}", MALFORMED, token(keys.key, odd))


GROUPS = (not_an_object, not_json, deep, member_twice, another_encoding, half_a_surrogate_pair)
