"""Who writes, and how that looks: sources, senders, brands."""

from collections.abc import Mapping
from email.utils import parseaddr

from twofifty.compose import mime
from twofifty.compose.brand import Brand
from twofifty.settings import Settings, SourceSettings


def sources(settings: Settings) -> Mapping[str, SourceSettings]:
    """Every source by name, and a plain one as `''` for every other."""
    return {**settings.sources, "": SourceSettings(kind="")}


def brand(settings: Settings, source: SourceSettings) -> Brand:
    """How a source's mails and pages look."""
    name, address = sender(source.sender or settings.sender)
    return Brand(
        shop_name=source.shop_name or settings.shop_name or name or address,
        shop_url=settings.shop_url,
        logo_url=settings.logo_url,
        support_url=settings.support_url,
        accent=settings.accent_color,
        legal_footer=settings.legal_footer,
        time_zone=source.time_zone or settings.time_zone or None,
    )


def sender(stated: str) -> tuple[str, str]:
    """Name and address, empty for none that can be used; its domain in ASCII, for every Message-ID
    and MAIL FROM holds it."""
    name, address = parseaddr(stated)
    local, at, domain = address.rpartition("@")
    try:
        usable = at and local and address in stated and stated.isprintable()
        return name, f"{local}@{mime.ascii_domain('FROM', domain)}" if usable else ""
    except mime.MimeError:
        return name, ""
