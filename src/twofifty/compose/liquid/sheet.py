"""What a template writes on: pieces of text, of at most a given size together."""

from io import StringIO

from liquid.exceptions import OutputStreamLimitError

from twofifty.compose.liquid.meter import MAX_OUTPUT


class Sheet(StringIO):
    """A buffer that keeps line ends as they are and counts as it goes."""

    def __init__(self, used: int = 0) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.size = used

    def write(self, text: str) -> int:
        """Raises `OutputStreamLimitError` for more than fits a mail."""
        self.pieces.append(text)
        self.size += len(text)
        if self.size > MAX_OUTPUT:
            raise OutputStreamLimitError(f"more than {MAX_OUTPUT:,} characters", token=None)
        return len(text)

    def getvalue(self) -> str:
        """All that was written."""
        return "".join(self.pieces)
