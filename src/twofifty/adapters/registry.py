"""Which adapter serves which kind of source: a line a kind, loaded when it is first asked for."""

import difflib
import importlib

from twofifty.errors import SettingsError
from twofifty.intake.ports import Source

SOURCE_KINDS = {
    "shopify": "twofifty.adapters.shopify.source:Shopify",
    "woocommerce": "twofifty.adapters.woocommerce.source:WooCommerce",
}


def source(kind: str) -> Source:
    """The adapter of that kind. Raises SettingsError naming the nearest known kind."""
    if kind not in SOURCE_KINDS:
        near = difflib.get_close_matches(kind.lower(), SOURCE_KINDS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(SOURCE_KINDS)}"
        raise SettingsError(f"there is no kind of source {kind!r}; {hint}")
    module, _, name = SOURCE_KINDS[kind].partition(":")
    made: Source = getattr(importlib.import_module(module), name)()
    return made
