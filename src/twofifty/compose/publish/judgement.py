"""What a trial finds."""

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.lint.finding import Finding


class Judgement(msgspec.Struct, frozen=True):
    """What is wrong with a version: `problems` of its sources forbid to publish it, `findings` in
    its mails are for its author to weigh."""

    version: str
    problems: tuple[TemplateProblem, ...] = ()
    findings: tuple[Finding, ...] = ()
