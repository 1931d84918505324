"""Everything that is done with templates, in one place for the faces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from twofifty.compose.pack import Pack
from twofifty.compose.ports import KeptPack, Publication
from twofifty.compose.publish.judgement import Judgement
from twofifty.compose.shelf import EVERYWHERE, Standing
from twofifty.flow.preview import Desktop
from twofifty.flow.proof import NoProofs, Proving
from twofifty.flow.published import Committed, Shown, Wish
from twofifty.flow.replay import Rehearsal
from twofifty.flow.reprint import Again
from twofifty.flow.why import Historian


class Publishing(Protocol):
    """Commits, judges, promotes, rolls back, as `flow.publish.Publisher` does. Each raises
    StoreError."""

    async def commit(self, files: Mapping[str, str], note: str = "") -> Committed:
        """Puts a shop's files on the shelf. Raises `TemplateError` for a pack beyond the limits."""
        ...

    async def judged(self, own: Pack) -> Judgement:
        """What is wrong with a shop's pack."""
        ...

    async def promote(self, version: str, wish: Wish) -> Publication:
        """Makes a version the one to be used. Raises Unpublishable."""
        ...

    async def roll_back(self, wish: Wish) -> Publication:
        """Ends a canary, or goes back to the version before. Raises Unpublishable."""
        ...

    async def standing(self, scope: str) -> Standing:
        """What is used in a scope."""
        ...

    async def history(self) -> tuple[Publication, ...]:
        """All that was published, the newest first."""
        ...

    async def versions(self) -> tuple[Shown, ...]:
        """Every version with where it is used, the newest first."""
        ...

    async def found(self, version: str, scope: str = EVERYWHERE) -> KeptPack:
        """A version by the beginning of its name, `live`, or `builtin`. Raises Unpublishable."""
        ...


class Reprinting(Protocol):
    """Composes what was sent once more, as `flow.again.Archivist` does."""

    async def again(self, message_id: str) -> Again | None:
        """A message composed again; None: there is no such message."""
        ...


@dataclass(frozen=True, slots=True)
class Templates:
    """Publishing, previews, rehearsals, proofs; and what past mails were made of, and why."""

    publisher: Publishing
    desktop: Desktop
    rehearsal: Rehearsal
    archivist: Reprinting
    historian: Historian
    proofs: Proving = field(default_factory=NoProofs)
