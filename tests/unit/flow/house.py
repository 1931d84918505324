"""A whole intake in memory: doors, ledger, planner, and a clock that stands still."""

from collections.abc import Mapping
from datetime import datetime

from twofifty.adapters import registry
from twofifty.adapters.memory.broker import MemoryBroker
from twofifty.adapters.memory.store import MemoryStore
from twofifty.flow.plan import Planner
from twofifty.flow.receive import Door, Intake, PublicKeys
from twofifty.intake.ports import Hook, Scheme, Source, Stated, Trust, Wanted
from twofifty.intake.signature import Hashed
from twofifty.notice.policy import Rules
from twofifty.testing.clock import FrozenClock

SECRET = "c0ffee"


class Fetched:
    """A Scheme that wants a key before it believes anything."""

    def verified(self, hook: Hook, trust: Trust) -> bool | Wanted:
        return trust.keys.get("https://keys.test/1") == b"right" or Wanted("https://keys.test/1")

    def signed(self, body: bytes, secret: str, *, url: str, at: datetime) -> dict[str, str]:
        return {}


class Keys:
    """Public keys out of a table."""

    def __init__(self, known: Mapping[str, bytes | None]) -> None:
        self.known = known
        self.asked: list[str] = []

    async def key(self, source: str, url: str) -> bytes | None:
        self.asked.append(url)
        return self.known.get(url)


class House:
    """`shop` is a Squarespace source, with an API where `askable`; `keyed` wants a key."""

    def __init__(self, *, askable: bool = True, keys: PublicKeys | None = None) -> None:
        self.clock = FrozenClock()
        planner = Planner(self.clock, Rules())
        self.store = MemoryStore(self.clock, plan=planner.plan)
        squarespace = registry.source("squarespace")
        self.doors = {
            "shop": Door(squarespace, Trust((SECRET,)), Stated("shop"), askable),
            "keyed": Door(Keyed(squarespace), Trust(), Stated("keyed"), askable),
        }
        self.planner = planner
        self.intake = Intake(
            self.doors, self.store.ledger, MemoryBroker(), self.clock, planner, keys
        )

    async def hook(self, body: bytes, name: str = "shop") -> bytes:
        """What is answered to a webhook that the shop signed."""
        scheme = Hashed(header="squarespace-signature", form="hex", secret_form="hex")
        headers = scheme.signed(body, SECRET, url="", at=self.clock.now())
        return (await self.intake.hook(name, Hook(headers, body))).body


class Keyed:
    """The same source under another scheme."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.signature: Scheme = Fetched()
        self.options = source.options
        self.configured = source.configured
        self.event_id = source.event_id
        self.topic = source.topic
        self.read = source.read

    def greeted(self, hook: Hook, trust: Trust) -> bytes | None:
        """Echoes what stands behind `challenge=`."""
        _, found, challenge = hook.url.partition("challenge=")
        return challenge.encode() if found else None
