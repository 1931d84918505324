"""What a trial finds."""

from typing import Final

import msgspec

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.lint.finding import Finding

HARMFUL: Final[frozenset[str]] = frozenset(
    {
        # the end of the mail is cut off or lost
        "size", "unclosed", "nesting",
        # it runs or asks something: mail programs refuse it, filters take it for theft
        "script", "form", "frame", "embed", "refresh", "base", "link-scheme", "link-text",
        # the customer reads a template's tag, or nothing
        "unfilled", "subject-empty", "subject-control", "text-missing",
        # the law asks for it
        "unsubscribe-missing",
        # two files are the same part
        "pack-both",
    }
)  # fmt: skip
"""Codes of errors that hurt whoever gets the mail: a version with one is published by force only.
Every other finding is for its author to weigh."""


class Judgement(msgspec.Struct, frozen=True):
    """What is wrong with a version: `problems` of its sources forbid to publish it, and so do the
    `harms` among the `findings` in its mails; the others are for its author to weigh."""

    version: str
    problems: tuple[TemplateProblem, ...] = ()
    findings: tuple[Finding, ...] = ()

    def harms(self) -> tuple[Finding, ...]:
        """The findings that forbid to publish it."""
        return tuple(
            each for each in self.findings if each.level == "error" and each.code in HARMFUL
        )

    def objections(self) -> tuple[str, ...]:
        """Everything that forbids to publish it, in words."""
        return (*map(str, self.problems), *map(str, self.harms()))
