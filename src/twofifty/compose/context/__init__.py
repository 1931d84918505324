"""Contextual escaping, the same for every template language.

At compile time: `contexts(tokens)` walks the HTML of a template and says for each value in which
context it stands; what no escaping makes safe is a `TemplateError` with all its problems.
At run time: `escaper(context)` is the function that makes a value text for that context, so that it
adds no element, attribute, URL scheme, declaration or JSON member, whatever it is.

    judged = contexts([Literal('<a href="'), Value(place, "{{url}}"), Literal('">')])
    escaper(judged[0].context)("javascript:alert(1)")  # "#"

Plain text and headers need no walk: every value of theirs is `Context.PLAIN` or `Context.HEADER`.
"""

from twofifty.compose.context.error import TemplateError, TemplateProblem, refused
from twofifty.compose.context.escape import escaper, raw_escaper
from twofifty.compose.context.judge import Judged, contexts, judge
from twofifty.compose.context.kind import Context
from twofifty.compose.context.markup import Encoded, Json, Markup
from twofifty.compose.context.place import Place
from twofifty.compose.context.token import Begin, Else, End, Literal, Token, Value

__all__ = [
    "Begin",
    "Context",
    "Else",
    "Encoded",
    "End",
    "Json",
    "Judged",
    "Literal",
    "Markup",
    "Place",
    "TemplateError",
    "TemplateProblem",
    "Token",
    "Value",
    "contexts",
    "escaper",
    "judge",
    "raw_escaper",
    "refused",
]
