"""Every order that our adapters read out of the corpora, and the languages of a mail."""

import functools
from pathlib import Path
from typing import Final

from twofifty.adapters import registry
from twofifty.compose.texts import languages
from twofifty.errors import BadInput
from twofifty.intake.ports import Stated
from twofifty.order.events import OrderEvent
from twofifty.order.model import Order

FOLDER = Path("../shared/corpora/orders")
STATED = Stated("shop", locale="en", time_zone="Europe/Berlin")
REGIONAL: Final = (
    "ar-EG",
    "bn-BD",
    "de-AT",
    "de-CH",
    "en-GB",
    "en-IN",
    "es-MX",
    "fa-IR",
    "fr-CA",
    "hi-IN",
    "pt-PT",
    "sr-Latn",
    "th-TH",
    "zh-HK",
)
LOCALES: Final = tuple(
    sorted({*REGIONAL, *(language.replace("_", "-") for language in languages())})
)


@functools.cache
def orders() -> dict[str, Order]:
    """All of them by platform, file and place."""
    found: dict[str, Order] = {}
    for kind in registry.SOURCE_KINDS:
        folder = FOLDER / kind
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            for place, order in enumerate(_orders(kind, path.read_bytes())):
                found[f"{kind}/{path.name}/{place}"] = order
    return found


def _orders(kind: str, body: bytes) -> list[Order]:
    try:
        told = registry.source(kind).read("", body, STATED)
    except BadInput:
        return []
    if not isinstance(told, tuple):
        return []
    return [each.order for each in told if isinstance(each, OrderEvent)]
