"""The context: the selected claims, scalars and lists of strings, fit for logs and headers, and bounded."""

import sys
import unicodedata

import pytest

from authorizer.context import MAX_CONTEXT_CHARACTERS, _is_unsafe, backend_context
from authorizer.denial import Denied, Reason

from .corpus.controls import NAMES


def reason_of(value: object) -> Reason:
    with pytest.raises(Denied) as denied:
        backend_context({"claim": value}, ["claim"])
    return denied.value.reason


@pytest.mark.parametrize(
    "value", ["user-1", "", "Zoë 🔑", "a b", '"\\', True, False, 0, -1, 1.5, 2**53 - 1, 1 - 2**53, -0.0, 5e-324]
)
def test_scalars_are_given(value: object) -> None:
    assert backend_context({"claim": value, "other": "x"}, ["claim"]) == {"claim": value}


@pytest.mark.parametrize("value", [["admins", "ops"], ["x"], [], [""], ["Zoë 🔑", '"\\'], [*NAMES]])
def test_lists_of_strings_are_given_as_lists(value: list[str]) -> None:
    assert backend_context({"claim": value}, ["claim"]) == {"claim": value}


@pytest.mark.parametrize("value", [None, {}, {"x": "y"}, [1], ["x", None], ["x", True], [["x"]], [{}], ["\n", 1]])
def test_other_values_are_left_out(value: object) -> None:
    assert backend_context({"claim": value}, ["claim"]) == {}


def test_only_the_named_claims_are_given_as_far_as_they_are_there() -> None:
    assert backend_context({"a": 1, "b": 2, "c": 3}, ["c", "x", "a"]) == {"c": 3, "a": 1}
    assert backend_context({"a": 1}, []) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("a\nb", "a\r\nb", "a\tb", "a\0b", "\x1b[31m", "\x1f", "\x7f", "\x85", "\x9f", "\u2028", "\u2029"),
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
        *("\ud800", "\udfff"),
    ],
)
def test_text_that_could_forge_a_line_or_is_shown_in_another_order_is_refused(text: str) -> None:
    assert reason_of(f"user{text}") == Reason.MALFORMED_CLAIM
    assert reason_of(["user", f"\u3000{text}"]) == Reason.MALFORMED_CLAIM


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_script_are_given(name: str) -> None:
    assert not name.isprintable()
    assert backend_context({"name": name}, ["name"]) == {"name": name}


def test_what_is_refused_is_what_unicode_says() -> None:
    """Every character there is, against the Unicode database."""
    refused = {"Cc", "Zl", "Zp", "Cs"}
    explicit = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

    for character in map(chr, range(sys.maxunicode + 1)):
        unfit = unicodedata.category(character) in refused or unicodedata.bidirectional(character) in explicit
        assert _is_unsafe(character) == unfit, hex(ord(character))


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**400, 1e300, float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_readers_do_not_agree_on_are_refused(number: float) -> None:
    assert reason_of(number) == Reason.MALFORMED_CLAIM


def test_names_and_values_together_are_bounded() -> None:
    fits = "x" * (MAX_CONTEXT_CHARACTERS - len("claim"))

    assert backend_context({"claim": fits}, ["claim"]) == {"claim": fits}
    assert reason_of(fits + "x") == Reason.CONTEXT_TOO_LARGE
    with pytest.raises(Denied) as denied:
        backend_context(dict.fromkeys("abcd", "x" * 1024), "abcd")
    assert denied.value.reason == Reason.CONTEXT_TOO_LARGE


def test_every_item_of_a_list_counts() -> None:
    fits = ["x" * 1000] * 4 + ["x" * 91]

    assert backend_context({"claim": fits}, ["claim"]) == {"claim": fits}
    assert reason_of([*fits, "x"]) == Reason.CONTEXT_TOO_LARGE


def test_a_refused_claim_is_named() -> None:
    for value in ("\n", ["\n"], 2**53):
        with pytest.raises(Denied) as denied:
            backend_context({"a": "x", "b": value}, ["a", "b"])
        assert denied.value.claim == "b"


def test_what_is_left_out_does_not_count() -> None:
    assert backend_context({"claim": ["x" * 9000, 1]}, ["claim"]) == {}
