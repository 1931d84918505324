"""What lint says, and what it has to know about a mail."""

from typing import Final, Literal

import msgspec

from twofifty.notice.model import Kind

Level = Literal["error", "warning", "hint"]
LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "hint")
# Of one code so many are listed; the last says how many more there are.
MOST: Final = 10


class Where(msgspec.Struct, frozen=True):
    """A place: the file or part; line and column from 1, 0 for the whole of it; the element."""

    path: str
    line: int = 0
    column: int = 0
    element: str = ""

    def __str__(self) -> str:
        at = f"{self.path}, line {self.line}, column {self.column}" if self.line else self.path
        return f"{at}, <{self.element}>" if self.element else at


class Finding(msgspec.Struct, frozen=True):
    """One thing to mend. `error`: do not send this; `warning`: some readers are hurt by it; `hint`:
    worth knowing. `clients`: mail programs that it is about; `share`: which part of the families of
    mail programs that were tested these are, 0 to 1. `code` is a key of `sources.SOURCES`."""

    level: Level
    code: str
    message: str
    where: Where
    clients: tuple[str, ...] = ()
    share: float | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.level}: {self.message} [{self.code}]"


class LintContext(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` of the mail. `name`: what findings call the HTML. `hosts`: our own, which a link may
    lead through whatever its text says."""

    kind: Kind
    name: str = "html"
    hosts: frozenset[str] = frozenset()


def listed(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings, the worst first, then by place; of each code no more than `MOST`."""
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
    ordered = sorted(
        findings,
        key=lambda one: (LEVELS.index(one.level), one.where.path, one.where.line, one.where.column),
    )
    shown: dict[str, int] = {}
    out: list[Finding] = []
    for finding in ordered:
        number = shown[finding.code] = shown.get(finding.code, 0) + 1
        if number == MOST < counts[finding.code]:
            more = f"{finding.message} (and {counts[finding.code] - MOST:,} more)"
            out.append(msgspec.structs.replace(finding, message=more))
        elif number <= MOST:
            out.append(finding)
    return tuple(out)
