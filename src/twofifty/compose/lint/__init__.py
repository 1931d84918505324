"""Lint: what is to mend in a mail before customers get it.

`lint(html, text, subject, context)` looks at a rendered mail, `lint_pack(pack)` at the sources,
`check_links(html, client)` asks whether the links answer. `source(code)` says why a rule stands.
"""

from twofifty.compose.lint.check import lint
from twofifty.compose.lint.dead import check_links
from twofifty.compose.lint.finding import Finding, Level, LintContext, Where
from twofifty.compose.lint.packs import lint_pack
from twofifty.compose.lint.sources import source

__all__ = [
    "Finding",
    "Level",
    "LintContext",
    "Where",
    "check_links",
    "lint",
    "lint_pack",
    "source",
]
