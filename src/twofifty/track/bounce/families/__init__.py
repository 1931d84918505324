"""The families of mail systems that say it in their own way: a table a kind, a line a system."""

from typing import Final

from twofifty.track.bounce.families import gateways, japan, open_source, providers, servers
from twofifty.track.bounce.families.family import Family

FAMILIES: Final[tuple[Family, ...]] = (
    *open_source.FAMILIES,
    *providers.FAMILIES,
    *servers.FAMILIES,
    *gateways.FAMILIES,
    *japan.FAMILIES,
)
