"""What is done with templates, wired over one store."""

from collections.abc import Callable

from twofifty.app.letters import presses
from twofifty.app.stores import Store
from twofifty.clock import Clock
from twofifty.deliver.ports import Channel
from twofifty.flow.again import Archivist
from twofifty.flow.preview import Desktop
from twofifty.flow.proof import Proofs
from twofifty.flow.publish import Publisher
from twofifty.flow.replay import Rehearsal
from twofifty.flow.templates import Templates
from twofifty.flow.why import Historian
from twofifty.settings import Settings


def templates(
    settings: Settings, store: Store, clock: Clock, opened: Callable[[], Channel]
) -> Templates:
    """Everything about templates. `opened` opens the channel that proofs leave by. Raises
    SettingsError."""
    made = presses(settings)
    mailed = {name: press.composer.setting for name, press in made.items()}
    desktop = Desktop(store.archive, made, clock)
    rehearsal = Rehearsal(store.archive, desktop)
    return Templates(
        publisher=Publisher(store.shelf, mailed, clock, rehearsal.objections),
        desktop=desktop,
        rehearsal=rehearsal,
        archivist=Archivist(store.origins, store.shelf),
        historian=Historian(store.archive, store.origins, store.shelf),
        proofs=Proofs(desktop, opened),
    )
