"""A compiled Liquid template."""

from collections.abc import Mapping

import msgspec
from liquid import BoundTemplate

from twofifty.compose.liquid.faults import RAISED, fault
from twofifty.compose.liquid.quick import Names
from twofifty.compose.liquid.room import Room
from twofifty.compose.liquid.sheet import Sheet
from twofifty.compose.liquid.view import ShopView


class LiquidTemplate(msgspec.Struct, frozen=True):
    """A compiled template and all partials that it was given."""

    name: str
    bound: BoundTemplate
    partials: Mapping[str, BoundTemplate]

    def render(self, view: Mapping[str, object]) -> str:
        """The HTML for a view, every value escaped for its context; names it lacks are empty.

        Raises `TemplateError` for a template beyond the limits of `meter`, a partial that is not
        there, a filter that cannot work on what it is given.
        """
        room = Room(self.bound, globals=view)
        if isinstance(view, ShopView):
            room.read_by(view.reader)
        room.scope.__class__ = Names
        buffer = Sheet()
        try:
            self.bound.render_with_context(room, buffer)
        except RAISED as error:
            raise fault(error, self.name) from error
        return buffer.getvalue()
