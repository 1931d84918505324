"""A store in memory with a composer, and what publishing does over them."""

from twofifty.adapters.memory.store import MemoryStore
from twofifty.compose import inputs, mime
from twofifty.compose.brand import Brand
from twofifty.compose.composed import Composed
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.compose.pack import builtin, pack
from twofifty.compose.ports import KeptPack
from twofifty.deliver.ports import Frozen, Leased
from twofifty.deliver.verdict import verdict
from twofifty.flow.press import Press
from twofifty.flow.preview import Desktop
from twofifty.flow.publish import Publisher
from twofifty.flow.published import Wish
from twofifty.flow.replay import Rehearsal
from twofifty.flow.watch_templates import TemplateWatch
from twofifty.order import wire
from twofifty.testing.clock import FrozenClock
from twofifty.testing.contracts.store_bench import (
    ACCEPTED,
    REFUSED,
    SETTLE,
    Bench,
    an_order,
    planner,
    to,
)

KIM = Wish(actor="kim")
SUBJECT = {"confirmation.subject.mustache": "Good {{number}}"}
BARE = {"confirmation.html.mustache": "<p>{{number}}</p>"}
FAILING = {
    "confirmation.html.mustache": "{{#number}}{{> loop}}{{/number}}",
    "partials/loop.html.mustache": "{{#number}}{{> loop}}{{/number}}",
}
BROKEN = {"confirmation.html.mustache": "{{#items}}"}


class House:
    """One store, one sender, everything that is done with templates."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.store = MemoryStore(self.clock, plan=planner(self.clock))
        self.bench = Bench(self.store, self.clock)
        self.composer = Composer(Brand(shop_name="Shop"))
        press = Press(self.composer, mime.Mailbox("Shop", "shop@example.com"))
        self.desktop = Desktop(self.store.archive, {"": press}, self.clock)
        self.rehearsal = Rehearsal(self.store.archive, self.desktop)
        settings = {"": self.composer.setting, "second": self.composer.setting}
        self.publisher = Publisher(
            self.store.shelf, settings, self.clock, self.rehearsal.objections
        )
        self.watch = TemplateWatch(self.store.shelf, {"": self.composer})

    async def commit(self, files: dict[str, str]) -> str:
        """A committed version."""
        return (await self.publisher.commit(files, "a note")).version

    async def kept(self, files: dict[str, str]) -> str:
        """A version on the shelf that nobody judged."""
        own = pack(files)
        whole = own.over(builtin())
        await self.store.shelf.keep(
            KeptPack(whole.version, self.clock.now(), "a note", own.files, whole.files)
        )
        return whole.version

    async def force(self, files: dict[str, str], share: int = 100) -> str:
        """A version that is published whatever is wrong with it."""
        version = await self.kept(files)
        wish = Wish(actor="kim", share=share, force=True)
        await self.publisher.promote(version, wish)
        return version

    async def mailed(self, order_id: str, *, refused: bool = False) -> Composed:
        """An order comes, and its confirmation is composed and settled as a courier does."""
        await self.bench.accept(an_order(order_id, customer=to(f"{order_id}@example.com")))
        item = await self.bench.one()
        letter, seed = self.letter(item), self.seed(item)
        mail = self.composer.compose(letter, seed)
        made = self.composer.inputs(letter, seed, mail)
        frozen = Frozen(
            mail.mime,
            mail.subject,
            seed.message_id,
            mail.template,
            inputs.encode(made),
            mail.degraded,
        )
        times = (self.clock.seconds(), SETTLE)
        said = verdict(REFUSED if refused else ACCEPTED, item, times, 0.5)
        assert await self.store.outbox.settle("w1", item, said, frozen)
        return mail

    def letter(self, item: Leased) -> Letter:
        before = wire.decode(item.before) if item.before else None
        return Letter(
            kind=item.kind, order=wire.decode(item.order), before=before, facts=item.facts
        )

    def seed(self, item: Leased) -> Seed:
        return Seed(
            id=item.message_id,
            message_id=f"{item.message_id}@example.com",
            sender=mime.Mailbox("Shop", "shop@example.com"),
            recipient=mime.Mailbox(None, item.recipient),
            date=self.clock.now(),
        )
