"""Who writes: senders, brands, and the composer of every source."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parseaddr

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.errors import SettingsError
from twofifty.flow.deliver import Page, Press, no_page
from twofifty.order import wire
from twofifty.order.specimen import specimen
from twofifty.settings import Settings, SourceSettings


def presses(settings: Settings, page: Page = no_page) -> Mapping[str, Press]:
    """One press per source, and `''` for every other; `page`: where a customer finds an order.
    Raises SettingsError: a bad sender."""
    return {name: _press(settings, stated, page) for name, stated in sources(settings).items()}


def sources(settings: Settings) -> Mapping[str, SourceSettings]:
    """Every source by name, and a plain one as `''` for every other."""
    return {**settings.sources, "": SourceSettings(kind="")}


def brand(settings: Settings, source: SourceSettings) -> Brand:
    """How a source's mails and pages look."""
    name, address = _sender(source.sender or settings.sender)
    return Brand(
        shop_name=source.shop_name or settings.shop_name or name or address,
        shop_url=settings.shop_url,
        logo_url=settings.logo_url,
        support_url=settings.support_url,
        accent=settings.accent_color,
        legal_footer=settings.legal_footer,
        time_zone=source.time_zone or settings.time_zone or None,
    )


def _sender(stated: str) -> tuple[str, str]:
    """Name and address; the domain in ASCII, for every Message-ID and MAIL FROM holds it."""
    name, address = parseaddr(stated)
    local, at, domain = address.rpartition("@")
    try:
        usable = at and local and address in stated
        return name, f"{local}@{mime.ascii_domain('FROM', domain)}" if usable else ""
    except mime.MimeError:
        return name, ""


def _press(settings: Settings, source: SourceSettings, page: Page) -> Press:
    name, address = _sender(source.sender or settings.sender)
    if not address:
        raise SettingsError("FROM: must look like `Shop <orders@example.com>`")
    look = brand(settings, source)
    return Press(
        Composer(look, source.locale or settings.locale),
        mime.Mailbox(name or look.shop_name, address),
        page=page,
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
