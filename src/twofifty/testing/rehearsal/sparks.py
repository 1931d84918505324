"""Small plots of block characters for a terminal. Pure."""

from collections.abc import Sequence

from twofifty.testing.rehearsal.result import Point

BLOCKS = "▁▂▃▄▅▆▇█"
EMPTY = " "


def spark(points: Sequence[Point], width: int = 40) -> str:
    """`width` characters from the first second to the last: of each stretch the highest value,
    where there is none the one before; nothing there where it is 0."""
    if not points:
        return ""
    end = max(point.at for point in points) or 1.0
    highest = [0.0] * width
    latest = [point.value for point in points[:1]] * width
    for point in points:
        column = min(width - 1, int(max(0.0, point.at) / end * width))
        highest[column] = max(highest[column], point.value)
        latest[column:] = [point.value] * (width - column)
    columns = [max(pair) for pair in zip(highest, latest, strict=True)]
    return "".join(_block(value, max(columns)) for value in columns)


def _block(value: float, most: float) -> str:
    if value <= 0 or most <= 0:
        return EMPTY
    return BLOCKS[min(len(BLOCKS) - 1, int(value / most * len(BLOCKS)))]
