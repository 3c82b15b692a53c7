"""Draws a CloudWatch dashboard from its JSON, with invented values, and writes ``docs/dashboard.svg``:
``python -m docs.dashboard_image``.

The JSON's format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from components import AuthorizedHttpApi, Denylist, SigningKeys
from components.testing import declare

from .dashboard_samples import POINTS, rows, series

IMAGE = Path(__file__).resolve().parent / "dashboard.svg"

_UNIT, _GAP, _TOP, _LINE = 40, 5, 34, 15
_INK, _PALE, _GRID = "#1a202c", "#5a6472", "#e2e8f0"
_COLOURS = ("#2b6cb0", "#dd6b20", "#2f855a", "#c53030", "#6b46c1")


def shown_api() -> None:
    """A program whose dashboard has everything that one can have."""
    signing, partner = SigningKeys("signing", {}), SigningKeys("partner", {})
    AuthorizedHttpApi(
        "orders",
        issuer="https://auth.example.com",
        audience=["orders"],
        keys={"jwks": [signing.jwks]},
        trusted_issuers=[
            {"issuer": "https://p.example.com", "audience": ["orders"], "jwks": partner.jwks, "scopes": ["orders:read"]}
        ],
        denylist={"bucket": Denylist("denylist", {}).bucket_name},
        integration={"http_url": "https://backend.example.com"},
        routes={"GET /orders": ["orders:read"], "POST /orders": ["orders:write"]},
        dashboard=True,
    )


def dashboard_image() -> str:
    """The content of ``docs/dashboard.svg``: the dashboard of ``shown_api``, as its declaration has it."""
    (dashboard,) = declare(shown_api).all("aws:cloudwatch/dashboard:Dashboard")
    return draw(json.loads(dashboard.inputs["dashboardBody"]))


def draw(body: Mapping[str, Any]) -> str:
    """The dashboard with this body as SVG. Raises ``KeyError`` for a kind of widget, and for values, that this has not."""
    widgets = body["widgets"]
    width = _UNIT * max(widget["x"] + widget["width"] for widget in widgets)
    height = _UNIT * max(widget["y"] + widget["height"] for widget in widgets)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11" fill="{_INK}">',
        f'<rect width="{width}" height="{height}" fill="#f1f4f8"/>',
    ]
    for widget in widgets:
        content = {"metric": _graph, "log": _table}[widget["type"]]
        box = widget["width"] * _UNIT - 2 * _GAP, widget["height"] * _UNIT - 2 * _GAP
        title = escape(widget["properties"]["title"])
        parts += [
            f'<g transform="translate({widget["x"] * _UNIT + _GAP} {widget["y"] * _UNIT + _GAP})">',
            f'<rect width="{box[0]}" height="{box[1]}" rx="4" fill="#fff" stroke="{_GRID}"/>',
            f'<text x="12" y="21" font-size="13" font-weight="bold">{title}</text>',
            *content(widget["properties"], *box),
            "</g>",
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Label(NamedTuple):
    name: str
    x: int
    line: int


def _graph(properties: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
    """The lines with a scale from zero, and below them the legend."""
    lines = series(properties["metrics"])
    legend = list(_legend(lines, 46, width - 12))
    left, right, bottom = 46, width - 12, height - 16 - _LINE * (1 + legend[-1].line)
    highest = _round_up(max(max(values) for values in lines.values()))
    for part in (0, 0.5, 1):
        y = bottom - part * (bottom - _TOP)
        yield f'<path d="M{left} {y:.1f}H{right}" stroke="{_GRID}"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_PALE}">{highest * part:,g}</text>'
    step = (right - left) / (POINTS - 1)
    for values, label, colour in zip(lines.values(), legend, _COLOURS, strict=False):
        points = (
            f"{left + step * place:.1f},{bottom - value / highest * (bottom - _TOP):.1f}"
            for place, value in enumerate(values)
        )
        y = bottom + 20 + _LINE * label.line
        yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        yield f'<rect x="{label.x}" y="{y - 8}" width="9" height="9" fill="{colour}"/>'
        yield f'<text x="{label.x + 13}" y="{y}">{escape(label.name)}</text>'
    yield f'<text x="{right}" y="21" text-anchor="end" fill="{_PALE}">{properties["stat"]}</text>'


def _legend(names: Iterable[str], left: int, right: int) -> Iterator[_Label]:
    """The names one after another, as many on a line as there is room for."""
    x, line = left, 0
    for name in names:
        long = 26 + 6 * len(name)
        if x + long > right:
            x, line = left, line + 1
        yield _Label(name, x, line)
        x += long


def _table(properties: Mapping[str, Any], width: int, _height: int) -> Iterator[str]:
    """The columns side by side, the last one, a number, at the right."""
    for row, cells in enumerate(rows(properties["query"])):
        y = _TOP + 14 + row * 24
        yield f'<path d="M12 {y + 8}H{width - 12}" stroke="{_GRID}"/>'
        style = f' font-weight="bold" fill="{_PALE}"' if row == 0 else ""
        yield from _cells(cells, y, width, style)


def _cells(cells: Sequence[str], y: int, width: int, style: str) -> Iterator[str]:
    *texts, number = cells
    for place, text in enumerate(texts):
        yield f'<text x="{12 + place * (width - 80) // len(texts)}" y="{y}"{style}>{escape(text)}</text>'
    yield f'<text x="{width - 12}" y="{y}" text-anchor="end"{style}>{number}</text>'


def _round_up(highest: float) -> float:
    """The end of a scale for values up to ``highest``: one, two or five times a power of ten."""
    scale = 1.0
    while highest > scale * 10:
        scale *= 10
    return next(scale * step for step in (1, 2, 5, 10) if highest <= scale * step)


if __name__ == "__main__":
    IMAGE.write_text(dashboard_image(), encoding="utf-8")
