"""Everything that is done with templates, in one place for the faces."""

from dataclasses import dataclass

from twofifty.flow.again import Archivist
from twofifty.flow.preview import Desktop
from twofifty.flow.publish import Publisher
from twofifty.flow.replay import Rehearsal
from twofifty.flow.why import Historian


@dataclass(frozen=True, slots=True)
class Templates:
    """Publishing, previews, rehearsals; and what past mails were made of, and why."""

    publisher: Publisher
    desktop: Desktop
    rehearsal: Rehearsal
    archivist: Archivist
    historian: Historian
