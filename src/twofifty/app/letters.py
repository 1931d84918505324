"""The press of every source: its composer, its sender, its order page."""

from collections.abc import Mapping
from datetime import UTC, datetime

from twofifty.app.brands import brand, sender, sources
from twofifty.compose import mime
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.errors import SettingsError
from twofifty.flow.identity import Bare, Identity
from twofifty.flow.press import Page, Press, no_page
from twofifty.order import wire
from twofifty.order.specimen import specimen
from twofifty.settings import Settings, SourceSettings


class OwnPress(Press, frozen=True):
    """A press whose composer can be given other templates while it works."""

    composer: Composer


def presses(
    settings: Settings, page: Page = no_page, identity: Identity | None = None
) -> Mapping[str, OwnPress]:
    """One press per source, and `''` for every other; `page`: where a customer finds an order.
    Raises SettingsError: a bad sender."""
    bare: Identity = Bare()
    return {
        name: _press(settings, stated, page, identity or bare)
        for name, stated in sources(settings).items()
    }


def _press(settings: Settings, source: SourceSettings, page: Page, identity: Identity) -> OwnPress:
    name, address = sender(source.sender or settings.sender)
    if not address:
        raise SettingsError("FROM: must look like `Shop <orders@example.com>`")
    look = brand(settings, source)
    return OwnPress(
        Composer(look, source.locale or settings.locale),
        mime.Mailbox(name or look.shop_name, address),
        page=page,
        identity=identity,
    )


def sample(settings: Settings) -> bytes:
    """Bytes like those that the store will keep: an order, and its mail."""
    order = specimen()
    seed = Seed(
        id="m_specimen",
        message_id="m_specimen@example.com",
        sender=mime.Mailbox("Shop", "orders@example.com"),
        recipient=mime.Mailbox(None, "alex@example.com"),
        date=datetime(2026, 1, 5, tzinfo=UTC),
    )
    composed = presses(settings)[""].composer.compose(
        Letter(kind="confirmation", order=order), seed
    )
    return wire.encode(order) + composed.mime
