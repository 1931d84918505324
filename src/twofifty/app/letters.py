"""Who writes: senders, brands, and the composer of every source."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parseaddr

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.compose.composer import Composer
from twofifty.compose.letter import Letter, Seed
from twofifty.errors import SettingsError
from twofifty.flow.deliver import Press
from twofifty.order import wire
from twofifty.order.specimen import specimen
from twofifty.settings import Settings, SourceSettings


def presses(settings: Settings) -> Mapping[str, Press]:
    """One press per source, and `''` for every other. Raises SettingsError: a bad sender."""
    plain = SourceSettings(kind="")
    named = {name: _press(settings, stated) for name, stated in settings.sources.items()}
    return {**named, "": _press(settings, plain)}


def _sender(stated: str) -> tuple[str, str]:
    """Name and address; the domain in ASCII, for every Message-ID and MAIL FROM holds it."""
    name, address = parseaddr(stated)
    local, at, domain = address.rpartition("@")
    try:
        usable = at and local and address in stated
        return name, f"{local}@{mime.ascii_domain('FROM', domain)}" if usable else ""
    except mime.MimeError:
        return name, ""


def _press(settings: Settings, source: SourceSettings) -> Press:
    name, address = _sender(source.sender or settings.sender)
    if not address:
        raise SettingsError("FROM: must look like `Shop <orders@example.com>`")
    shop_name = source.shop_name or settings.shop_name or name or address
    brand = Brand(
        shop_name=shop_name,
        shop_url=settings.shop_url,
        logo_url=settings.logo_url,
        support_url=settings.support_url,
        accent=settings.accent_color,
        legal_footer=settings.legal_footer,
        time_zone=source.time_zone or settings.time_zone or None,
    )
    return Press(
        Composer(brand, source.locale or settings.locale),
        mime.Mailbox(name or shop_name, address),
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
