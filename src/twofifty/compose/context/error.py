"""What can be wrong with a template, in whatever language it is written."""

import msgspec

from twofifty.compose.context.place import Place
from twofifty.errors import TwofiftyError


class TemplateProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong, and how to mend it. `nearest` is the known name that looks most like
    an unknown one."""

    place: Place
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class TemplateError(TwofiftyError):
    """A template cannot be used. The message says where, what, and how to mend it.

    `place` is the tag at fault; None for a fault that only showed while rendering. `problems` are
    all faults that were found, this one first; empty where only this one is known.
    """

    def __init__(
        self, message: str, place: Place | None = None, problems: tuple[TemplateProblem, ...] = ()
    ) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
        self.problems = problems or ((TemplateProblem(place, message),) if place else ())


def refused(problems: tuple[TemplateProblem, ...]) -> TemplateError:
    """The error of a template that has these problems, at least one."""
    return TemplateError(problems[0].message, problems[0].place, problems)


def placed(error: TemplateError, path: str) -> TemplateProblem:
    """An error as the problem of a file."""
    return TemplateProblem(error.place or Place(path, 1, 1), error.message)
