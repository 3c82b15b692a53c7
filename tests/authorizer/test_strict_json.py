"""Strict JSON: what other readers forgive, this one does not."""

import pytest

from authorizer import strict_json
from authorizer.strict_json import MAX_DEPTH


def is_refused(octets: bytes) -> bool:
    try:
        strict_json.loads(octets)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    ("octets", "value"),
    [
        (b"{}", {}),
        (b' {\t"a" :\r\n1} ', {"a": 1}),
        (
            b'{"a":[1,2.5,-0,1e3,true,false,null,"x",{"b":[]}]}',
            {"a": [1, 2.5, 0, 1e3, True, False, None, "x", {"b": []}]},
        ),
        (b'{"a":[1.7976931348623157e308,-1.5e-3,1e-999]}', {"a": [1.7976931348623157e308, -0.0015, 0.0]}),
        ('{"ä":"ü\U0001f511"}'.encode(), {"ä": "ü\U0001f511"}),
        (rb'{"a":"\ud83d\udd11\u00e4\n"}', {"a": "\U0001f511ä\n"}),
        (b'{"a":"[[[[[[[[[[[[[[[[[[\\"{{{{{{"}', {"a": '[[[[[[[[[[[[[[[[[["{{{{{{'}),  # brackets in strings are text
        (b'{"a":1,"b":{"a":1},"A":1}', {"a": 1, "b": {"a": 1}, "A": 1}),
    ],
)
def test_objects(octets: bytes, value: object) -> None:
    assert strict_json.loads(octets) == value


@pytest.mark.parametrize("octets", [b"", b" ", b"[]", b"[{}]", b'"{}"', b"1", b"true", b"null", b"x"])
def test_other_values_are_refused(octets: bytes) -> None:
    assert is_refused(octets)


@pytest.mark.parametrize(
    "octets",
    [
        *(
            b"{",
            b"}",
            b"{}{}",
            b"{} x",
            b'{"a"}',
            b'{"a":}',
            b'{"a":1,}',
            b"{,}",
            b"{a:1}",
            b"{'a':1}",
            b'{"a":1 "b":2}',
        ),
        *(b'{"a":01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":0x10}', b'{"a":1_0}', b'{"a":\xd9\xa1}'),
        *(b'{"a":"\n"}', b'{"a":"\0"}', rb'{"a":"\x41"}', rb'{"a":"\u12"}', b'{"a":"x}', b"{/**/}", b"{}\0"),
        *(b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":nan}', b'{"a":True}', b'{"a":None}'),
        *(b'{"a":1e999}', b'{"a":-1e999}', b'{"a":[{"b":1.0E+400}]}', b'{"a":1.8e308}'),  # infinite to every reader
        b'{"a":' + b"1" * 5000 + b"}",  # more digits than Python turns into an integer
    ],
)
def test_what_is_not_json_is_refused(octets: bytes) -> None:
    assert is_refused(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        rb'{"a":1,"\u0061":2}',  # the same name, written otherwise
        b'{"b":{"a":1,"a":1}}',
        b'{"b":[{"a":1,"a":1}]}',
        b'{"":1,"":1}',
    ],
)
def test_a_member_that_occurs_twice_is_refused(octets: bytes) -> None:
    with pytest.raises(ValueError, match="duplicate member"):
        strict_json.loads(octets)


@pytest.mark.parametrize(
    "octets",
    [
        *('{"a":1}'.encode(encoding) for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        '{"a":"ä"}'.encode("latin-1"),
        b'{"a":"\xc0\xaf"}',  # overlong
        b'{"a":"\xed\xa0\x80"}',  # a surrogate
        b'{"a":"\xf4\x90\x80\x80"}',  # beyond Unicode
        b'{"a":"\xe2\x82"}',  # cut off
    ],
)
def test_other_encodings_than_utf_8_are_refused(octets: bytes) -> None:
    assert is_refused(octets)


@pytest.mark.parametrize(
    "octets",
    [rb'{"a":"\ud800"}', rb'{"a":"\udfff"}', rb'{"a":"\udc00\ud800"}', rb'{"\uD83D":1}', rb'{"a":{"b":["\ud83dx"]}}'],
)
def test_half_a_surrogate_pair_is_refused(octets: bytes) -> None:
    assert is_refused(octets)


def test_depth_is_bounded() -> None:
    def nested(opening: bytes, closing: bytes, levels: int) -> bytes:
        return b'{"a":' + opening * (levels - 1) + closing * (levels - 1) + b"}"

    assert strict_json.loads(nested(b"[", b"]", MAX_DEPTH))
    for octets in (
        nested(b"[", b"]", MAX_DEPTH + 1),
        nested(b'{"a":', b"}", MAX_DEPTH + 1).replace(b":}", b":1}"),
        nested(b"[", b"]", 4000),
        b'{"a":' + b"[" * 8000,
        b'{"\\"":' + b"[" * 8000,
    ):
        with pytest.raises(ValueError, match="levels"):
            strict_json.loads(octets)


def test_many_shallow_values_are_not_deep() -> None:
    octets = b'{"a":[' + b",".join([b'[{"b":"\\\\"}]'] * 500) + b"]}"

    assert strict_json.loads(octets) == {"a": [[{"b": "\\"}]] * 500}
