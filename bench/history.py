"""The recorded runs over time: one line of JSON for each in ``history.jsonl``, and a chart of their ratios."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from .answer import Answer
from .chart import number

_ROW, _LEFT, _WIDTH, _RIGHT = 40, 320, 320, 190
_LINE, _LIMIT, _INK = "#2b6cb0", "#c53030", "#1a202c"


def record(answers: Iterable[Answer], machine: Mapping[str, str], folder: Path) -> None:
    """Append a full run to ``history.jsonl`` in ``folder``, and draw ``history.svg`` anew."""
    run = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "quick": False,
        "load before": machine["load before"],
        "ratios": ratios(answers),
    }
    with (folder / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(run, ensure_ascii=False) + "\n")
    (folder / "history.svg").write_text(draw(runs(folder)), encoding="utf-8")


def ratios(answers: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    """The targets that compare two sides of one run, which says more about two machines than their times do."""
    return {
        f"{answer.key}: {target.name}": {
            "reached": round(target.reached, 4),
            "limit": target.limit,
            "at_least": target.at_least,
        }
        for answer in answers
        for target in answer.targets
        if target.unit == "x"
    }


def runs(folder: Path) -> list[dict[str, Any]]:
    """The recorded runs, the oldest first."""
    return [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def draw(history: Sequence[Mapping[str, Any]]) -> str:
    """For each ratio of the last run its values so far, each row with a scale of its own, and the last target as a dashed line.

    A quick run is a hollow dot.
    """
    first, last = history[0], history[-1]
    height = 62 + _ROW * len(last["ratios"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}">',
        f'<rect width="100%" height="{height}" fill="#fff"/>',
        '<text x="8" y="20" font-size="14" font-weight="bold">Ratios of the recorded runs (dashed: the target)</text>',
        f'<text x="{_LEFT}" y="42">{first["date"]} {first["commit"]}</text>',
        f'<text x="{_LEFT + _WIDTH}" y="42" text-anchor="end">{last["date"]} {last["commit"]}</text>',
    ]
    for row, (name, target) in enumerate(last["ratios"].items()):
        found = [(place, run["ratios"].get(name), run["quick"]) for place, run in enumerate(history)]
        values = [(place, ratio["reached"], quick) for place, ratio, quick in found if ratio]
        parts += _row(name, target, values, len(history), 56 + _ROW * row)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _row(
    name: str, target: Mapping[str, Any], values: Sequence[tuple[int, float, bool]], count: int, top: int
) -> list[str]:
    bounds = [target["limit"], *(value for _, value, _ in values)]
    low, high = min(bounds), max(bounds)

    def y(value: float) -> str:
        return f"{top + 26 - 22 * (value - low) / ((high - low) or 1):.1f}"

    dots = [
        (f"{_LEFT + 10 + (_WIDTH - 20) * place / max(count - 1, 1):.1f}", y(value), quick)
        for place, value, quick in values
    ]
    words = f"{'at least' if target['at_least'] else 'at most'} {number(target['limit'])}"
    return [
        f'<text x="{_LEFT - 8}" y="{top + 19}" text-anchor="end">{escape(name)}</text>',
        f'<path d="M{_LEFT} {y(target["limit"])}h{_WIDTH}" stroke="{_LIMIT}" stroke-dasharray="5 4"/>',
        f'<polyline points="{" ".join(f"{x},{height}" for x, height, _ in dots)}" fill="none" stroke="{_LINE}"/>',
        *(
            f'<circle cx="{x}" cy="{height}" r="3.5" fill="{"#fff" if quick else _LINE}" stroke="{_LINE}"/>'
            for x, height, quick in dots
        ),
        f'<text x="{_LEFT + _WIDTH + 12}" y="{top + 19}">{number(target["reached"])} x ({words})</text>',
    ]


def _commit() -> str:
    """What is checked out; ``unknown`` outside a clone."""
    command = ["git", "rev-parse", "--short=7", "HEAD"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
