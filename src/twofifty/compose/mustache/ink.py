"""How generated code writes: plain text, or text that is quoted-printable already.

For quoted-printable the literals are encoded here, once, and a value when it is written. So that no
line grows too long whatever the values are, `column` follows where the text may stand at worst:
a value begins where it still has room, and a section's body begins and ends in the same columns.
"""

from typing import Final, Protocol

from twofifty.compose.mime.quoted import BEFORE_VALUE, LINE, VALUE, literal
from twofifty.compose.mustache.dialect import Dialect
from twofifty.compose.mustache.expression import quoted_of, text_of
from twofifty.compose.mustache.tree import Value

BLOCK: Final = 24
"""The last column in which a section or a partial may begin or end."""


class Ink(Protocol):
    """What the generator asks of whoever writes. Columns are ignored where lines have no end.

    `end` stands after the whole text, which ends in no column after `last`; `indent` is the
    expression of the indentation `n`.
    """

    end: str
    last: int
    before_value: int
    indent: str

    def literal(self, text: str, column: int) -> str:
        """A literal; what follows begins in no column after this one. May be empty."""
        ...

    def value(self, node: Value, look_up: str) -> str:
        """The expression of a value."""
        ...

    def valued(self) -> None:
        """A value was written."""

    def entered(self) -> int:
        """A section begins: the last column in which its body must end."""
        ...

    def left(self, column: int) -> None:
        """A section ended in no column after this one."""

    def called(self) -> None:
        """A function was called, or begins."""


class Plain:
    """Text as it is."""

    end = ""
    last = LINE
    before_value = LINE
    indent = "n"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def literal(self, text: str, column: int) -> str:
        """The text itself."""
        return text

    def value(self, node: Value, look_up: str) -> str:
        """The value escaped for its context."""
        return text_of(node, look_up, self._dialect)

    def valued(self) -> None:
        """Nothing to remember."""

    def entered(self) -> int:
        """Any column."""
        return LINE

    def left(self, column: int) -> None:
        """Nothing to remember."""

    def called(self) -> None:
        """Nothing to remember."""


class Quoted:
    """Text as quoted-printable."""

    end = "\n"
    last = LINE
    before_value = BEFORE_VALUE
    indent = "plain_seen[n]"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._column = 0

    def literal(self, text: str, column: int) -> str:
        """The text encoded, or a soft break where it is only one that is needed."""
        written, self._column = literal(text, self._column, column)
        return written

    def value(self, node: Value, look_up: str) -> str:
        """The value escaped for its context and encoded."""
        return quoted_of(node, look_up, self._dialect)

    def valued(self) -> None:
        """Its last line has at most so many characters."""
        self._column += VALUE

    def entered(self) -> int:
        """A body that begins at the start of a line ends there too, so that it may be repeated."""
        self._column = BLOCK if self._column else 0
        return self._column

    def left(self, column: int) -> None:
        """It stood there, or did not."""
        self._column = column

    def called(self) -> None:
        """What is called may end in any column in which it may begin."""
        self._column = BLOCK
