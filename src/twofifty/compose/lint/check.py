"""Lint of one rendered mail: every rule over it, within a bound of time."""

from typing import Final

from twofifty.compose.lint.finding import Finding, LintContext, listed
from twofifty.compose.lint.mail import LintRule, Mail
from twofifty.compose.lint.rules.active import active, loaded, places
from twofifty.compose.lint.rules.clients import clients
from twofifty.compose.lint.rules.document import document, tables, unrendered
from twofifty.compose.lint.rules.images import images, without_images
from twofifty.compose.lint.rules.legible import legible
from twofifty.compose.lint.rules.links import links
from twofifty.compose.lint.rules.outlook import conditions, vml, widths
from twofifty.compose.lint.rules.size import broken, size, style_sheets
from twofifty.compose.lint.rules.unsubscribe import unsubscribe
from twofifty.compose.lint.rules.words import subject, text_part, traps

# What is longer is not read: that it is too long is said.
MAX_READ: Final = 256 * 1024
_WHOLE: Final[tuple[LintRule, ...]] = (size, subject)
_RULES: Final[tuple[LintRule, ...]] = (
    broken,
    document,
    tables,
    unrendered,
    active,
    loaded,
    places,
    images,
    without_images,
    links,
    legible,
    clients,
    style_sheets,
    conditions,
    vml,
    widths,
    text_part,
    traps,
    unsubscribe,
)


def lint(html: str, text: str, subject: str, context: LintContext) -> tuple[Finding, ...]:
    """What is to mend in a rendered mail, the worst first. Never raises, whatever the mail is."""
    mail = Mail(html, text[:MAX_READ], subject, context)
    findings = [finding for rule in _WHOLE for finding in rule(mail)]
    if len(html) <= MAX_READ:
        findings += [finding for rule in _RULES for finding in rule(mail)]
    return listed(findings)
