"""The recorded runs over time, and their chart."""

import json
from pathlib import Path

from bench.answer import Answer, Target
from bench.history import draw, record, runs
from bench.report import RESULTS


def test_the_chart_is_that_of_the_recorded_runs() -> None:
    assert (RESULTS / "history.svg").read_text(encoding="utf-8") == draw(runs(RESULTS))


def test_the_last_run_is_the_recorded_one() -> None:
    questions = json.loads((RESULTS / "results.json").read_text(encoding="utf-8"))["questions"]
    recorded = {
        f"{key}: {target['name']}": target["reached"]
        for key, question in questions.items()
        for target in question["targets"]
        if target["unit"] == "x"
    }

    assert {name: ratio["reached"] for name, ratio in runs(RESULTS)[-1]["ratios"].items()} == recorded


def test_a_full_run_is_one_more_line_with_its_ratios(tmp_path: Path) -> None:
    for reached in (1.25, 1.5):
        targets = [Target("against a & b", reached, 1.3), Target("zipped", 5, 5.5, "MB")]
        record([Answer("How long?", "cold", targets=targets)], {"load before": "0.1 0.2 0.3"}, tmp_path)

    first, second = runs(tmp_path)
    assert first["ratios"] == {"cold: against a & b": {"reached": 1.25, "limit": 1.3, "at_least": False}}
    assert second["ratios"]["cold: against a & b"]["reached"] == 1.5
    chart = (tmp_path / "history.svg").read_text(encoding="utf-8")
    assert chart.count("<circle") == 2
    assert "cold: against a &amp; b" in chart
    assert "1.5 x (at most 1.3)" in chart
