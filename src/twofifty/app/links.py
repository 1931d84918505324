"""Every source whose shop can be asked, with what connecting it takes."""

from collections.abc import Mapping

from twofifty.app.doors import source_of, stated_of
from twofifty.app.policy import rules
from twofifty.flow.connect import Link
from twofifty.flow.fetch import Askable
from twofifty.settings import Settings


def links(settings: Settings, askables: Mapping[str, Askable]) -> dict[str, Link]:
    """By name, in the order of the settings."""
    return {
        name: link(settings, name, askables[name]) for name in settings.sources if name in askables
    }


def link(settings: Settings, name: str, askable: Askable) -> Link:
    """One source and its shop."""
    stated = settings.sources[name]
    return Link(
        name=name,
        url=settings.hook_url(name),
        askable=askable,
        source=source_of(name, stated),
        stated=stated_of(name, stated),
        secrets=stated.live_secrets(),
        silent=name in rules(settings).silent,
    )
