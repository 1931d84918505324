"""What stands in for template tags while MJML is compiled."""

import hashlib
import re
from typing import Literal

import msgspec

Kind = Literal["between", "content", "value"]


class Unit(msgspec.Struct, frozen=True):
    """A piece of the source that the compiler does not see.

    `between`: tags between elements; `content`: all that an element holds; `value`: an attribute's.
    `loose`: it belongs to the head, from where the compiler takes it to where it is needed.
    """

    text: str
    start: int
    kind: Kind
    loose: bool = False


class Units:
    """The units of a source, and a word for each that the source does not have."""

    def __init__(self, text: str) -> None:
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:10]
        self._stem = f"unit{digest}n"
        self.all: list[Unit] = []

    def word(self, unit: Unit) -> str:
        """The word for one more unit."""
        self.all.append(unit)
        return f"{self._stem}{len(self.all) - 1}z"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the words; group 1 is the unit's index."""
        return re.compile(rf"{self._stem}(\d+)z")

    def found(self, text: str) -> list[int]:
        """The units whose words stand in `text`, in order, each as often as it does."""
        return [int(index) for index in self.pattern.findall(text)]

    def restored(self, text: str) -> str:
        """`text` with every unit in the place of its word."""
        return self.pattern.sub(lambda word: self.all[int(word[1])].text, text)
