"""One line of a file, before it is judged. Pure."""

from collections.abc import Mapping

import msgspec

from twofifty.track.exchange.columns import Role


class Record(msgspec.Struct, frozen=True):
    """What a line says. `line`: where it begins, from 1, or the number of an entry of a JSON
    document. `ours`: of a file of our own. `told`: the cause of all in its file, where known."""

    line: int
    cells: Mapping[Role, tuple[str, ...]]
    ours: bool = False
    told: str | None = None

    def first(self, role: Role) -> str:
        """The first thing said of that role; '' for nothing."""
        return next((cell for cell in self.cells.get(role, ()) if cell), "")


class Fault(msgspec.Struct, frozen=True):
    """A line that cannot be taken: what is wrong, and how to mend it."""

    line: int
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.wrong}; {self.mend}"


def gathered(pairs: list[tuple[Role | None, str]]) -> dict[Role, tuple[str, ...]]:
    """Cells by their role, in order; what has none is left out."""
    found: dict[Role, tuple[str, ...]] = {}
    for role, cell in pairs:
        if role is not None and cell:
            found[role] = (*found.get(role, ()), cell)
    return found
