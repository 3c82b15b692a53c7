"""A bar chart as SVG: one bar per figure, with its quartiles as a line across the end."""

from xml.sax.saxutils import escape

from .answer import Answer

_ROW, _LEFT, _WIDTH = 22, 270, 430
_OURS, _OTHERS, _INK = "#2b6cb0", "#b0b7c3", "#1a202c"


def draw(answer: Answer) -> str:
    """The chart of ``answer``. Bars with the same unit have the same scale."""
    longest: dict[str, float] = {}
    for item in answer.figures:
        longest[item.unit] = max(longest.get(item.unit, 0), item.high)
    height = 40 + _ROW * len(answer.figures)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 110} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}">',
        f'<rect width="100%" height="{height}" fill="#fff"/>',
        f'<text x="8" y="20" font-size="14" font-weight="bold">{escape(answer.question)}</text>',
    ]
    for row, item in enumerate(answer.figures):
        top = 34 + _ROW * row
        scale = _WIDTH / (longest[item.unit] or 1)
        colour = _OURS if "kms-jwt" in item.name else _OTHERS
        end, middle = _LEFT + item.median * scale, top + 8
        low, high = _LEFT + item.low * scale, _LEFT + item.high * scale
        parts += [
            f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(item.name)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{max(item.median * scale, 1):.1f}" height="16" fill="{colour}"/>',
            f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{_INK}" stroke-width="1.5"/>',
            f'<text x="{max(end, high) + 6:.1f}" y="{top + 12}">{number(item.median)} {escape(item.unit)}</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def number(value: float) -> str:
    """``value`` with three significant digits, and no exponent."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
