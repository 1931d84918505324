"""The lists that sources are compared with."""

from collections.abc import Mapping

from twofifty.app.doors import source_of, stated_of
from twofifty.app.logs import table_listings
from twofifty.flow.fetch import Askable
from twofifty.flow.listed import ShopListing
from twofifty.flow.reconcile import Listing
from twofifty.intake.ports import Books
from twofifty.settings import Settings


def listings(
    settings: Settings, askables: Mapping[str, Askable], books: Books
) -> dict[str, Listing]:
    """Every source whose orders can be listed, by name."""
    shops: dict[str, Listing] = {
        name: ShopListing(askables[name], source_of(name, stated), stated_of(name, stated))
        for name, stated in settings.sources.items()
        if name in askables
    }
    return {**shops, **table_listings(settings, books)}
