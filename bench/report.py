"""Writing the results: a table on the terminal, one JSON file, and one chart per question."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from .answer import Answer
from .chart import draw, number

RESULTS = Path(__file__).parent / "results"


def show(answer: Answer) -> None:
    """Print ``answer`` as a table: median, quartiles, and the targets."""
    print(f"\n{answer.question}")
    width = max(
        len(name) for name in (*(item.name for item in answer.figures), *(item.name for item in answer.targets))
    )
    for item in answer.figures:
        spread = f"{number(item.low)} to {number(item.high)}" if item.samples > 1 else ""
        print(f"  {item.name:<{width}}  {number(item.median):>9} {item.unit:<6} {spread}")
    for target in answer.targets:
        mark = "ok    " if target.met else "MISSED"
        bound = f"{'at least' if target.at_least else 'at most'} {number(target.limit)} {target.unit}"
        print(f"  {target.name:<{width}}  {number(target.reached):>9} {target.unit:<6} {mark} ({bound})")
    for note in answer.notes:
        print(f"  {note}")


def save(answers: Iterable[Answer], machine: Mapping[str, str], folder: Path) -> None:
    """Write ``results.json`` and the charts to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = {}
    for answer in answers:
        questions[answer.key] = {
            "question": answer.question,
            "figures": [
                {**item._asdict(), **{name: round(getattr(item, name), 4) for name in ("median", "low", "high")}}
                for item in answer.figures
            ],
            "targets": [
                {**target._asdict(), "reached": round(target.reached, 4), "met": target.met}
                for target in answer.targets
            ],
            "notes": answer.notes,
        }
        (folder / f"{answer.key}.svg").write_text(draw(answer), encoding="utf-8")
    document = {"machine": machine, "questions": questions}
    (folder / "results.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
