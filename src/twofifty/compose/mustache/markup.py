"""Text that our own code made for one context: see `compose.context.markup`."""

from twofifty.compose.context.markup import Encoded, Json, Markup

__all__ = ["Encoded", "Json", "Markup"]
