"""Mustache templates, compiled at publishing to Python functions.

`compile_template(text, partials, dialect)` gives a `Template`, `Template.render(view)` the text.
`check(template, known)` says before a template goes live which names its view model does not have.
"""

from twofifty.compose.mustache.compile import Template, compile_template
from twofifty.compose.mustache.dialect import HTML, SPEC, TEXT, Dialect
from twofifty.compose.mustache.error import TemplateError, TemplateProblem
from twofifty.compose.mustache.markup import Markup
from twofifty.compose.mustache.names import Name, check, names

__all__ = [
    "HTML",
    "SPEC",
    "TEXT",
    "Dialect",
    "Markup",
    "Name",
    "Template",
    "TemplateError",
    "TemplateProblem",
    "check",
    "compile_template",
    "names",
]
