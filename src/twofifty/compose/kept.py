"""What mails share: a part of the view model that is the same in every mail that says it."""

from typing import Final

_MOST: Final = 24
_LONGEST: Final = 8_192


class Block(str):
    """Whole lines of text that mails share."""

    __slots__ = ()


class Kept(dict[str, object]):
    """A record of the view model that is never changed: a product at a price in a language. What
    was `written` of it is kept with it, by whatever key the writer likes, and goes when it goes."""

    __slots__ = ("written",)

    def __init__(self, said: dict[str, object]) -> None:
        super().__init__(said)
        self.written: dict[object, str] = {}

    def keep(self, key: object, text: str) -> None:
        """From now on this was written of it, while there is room."""
        if len(text) <= _LONGEST:
            if len(self.written) >= _MOST:
                self.written.clear()
            self.written[key] = text
