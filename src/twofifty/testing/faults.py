"""The faults of SMTP servers by name, and where they can happen: what a fault matrix is made of.

421 4yz 5yz                          a reply: going away, not now, never
hang drip                            silence, or four bytes a second
drop reset                           the line ends, with a proper close or without
garbage megabyte endless wrong       no reply by any grammar, one that is too long in one line
                                     or in a hundred thousand, one that belongs elsewhere
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

import msgspec

from twofifty.deliver.outcome import Phase
from twofifty.testing.moment import Action, Drip, Drop, Hang, Raw, Reset, Say
from twofifty.testing.script import GARBAGE

OPENING: Final[tuple[Phase, ...]] = ("connect", "greeting", "ehlo", "starttls", "auth")
MAILING: Final[tuple[Phase, ...]] = ("mail", "rcpt", "data", "dot")

_SLOW: Final = 4.0
_REPLIES: Mapping[str, Say] = {
    "421": Say(421, "going down", "4.3.2"),
    "4yz": Say(451, "try again later", "4.3.0"),
    "5yz": Say(554, "no", "5.7.0"),
}
_RAW: Mapping[str, bytes] = {
    "garbage": GARBAGE,
    "megabyte": b"250 ".ljust((1 << 20) - 2, b"x") + b"\r\n",
    "endless": b"250-more\r\n" * 100_000,
    "wrong": b"354 go ahead\r\n",
}
_WRONG_AT_DATA: Final = b"220 what?\r\n"
"""After DATA, and only there, 354 is right."""

KINDS: Final = (*_REPLIES, "hang", "drip", "drop", "reset", *_RAW)


class Cell(msgspec.Struct, frozen=True):
    """One fault at one phase. `take`: the server keeps the mail all the same (at `dot` only)."""

    phase: Phase
    kind: str
    take: bool = False

    @property
    def name(self) -> str:
        """A word that may stand in a domain's name."""
        return f"{self.kind}-{self.phase}{'-taken' if self.take else ''}"

    def fate(self, chunking: bool = False) -> str:
        """What a mail's first attempt comes to: `deferred`, `failed` or `in_doubt`. Silence at a
        first chunk is only noticed once the last one is out, where the server pipelines."""
        if chunking and (self.phase, self.kind) == ("data", "hang"):
            return "in_doubt"
        if self.kind == "5yz" and self.phase in MAILING:
            return "failed"
        silent = self.take or self.kind not in _REPLIES
        return "in_doubt" if self.phase == "dot" and silent else "deferred"

    def action(self, chunking: bool = False) -> Action:
        """What the receiver does; `chunking`: it is sent to by BDAT."""
        if self.kind == "drip":
            return Drip(_SLOW)
        if self.kind in _RAW:
            odd = self.kind == "wrong" and self.phase == "data" and not chunking
            return Raw(_WRONG_AT_DATA if odd else _RAW[self.kind], take=self.take)
        return _REPLIES.get(self.kind) or _ended(self.kind, self.take)


def _ended(kind: str, take: bool) -> Action:
    """No reply at all."""
    endings: Mapping[str, Action] = {"hang": Hang(take), "drop": Drop(take), "reset": Reset(take)}
    return endings[kind]


def opening_cells() -> Iterator[Cell]:
    """Before a mail is begun. Nothing is said when a connection is made, so nothing can be said
    slowly or wrongly there."""
    for phase, kind in product(OPENING, KINDS):
        if phase != "connect" or kind not in ("drip", "wrong"):
            yield Cell(phase, kind)


def mailing_cells() -> Iterator[Cell]:
    """Once a mail is begun: at each command, and after the final dot, with the mail taken or not. A
    dripped reply is one to a mail that was taken."""
    for phase, kind in product(MAILING, KINDS):
        if (phase, kind) != ("dot", "drip"):
            yield Cell(phase, kind)
    for kind in KINDS:
        if kind not in _REPLIES:
            yield Cell("dot", kind, take=True)
