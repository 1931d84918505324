"""Plots as SVG, readable on light and on dark pages."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import msgspec

STYLE = """<style>
text{font:13px system-ui,sans-serif;fill:#3f3f46}.title{font-weight:600}.small{font-size:11px}
.own{fill:#0f766e}.other{fill:#a1a1aa}.axis{stroke:#a1a1aa;fill:none}.line{fill:none;stroke-width:2}
.l0{stroke:#0f766e}.l1{stroke:#b45309}.l2{stroke:#6d28d9}.l3{stroke:#a1a1aa}
.f0{fill:#0f766e}.f1{fill:#b45309}.f2{fill:#6d28d9}.f3{fill:#71717a}
@media(prefers-color-scheme:dark){text{fill:#d4d4d8}.own{fill:#2dd4bf}.other{fill:#71717a}
.l0{stroke:#2dd4bf}.l1{stroke:#fbbf24}.l2{stroke:#c4b5fd}.f0{fill:#2dd4bf}.f1{fill:#fbbf24}
.f2{fill:#c4b5fd}.f3{fill:#a1a1aa}}
</style>"""
BAR, LEFT, WIDE, RIGHT = 24, 270, 420, 150
HIGH, FOOT, HEAD = 260, 52, 44
COLOURS = 4


class Bar(msgspec.Struct, frozen=True):
    """One bar; those of a group, which stand together, have one scale."""

    label: str
    value: float
    unit: str
    own: bool = True
    group: str = ""


class Curve(msgspec.Struct, frozen=True):
    """A line through points, the first numbers of which grow."""

    label: str
    points: tuple[tuple[float, float], ...]


def bars(title: str, shown: Sequence[Bar]) -> str:
    """Bars, a group to its own scale."""
    parts: list[str] = []
    top = HEAD
    for _, group in groupby(shown, key=lambda bar: bar.group):
        together = list(group)
        most = max(bar.value for bar in together) or 1.0
        for bar in together:
            parts += _bar(bar, top, WIDE * bar.value / most)
            top += BAR
        top += 12
    return _page(title, (LEFT + WIDE + RIGHT, top), parts)


def _bar(bar: Bar, top: int, width: float) -> list[str]:
    kind = "own" if bar.own else "other"
    return [
        _text(12, top + 16, bar.label),
        f'<rect x="{LEFT}" y="{top + 3}" width="{width:.1f}" height="18" rx="3" class="{kind}"/>',
        _text(LEFT + width + 8, top + 16, f"{bar.value:,.4g} {bar.unit}"),
    ]


def curves(title: str, shown: Sequence[Curve], axes: tuple[str, str]) -> str:
    """Lines over one pair of axes, both from 0; `axes` say what they are."""
    across = max((x for curve in shown for x, _ in curve.points), default=1.0) or 1.0
    up = _round_up(max((y for curve in shown for _, y in curve.points), default=1.0))
    parts = [
        f'<path class="axis" d="M60 {HEAD}V{HEAD + HIGH}H{60 + LEFT + WIDE}"/>',
        _text(60, HEAD - 6, axes[1], 'class="small"'),
        _text(60 + LEFT + WIDE, HEAD + HIGH + 36, axes[0], 'class="small" text-anchor="end"'),
        *_ticks(across, up),
    ]
    for number, curve in enumerate(shown):
        parts += _curve(number % COLOURS, curve, (across, up))
    return _page(title, (60 + LEFT + WIDE + RIGHT, HEAD + HIGH + FOOT), parts)


def _ticks(across: float, up: float) -> Iterator[str]:
    for k in range(5):
        x, y = 60 + (LEFT + WIDE) * k / 4, HEAD + HIGH - HIGH * k / 4
        below = f"{across * k / 4:,.4g}"
        yield _text(x, HEAD + HIGH + 18, below, 'class="small" text-anchor="middle"')
        yield _text(54, y + 4, f"{up * k / 4:,.4g}", 'class="small" text-anchor="end"')


def _curve(number: int, curve: Curve, most: tuple[float, float]) -> list[str]:
    across, up = most
    placed = [
        f"{60 + (LEFT + WIDE) * x / across:.1f} {HEAD + HIGH - HIGH * y / up:.1f}"
        for x, y in curve.points
    ]
    return [
        f'<path class="line l{number}" d="M{"L".join(placed)}"/>',
        _text(70 + LEFT + WIDE, HEAD + 16 + 18 * number, curve.label, f'class="f{number}"'),
    ]


def _text(x: float, y: float, words: str, how: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {how}>{escape(words)}</text>'


def _round_up(value: float) -> float:
    if value <= 0:
        return 1.0
    step = 10.0 ** math.floor(math.log10(value))
    steps = (step * k for k in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10))
    return next((one for one in steps if one >= value), value)


def _page(title: str, size: tuple[int, int], parts: Sequence[str]) -> str:
    wide, high = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(title)}">'
    )
    words = _text(12, 22, title, 'class="title"')
    return "\n".join([head, STYLE, words, *parts, "</svg>"]) + "\n"
