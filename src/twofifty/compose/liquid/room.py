"""Where a template renders: python-liquid's context, with a meter on it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import StringIO
from typing import TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.output import LimitedStringIO
from liquid.token import Token

from twofifty.compose.liquid.meter import MAX_DEPTH, MAX_NESTING, MAX_OUTPUT, Meter, growth

Filter = Callable[..., object]


class Room(RenderContext):
    """A render context whose loops, partials, assignments and filters are metered."""

    __slots__ = ("_meter",)

    _meter: Meter

    @property
    def meter(self) -> Meter:
        """The one meter of this rendering: made in the outermost context, shared by all others."""
        try:
            return self._meter
        except AttributeError:
            parent = self.parent_context
            self._meter = parent.meter if isinstance(parent, Room) else Meter()
            return self._meter

    def assign(self, key: str, val: object) -> None:
        self.meter.value(val)
        self.locals[key] = val

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
        return sheet(buf.size if isinstance(buf, LimitedStringIO) else 0)


class Bound(BoundTemplate):
    """A template that renders in a `Room`."""

    context_class = Room

    def _get_buffer(self) -> StringIO:
        return sheet()


class House(Environment):
    """python-liquid with our limits. It reads no files: partials come from a mapping."""

    template_class = Bound
    block_nesting_limit = MAX_NESTING
    context_depth_limit = MAX_DEPTH
    output_stream_limit = MAX_OUTPUT


def sheet(used: int = 0) -> LimitedStringIO:
    """A new buffer for what is left of the output; line ends in it stay as they are."""
    return LimitedStringIO(MAX_OUTPUT - used, newline="")


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
