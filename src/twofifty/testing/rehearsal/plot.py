"""Line plots as SVG: no script, no network, colours by the page's CSS variables. Pure."""

import math
from collections.abc import Iterator, Sequence
from html import escape

import msgspec

from twofifty.testing.rehearsal.result import Point
from twofifty.testing.rehearsal.seen import Shade

WIDE, HIGH = 440, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 30, 36


class Line(msgspec.Struct, frozen=True):
    """A line and its name; `hue` is a CSS variable of the page."""

    name: str
    points: Sequence[Point]
    hue: str = "--line"


class Plot(msgspec.Struct, frozen=True):
    """What stands over the plot, the unit of its upright axis, and what is in it."""

    title: str
    unit: str
    lines: Sequence[Line]
    shades: Sequence[Shade] = ()


class _Scale(msgspec.Struct, frozen=True):
    """From values to places."""

    seconds: float
    most: float

    def x(self, at: float) -> float:
        within = min(max(at, 0.0), self.seconds)
        return LEFT + within / self.seconds * (WIDE - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HIGH - BOTTOM - value / self.most * (HIGH - TOP - BOTTOM)


def svg(plot: Plot, seconds: float) -> str:
    """The picture, `seconds` wide."""
    highest = max((p.value for line in plot.lines for p in line.points), default=0.0)
    scale = _Scale(max(seconds, 1.0), ceiling(highest))
    parts = [
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(plot.title)}">',
        f'<text class="title" x="0" y="14">{escape(plot.title)}</text>',
        *_shaded(plot.shades, scale),
        *_grid(plot.unit, scale),
        *(_drawn(line, scale) for line in plot.lines),
        *_legend(plot.lines),
    ]
    return "".join([*parts, "</svg>"])


def ceiling(value: float) -> float:
    """The next of 1, 2, 4, 5, 10 ... that `value` fits under."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 10) if value <= step * power * 1.0001)


def _shaded(shades: Sequence[Shade], scale: _Scale) -> Iterator[str]:
    for shade in shades:
        x = scale.x(shade.begin)
        wide = max(3.0, scale.x(shade.end) - x)
        yield (
            f'<rect class="shade" x="{x:.1f}" y="{TOP}" width="{wide:.1f}" '
            f'height="{HIGH - TOP - BOTTOM}"><title>{escape(shade.about)}</title></rect>'
        )


def _grid(unit: str, scale: _Scale) -> Iterator[str]:
    for part in (0, 0.5, 1):
        y = scale.y(part * scale.most)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="end" x="{LEFT - 6}" y="{y + 4:.1f}">{part * scale.most:,.4g}</text>'
    step = max(1.0, ceiling(scale.seconds / 5))
    for number in range(int(scale.seconds / step) + 1):
        x = scale.x(number * step)
        yield f'<text class="mid" x="{x:.1f}" y="{HIGH - 20}">{number * step:g}</text>'
    yield f'<text class="mid" x="{(LEFT + WIDE) / 2:.0f}" y="{HIGH - 3}">seconds</text>'
    yield f'<text class="unit end" x="{WIDE - RIGHT}" y="14">{escape(unit)}</text>'


def _drawn(line: Line, scale: _Scale) -> str:
    if not line.points:
        return ""
    places = " ".join(f"{scale.x(p.at):.1f},{scale.y(p.value):.1f}" for p in line.points)
    return f'<polyline style="stroke:var({line.hue})" points="{places}"/>'


def _legend(lines: Sequence[Line]) -> Iterator[str]:
    if len(lines) < 2:
        return
    for number, line in enumerate(lines):
        x = 190 + number * 60
        at = f'x1="{x}" x2="{x + 14}" y1="10" y2="10"'
        yield f'<line style="stroke:var({line.hue})" class="key" {at}/>'
        yield f'<text x="{x + 18}" y="14">{escape(line.name)}</text>'
