"""The context: the selected claims, scalars only, fit for logs and headers, and bounded."""

import pytest

from authorizer.context import MAX_CONTEXT_CHARACTERS, backend_context
from authorizer.denial import Denied, Reason


def reason_of(value: object) -> Reason:
    with pytest.raises(Denied) as denied:
        backend_context({"claim": value}, ["claim"])
    return denied.value.reason


@pytest.mark.parametrize(
    "value", ["user-1", "", "Zoë 🔑", "a b", '"\\', True, False, 0, -1, 1.5, 2**53 - 1, 1 - 2**53, -0.0, 5e-324]
)
def test_scalars_are_given(value: object) -> None:
    assert backend_context({"claim": value, "other": "x"}, ["claim"]) == {"claim": value}


@pytest.mark.parametrize("value", [None, [], ["x"], {}, {"x": "y"}])
def test_other_values_are_left_out(value: object) -> None:
    assert backend_context({"claim": value}, ["claim"]) == {}


def test_only_the_named_claims_are_given_as_far_as_they_are_there() -> None:
    assert backend_context({"a": 1, "b": 2, "c": 3}, ["c", "x", "a"]) == {"c": 3, "a": 1}
    assert backend_context({"a": 1}, []) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("a\nb", "a\r\nb", "a\tb", "a\0b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\u200b", "\ufeff"),
        *("\u202e", "\u2066", "\u00a0", "\u3000", "\ud800", "\udfff", "\ue000", "\U000e0041"),
    ],
)
def test_text_that_could_forge_a_line_or_hide_is_refused(text: str) -> None:
    assert reason_of(f"user{text}") == Reason.MALFORMED_CLAIM


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


def test_what_is_left_out_does_not_count() -> None:
    assert backend_context({"claim": ["x" * 9000]}, ["claim"]) == {}
