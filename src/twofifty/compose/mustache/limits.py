"""How large a template may be, and what it makes. All that is bounded is bounded here."""

from typing import Final

from twofifty.compose.context.error import TemplateProblem
from twofifty.compose.context.place import Place

MAX_SOURCE: Final = 512 * 1024
MAX_PARTIAL: Final = 256 * 1024
MAX_TAGS: Final = 20_000
MAX_DEPTH: Final = 64
MAX_PARTS: Final = 32
# Lines and tags of a template with all its partials, blocks of parents in their places.
MAX_NODES: Final = 1_200_000
# Reading a source goes on after a mistake, but not for ever.
MAX_PROBLEMS: Final = 100
MAX_PARTIAL_DEPTH: Final = 64
# Characters of the rendered text; pieces of it, so that loops that write nothing end too.
MAX_OUTPUT: Final = 2_000_000
MAX_PIECES: Final = 2_000_000


def too_large(source: str, name: str, limit: int) -> TemplateProblem | None:
    """What to say of a source of more than `limit` bytes in UTF-8; None of a smaller one."""
    if len(source) * 4 <= limit:
        return None
    size = len(source.encode(errors="surrogatepass"))
    if size <= limit:
        return None
    message = f"the source has {size:,} bytes and may have {limit:,}; cut it into smaller partials"
    return TemplateProblem(Place(name, 1, 1), message)
