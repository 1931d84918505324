"""Mustache templates, compiled at publishing to Python functions.

`compile_template(text, partials, dialect)` gives a `Template`, `Template.render(view)` the text,
and `Template.encoded(view)` the same in quoted-printable, as a mail carries it.
`faults(text, shape, partials)` says before a template goes live all that is wrong with it, and
`check(template, shape)` what of it a view model of that shape does not have.
"""

from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.context.markup import Encoded, Json, Markup
from twofifty.compose.mustache.check import check
from twofifty.compose.mustache.compile import Template, compile_template
from twofifty.compose.mustache.dialect import HEADER, HTML, SPEC, TEXT, Dialect
from twofifty.compose.mustache.names import Name, names
from twofifty.compose.mustache.publish import faults
from twofifty.compose.mustache.shape import Kind, Many, Record, Shape, shape_of

__all__ = [
    "HEADER",
    "HTML",
    "SPEC",
    "TEXT",
    "Dialect",
    "Encoded",
    "Json",
    "Kind",
    "Many",
    "Markup",
    "Name",
    "Record",
    "Shape",
    "Template",
    "TemplateError",
    "TemplateProblem",
    "check",
    "compile_template",
    "faults",
    "names",
    "shape_of",
]
