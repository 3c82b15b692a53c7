"""The figures of ``docs/scale.md`` are those of the model and of the prices that the page names."""

import re

import pytest

from bench.cache_hits import LATENCY_SECONDS, SCENARIOS
from bench.cache_model import at_once, over_lifetime
from tests.bench.test_budgets import RESOURCES_PER_API

from .code_blocks import ROOT

TEXT = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
TOKEN_SECONDS, ROUTES, TTL = 900, 4, 60


def _rows(first: str) -> list[list[str]]:
    """The rows of the table whose head begins with ``first``, the head included."""
    table = TEXT[TEXT.index(f"\n| {first} |") :].strip().partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [rows[0], *rows[2:]]


def _number(cell: str) -> float:
    return float(re.sub(r"[ ,%]|/s$", "", cell))


def _ratio(requests_per_second: float) -> float:
    """Of one client with the page's usual traffic."""
    return over_lifetime(requests_per_second / ROUTES, TTL, TOKEN_SECONDS)


def test_hit_ratios() -> None:
    head, *rows = _rows("one token on one route, per minute")
    ttls = [_number(cell.replace("`cache_ttl`", "")) for cell in head[1:]]

    for per_minute, *ratios in rows:
        computed = [100 * over_lifetime(_number(per_minute) / 60, ttl, TOKEN_SECONDS) for ttl in ttls]
        assert ratios == [f"{ratio:.1f}" for ratio in computed]


def test_hit_ratios_that_the_text_quotes() -> None:
    expected = {scenario.name: f"{100 * scenario.expected:.0f} %" for scenario in SCENARIOS}

    usual, routes = expected["1,000/s, 10,000 tokens"], expected["1,000/s, 10,000 tokens, 20 routes"]
    assert f"20 routes hit {routes} where four routes give {usual}" in " ".join(TEXT.split())
    assert f"from {usual} to {expected['100/s, 1,000 tokens, Zipf']}" in TEXT


def test_the_three_rates() -> None:
    head, *rows = _rows("requests to all routes")
    rates = [_number(cell) for cell in head[1:]]
    named = {name: [_number(cell) for cell in cells if re.fullmatch(r"[\d.,]+", cell)] for name, *cells in rows}
    missed = [rate * (1 - _ratio(1)) for rate in rates]

    assert f"[{100 * _ratio(1):.1f} % of the answers]" in TEXT
    assert named["invocations of the authorizer per second"] == pytest.approx(missed, rel=0.01)
    assert named["of them at once, at 4 ms each"] == pytest.approx(
        [rate * LATENCY_SECONDS for rate in missed], rel=0.01
    )
    assert named["concurrency quota that this many invocations need"] == [-(-rate // 10) for rate in missed]
    assert named["the same without the cache"] == [rate / 10 for rate in rates]
    signed = named["tokens to sign per second: ECC quota 1,000"]
    assert signed == pytest.approx([rate / TOKEN_SECONDS for rate in rates], rel=0.02)


def test_invocations_at_once() -> None:
    head, *rows = _rows("one token on one route")
    latencies = [float(re.findall(r"([\d.]+) m?s$", cell)[0]) / (1000 if "ms" in cell else 1) for cell in head[1:]]

    for rate, *counts in rows:
        assert [_number(cell) for cell in counts] == [at_once(_number(rate), latency) for latency in latencies]


def test_cost_of_a_billion_requests() -> None:
    first, beyond, invocations, gb_second, signatures, gigabyte = (_number(row[1]) for row in _rows("price")[1:])
    match = re.search(
        r"line is (\d+) bytes and an access log's (\d+), each with the (\d+) more", " ".join(TEXT.split())
    )
    assert match
    decision, access, more = (int(size) for size in match.groups())

    for name, ratio, *cells in _rows("a client sends")[1:]:
        rate = _number(name)
        missed = 1 - _ratio(rate)
        parts = [
            300 * first + 700 * beyond,
            1000 * missed * invocations,
            1e9 * missed * LATENCY_SECONDS * 0.5 * gb_second,
            missed * (decision + more) * gigabyte,
            (access + more) * gigabyte,
            1000 / (rate * TOKEN_SECONDS) * signatures,
        ]
        assert ratio == f"{100 * (1 - missed):.1f} %"
        assert cells == [f"{part:,.0f}" for part in (*parts, sum(parts))]


def test_resources_of_an_api() -> None:
    assert f"to one function, the API's `integration`, is {RESOURCES_PER_API} resources" in " ".join(TEXT.split())
