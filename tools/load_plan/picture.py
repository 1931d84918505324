"""Lines over one axis, as SVG that is legible on light and on dark ground."""

from collections.abc import Sequence

import msgspec

WIDE, HIGH = 640, 240
LEFT, TOP, RIGHT, BELOW = 64, 34, 190, 40
COLOURS = ("#0f766e", "#d97706", "#7c3aed", "#64748b", "#dc2626")
SVG = "http://www.w3.org/2000/svg"
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#334155}"
    "path{fill:none;stroke-width:2}.axis{stroke:#94a3b8;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#cbd5e1}}"
)


class Line(msgspec.Struct, frozen=True):
    """One line: its name, and its points as (x, y)."""

    name: str
    points: Sequence[tuple[float, float]]


class Axes(msgspec.Struct, frozen=True):
    """What stands at the axes, and how far they go."""

    title: str
    across: str
    up: str
    most: float | None = None


def picture(lines: Sequence[Line], axes: Axes) -> str:
    """All lines to one scale."""
    points = [point for line in lines for point in line.points]
    least_x, most_x = min(x for x, _ in points), max(x for x, _ in points)
    most_y = axes.most or max(y for _, y in points) * 1.05 or 1.0

    def place(x: float, y: float) -> str:
        across = LEFT + WIDE * (x - least_x) / ((most_x - least_x) or 1)
        return f"{across:.1f},{TOP + HIGH * (1 - min(y, most_y) / most_y):.1f}"

    parts = [*_frame(axes, (least_x, most_x), most_y)]
    for line, colour, row in zip(lines, COLOURS, range(len(lines)), strict=False):
        path = " ".join(place(x, y) for x, y in line.points)
        parts.append(f'<path stroke="{colour}" d="M{path}"/>')
        top = TOP + 14 + 20 * row
        parts.append(f'<rect x="{LEFT + WIDE + 12}" y="{top - 9}" width="10" height="10" '
                     f'fill="{colour}"/>')  # fmt: skip
        parts.append(f'<text x="{LEFT + WIDE + 28}" y="{top}">{line.name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(axes: Axes, across: tuple[float, float], most: float) -> list[str]:
    width, height = LEFT + WIDE + RIGHT, TOP + HIGH + BELOW
    low = TOP + HIGH
    texts = [
        (LEFT, 20, "start", axes.title),
        (LEFT - 8, TOP + 10, "end", f"{most:,.0f}" if most >= 10 else f"{most:g}"),
        (LEFT - 8, low, "end", "0"),
        (LEFT, low + 18, "start", f"{across[0]:,.4g}"),
        (LEFT + WIDE, low + 18, "end", f"{across[1]:,.4g} {axes.across}"),
        (LEFT + WIDE + 12, low, "start", axes.up),
    ]
    return [
        f'<svg xmlns="{SVG}" viewBox="0 0 {width} {height}" width="{width}" role="img">',
        f"<title>{axes.title}</title>",
        f"<style>{STYLE}</style>",
        *(
            f'<text x="{x}" y="{y}" text-anchor="{side}">{said}</text>'
            for x, y, side, said in texts
        ),
        f'<path class="axis" d="M{LEFT},{TOP} {LEFT},{low} {LEFT + WIDE},{low}"/>',
    ]
