"""Where a template renders: python-liquid's context, with a meter on it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import StringIO
from typing import TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.exceptions import LiquidError
from liquid.token import Token

from twofifty.compose.liquid.meter import MAX_DEPTH, MAX_NESTING, Meter, growth
from twofifty.compose.liquid.sheet import Sheet
from twofifty.compose.reader import Reader

Filter = Callable[..., object]


class Room(RenderContext):
    """A render context whose loops, partials, assignments and filters are metered."""

    __slots__ = ("_meter", "_reader")

    _meter: Meter
    _reader: Reader

    @property
    def meter(self) -> Meter:
        """The one meter of this rendering: made in the outermost context, shared by all others."""
        try:
            return self._meter
        except AttributeError:
            parent = self.parent_context
            self._meter = parent.meter if isinstance(parent, Room) else Meter()
            return self._meter

    @property
    def reader(self) -> Reader | None:
        """For whom the template renders; None without an order."""
        try:
            return self._reader
        except AttributeError:
            parent = self.parent_context
            return parent.reader if isinstance(parent, Room) else None

    def read_by(self, reader: Reader) -> None:
        """Say for whom the template renders."""
        self._reader = reader

    def assign(self, key: str, val: object) -> None:
        self.meter.value(val)
        # The library names variables by strings of its own, which compare slowly.
        self.locals[str(key)] = val

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.meter.step(length)

    @contextmanager
    def extend(
        self, namespace: Mapping[str, object], template: BoundTemplate | None = None
    ) -> Iterator[RenderContext]:
        self.meter.step()
        with super().extend(namespace, template) as room:
            yield room

    def filter(self, name: str, token: Token | None) -> Filter:
        return partial(_measured, self.meter, name, super().filter(name, token))

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        return Sheet(buf.size if isinstance(buf, Sheet) else 0)


def mark_context(*filters: Filter) -> None:
    """Have filters called with the room that they run in, as `context`."""
    for each in filters:
        setattr(each, "with_context", True)  # noqa: B010 - functions have no such attribute


def reader_of(room: Room) -> Reader:
    """For whom a template renders. Raises `LiquidError` where a filter needs an order."""
    if room.reader is None:
        raise LiquidError("this filter needs an order", token=None)
    return room.reader


class Bound(BoundTemplate):
    """A template that renders in a `Room`."""

    context_class = Room

    def _get_buffer(self) -> StringIO:
        return Sheet()


class House(Environment):
    """python-liquid with our limits. It reads no files: partials come from a mapping."""

    template_class = Bound
    block_nesting_limit = MAX_NESTING
    context_depth_limit = MAX_DEPTH


def _measured(
    meter: Meter, name: str, run: Filter, left: object, *given: object, **named: object
) -> object:
    """A filter's result, its input and output metered."""
    for each in (left, *given):
        meter.value(each)
    meter.make(growth(name, left, given))
    made = run(left, *given, **named)
    meter.value(made)
    return made
