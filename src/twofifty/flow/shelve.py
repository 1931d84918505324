"""The built-in templates on the shelf, so that mails made of them can be made again."""

from twofifty.clock import Clock
from twofifty.compose.pack import builtin
from twofifty.compose.ports import Bookshelf, KeptPack


async def keep_builtin(shelf: Bookshelf, clock: Clock) -> None:
    """Puts the built-in pack on a shelf."""
    whole = builtin()
    if await shelf.pack(whole.version) is None:
        await shelf.keep(KeptPack(whole.version, clock.now(), "built in", {}, whole.files))
