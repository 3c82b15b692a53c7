"""The model of API Gateway's cache, what is computed from it, and the simulation."""

import math

import pytest

from bench.answer import Scale
from bench.cache_hits import HOT_KEYS, SCENARIOS, Polling, Traffic, measure
from bench.cache_model import ResultCache, over_lifetime, polling


def test_an_answer_is_kept_from_the_moment_when_it_is_there_and_no_hit_extends_that() -> None:
    cache = ResultCache(ttl=60, latency=1)

    assert [cache.hit("a", now) for now in (0, 1, 59, 60.9, 61, 61.5, 62)] == [
        False,
        True,
        True,
        True,
        False,
        False,
        True,
    ]


def test_requests_that_come_before_the_answer_invoke_the_authorizer_too_and_the_last_answer_counts() -> None:
    cache = ResultCache(ttl=60, latency=1)

    assert [cache.hit("a", now) for now in (0, 0.9, 1.5, 61.8, 61.9)] == [False, False, True, True, False]


def test_each_key_has_an_answer_of_its_own() -> None:
    cache = ResultCache(ttl=60, latency=0)

    assert [cache.hit(key, 1) for key in (("a", "GET /a"), ("a", "GET /b"), ("b", "GET /a"))] == [False] * 3
    assert cache.hit(("a", "GET /b"), 2)


@pytest.mark.parametrize("rate", [0.001, 0.25, 25])
def test_a_long_lifetime_gives_the_ratio_of_a_process_without_end(rate: float) -> None:
    lifetime = max(6000, 1000 / rate)

    assert over_lifetime(rate, 60, lifetime) == pytest.approx(rate * 60 / (1 + rate * 60), abs=0.0015)


def test_a_lifetime_within_the_ttl_has_one_miss_if_any() -> None:
    assert over_lifetime(0.02, 60, 50) == pytest.approx(1 - (1 - math.exp(-1)) / 1)


@pytest.mark.parametrize(("interval", "ratio"), [(30, 2 / 3), (60, 1 / 2), (60.1, 0), (90, 0), (1, 60 / 61)])
def test_a_poll_is_a_hit_as_long_as_the_answer_is_kept(interval: float, ratio: float) -> None:
    assert polling(interval, ttl=60, latency=0.004) == pytest.approx(ratio)


@pytest.mark.parametrize("population", [Traffic("equal", 40, 40, routes=1), Traffic("Zipf", 40, 400, zipf=True)])
def test_the_simulation_finds_what_is_computed(population: Traffic) -> None:
    assert population.simulated(1) == pytest.approx(population.expected, abs=0.01)
    assert Polling("polls", 25).simulated(1) == pytest.approx(Polling("polls", 25).expected, abs=0.03)


def test_a_run_can_be_repeated() -> None:
    population = Traffic("some", 40, 40)

    assert population.simulated(1) == population.simulated(1) != population.simulated(2)


def test_every_figure_is_near_what_is_computed() -> None:
    answer = measure(Scale(quick=True))

    assert all(target.met for target in answer.targets), answer.targets
    assert len(answer.figures) == len(SCENARIOS) + len(HOT_KEYS)
