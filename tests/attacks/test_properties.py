"""Property-based tests: a small, fixed number of inputs at every run; ``make fuzz`` tries more, and others."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..authorizer.bound_inputs import PAIRS, BoundProperties
from ..authorizer.inputs import AUTHORIZATIONS, EVENTS, event, mutated_tokens, resigned_tokens, respelled_tokens
from ..authorizer.properties import Properties

pytestmark = pytest.mark.slow

SETTINGS = settings(
    derandomize=True, database=None, deadline=None, max_examples=500, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def properties() -> Properties:
    return Properties()


@SETTINGS
@given(event=EVENTS)
def test_every_event_is_decided(properties: Properties, event: object) -> None:
    properties.check(event)


@SETTINGS
@given(authorization=AUTHORIZATIONS)
def test_every_header_is_decided(properties: Properties, authorization: str) -> None:
    properties.check(event(authorization))


@SETTINGS
@given(token=mutated_tokens())
def test_a_mutated_token_gets_in_only_where_others_let_it_in(properties: Properties, token: str) -> None:
    properties.check(event(f"Bearer {token}"))


def test_resigned_tokens_get_in_only_where_others_let_them_in(properties: Properties) -> None:
    outcomes: Counter[bool] = Counter()

    @SETTINGS
    @given(token=resigned_tokens())
    def check(token: str) -> None:
        outcomes[properties.check(event(f"Bearer {token}"))] += 1

    check()
    assert min(outcomes[True], outcomes[False]) >= 20, "both happen, or nothing is tested"


@SETTINGS
@given(token=respelled_tokens())
def test_a_respelled_token_gets_in_only_where_others_let_it_in(properties: Properties, token: str) -> None:
    properties.check(event(f"Bearer {token}"))


def test_a_bound_token_gets_in_only_with_the_certificate_that_a_parser_finds() -> None:
    outcomes: Counter[bool] = Counter()
    properties = BoundProperties()

    @SETTINGS
    @given(pair=PAIRS)
    def check(pair: tuple[object, object]) -> None:
        outcomes[properties.check(*pair)] += 1

    check()
    assert min(outcomes[True], outcomes[False]) >= 10, "both happen, or nothing is tested"


@SETTINGS
@given(octets=st.binary(max_size=400))
def test_every_byte_string_is_decided(properties: Properties, octets: bytes) -> None:
    properties.check(event(octets.decode("latin-1")))
