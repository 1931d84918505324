"""Where something stands in a template."""

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where a tag stands: the template's or partial's name, line and column from 1."""

    template: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.template}, line {self.line}, column {self.column}"
